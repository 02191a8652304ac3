"""A community on every library: what happens in it, who runs it, and who may no longer be there."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from .company import (
    ASKING,
    all_hear,
    allowed,
    gathered,
    happen,
    lists,
    numbered,
    refused,
    shows_all,
    shut_out,
    supergroup,
    texts_of,
    until,
)
from .conftest import Town
from .crowd import crowd
from .people import Device, at_telegrams_host

pytestmark = pytest.mark.journey

READERS = ("telethon140", "kurigram", "pyrogram", "tdlib", "mtcute", "gramjs", "telethon")


@pytest.mark.parametrize("broadcast", [False, True], ids=["supergroup", "channel"])
async def test_whatever_happens_is_followed(town: Town, tmp_path: Path, *, broadcast: bool) -> None:
    """Every library follows it by what it is told, asks for no difference, and shows the same."""
    ann, *people = await gathered(town, "telethon", READERS)
    hall = await supergroup([ann, *people], "Hall", broadcast=broadcast)
    for person in people:
        await person.do("read", to=hall)  # TDLib asks on opening
    await town.nap()
    before = town.server.calls(*ASKING)

    told = await happen(ann, hall, people, tmp_path, broadcast=broadcast)
    for person in people:
        await person.hear("edited", lambda e: e["text"] == "was edited")
        await person.hear_text("two photos")
        await person.hear_text("in the corner")
        await person.hear("deleted", lambda e, p=person: numbered(p, told.gone) in e["ids"])
    assert town.server.calls(*ASKING) == before
    for person in people:
        await shows_all(person, hall, told)


async def test_whatever_happens_in_a_basic_group_is_followed(town: Town) -> None:
    """Everybody has a copy of each message, under a number of their own; all follow without asking."""
    ann, *people = await gathered(town, "telethon", READERS)
    users = [person.user for person in people]
    group = (await ann.do("create_group", title="Small", users=users))["id"]
    for person in people:
        await person.do("dialogs")
    await all_hear(people, ann, group, "we are few")
    for person in people:
        await person.do("read", to=group)
    await town.nap()
    before = town.server.calls(*ASKING)

    pinned = (await ann.do("send", to=group, text="to be pinned"))["id"]
    edited = (await ann.do("send", to=group, text="to be edited"))["id"]
    gone = (await ann.do("send", to=group, text="to be deleted"))["id"]
    numbers = [
        {text: (await person.hear_text(text))["id"] for text in ("to be pinned", "to be deleted")}
        for person in people
    ]
    await ann.do("title", to=group, title="Palace")
    await ann.do("pin", to=group, id=pinned)
    await ann.do("edit", to=group, id=edited, text="was edited")
    await people[0].do("react", to=group, id=numbers[0]["to be pinned"], emoji="🔥")
    for person in people:
        await ann.do("kick", to=group, user=person.user)
        await ann.do("add", to=group, user=person.user)
    await all_hear(people, ann, group, "all are here")
    await ann.do("delete", to=group, ids=[gone])
    for person, named in zip(people, numbers, strict=True):
        await person.hear("edited", lambda e: e["text"] == "was edited")
        await person.hear("deleted", lambda e, n=named: n["to be deleted"] in e["ids"])
    assert town.server.calls(*ASKING) == before
    for person, named in zip(people, numbers, strict=True):
        shown = await person.do("message", to=group, id=named["to be pinned"])
        assert (shown["pinned"], shown["reactions"]) == (True, {"🔥": 1}), person.library.name
        assert (await person.do("chat", to=group))["title"] == "Palace", person.library.name


# -- who may not --------------------------------------------------------------------------------------

MEMBERS = ("telethon", "kurigram", "pyrogram", "tdlib", "mtcute", "gramjs")
SILENCE_S = 6  # seconds a restriction lasts
BAN_S = 35  # seconds a ban lasts; TDLib makes one of less than 30 last for ever
BANNING = [  # who bans, and whom
    ("telethon", "kurigram", "tdlib", "mtcute", "gramjs", "pyrogram"),
    ("tdlib", "telethon"),
    ("kurigram", "tdlib"),
    ("mtcute", "kurigram"),
]


async def test_who_is_banned_hears_no_more_and_cannot_read(town: Town) -> None:
    """Banned on every library; let in again, they hear again."""
    ann, *people = await gathered(town, "telethon", MEMBERS)
    hall = await supergroup([ann, *people], "Hall")
    for person in people:
        await ann.do("ban", to=hall, user=person.user)
    await shut_out(people, ann, hall)
    for person in people:
        await ann.do("unban", to=hall, user=person.user)
    await ann.do("invite", to=hall, users=[person.user for person in people])
    for person in people:
        await person.do("dialogs")
    await all_hear(people, ann, hall, "welcome back")
    for person in people:
        assert "among us" in await texts_of(person, hall), person.library.name


async def test_who_is_taken_out_of_a_group_hears_no_more(town: Town) -> None:
    """In a basic group everybody has a box of their own: nothing more comes into it until they are back."""
    ann, *people = await gathered(town, "telethon", MEMBERS)
    users = [person.user for person in people]
    group = (await ann.do("create_group", title="Small", users=users))["id"]
    for person in people:
        await person.do("dialogs")
    await all_hear(people, ann, group, "we are few")
    for person in people:
        await ann.do("kick", to=group, user=person.user)
    await shut_out(people, ann, group)
    for person in people:
        await ann.do("add", to=group, user=person.user)
    await all_hear(people, ann, group, "welcome back")
    for writer in people:
        others = [p for p in (ann, *people) if p is not writer]
        await all_hear(others, writer, group, f"{writer.library.name} is back")


async def test_everybody_falls_silent_and_speaks_again_until_the_end(town: Town) -> None:
    """What members may changes for all at once; when a supergroup ends it is gone from every list."""
    ann, *people = await gathered(town, "telethon", MEMBERS)
    hall = await supergroup([ann, *people], "Hall")
    await ann.do("silence_all", to=hall, silent=True)
    for person in people:
        await refused(person, "send", to=hall, text="unheard")
    await ann.do("silence_all", to=hall, silent=False)
    for writer in people:
        await allowed(writer, "send", to=hall, text=f"{writer.library.name} speaks")
        for hearer in (ann, *people):
            if hearer is not writer:
                await hearer.hear_text(f"{writer.library.name} speaks")
    assert "unheard" not in await texts_of(ann, hall)
    await ann.do("end", to=hall)

    async def is_gone(person: Device) -> bool:
        return not await lists(person, hall)

    for person in people:
        await until(lambda p=person: is_gone(p), f"the end for {person.library.name}")
        await refused(person, "send", to=hall, text="is anybody here?")


async def test_a_restriction_ends_and_one_writes_again(town: Town) -> None:
    """Silenced for a while on every library: refused at first, and later heard by all."""
    ann, *people = await gathered(town, "telethon", MEMBERS)
    hall = await supergroup([ann, *people], "Hall")

    async def be_silent(person: Device) -> None:
        await ann.do("silence", to=hall, user=person.user, seconds=SILENCE_S)
        await refused(person, "send", to=hall, text="unheard")
        await allowed(person, "send", to=hall, text=f"{person.library.name} is back")

    await asyncio.gather(*(be_silent(person) for person in people))
    for hearer in (ann, *people):
        for writer in people:
            if hearer is not writer:
                await hearer.hear_text(f"{writer.library.name} is back")
    assert "unheard" not in await texts_of(ann, hall)


@pytest.mark.parametrize("libraries", BANNING)
async def test_a_ban_ends_and_one_may_come_back(town: Town, libraries: tuple[str, ...]) -> None:
    """No link lets in who is banned for a while; it does when that is over, and they read and write."""
    ann, *people = await gathered(town, libraries[0], libraries[1:])
    hall = await supergroup([ann, *people], "Hall")
    link = (await ann.do("invite_link", to=hall))["link"]

    async def stay_out(person: Device) -> None:
        await ann.do("ban", to=hall, user=person.user, seconds=BAN_S)
        await refused(person, "join_link", link=at_telegrams_host(link))
        await refused(person, "send", to=hall, text="unheard")
        await asyncio.sleep(BAN_S - 3)
        await allowed(person, "join_link", link=at_telegrams_host(link))

    await asyncio.gather(*(stay_out(person) for person in people))
    for person in people:
        await until(lambda p=person: lists(p, hall), f"the return of {person.library.name}")
    await all_hear(people, ann, hall, "welcome back")
    for writer in people:
        await all_hear([ann], writer, hall, f"{writer.library.name} is back")
    assert "unheard" not in await texts_of(ann, hall)


# -- many -------------------------------------------------------------------------------------------------

CROWD = 36  # people without a library


async def test_five_people_of_five_libraries_hear_each_other(town: Town) -> None:
    """Everybody writes, everybody else hears it at once, in the order it was written."""
    people = await gathered(town, "kurigram", ("telethon", "tdlib", "mtcute", "gramjs"))
    hall = await supergroup(people, "Five")
    for round_ in range(3):
        for writer in people:
            others = [p for p in people if p is not writer]
            await all_hear(others, writer, hall, f"{round_} of {writer.library.name}")
    texts = [await texts_of(person, hall) for person in people]
    assert all(one == texts[0] for one in texts)


async def test_forty_people_in_a_group(town: Town) -> None:
    """A basic group of forty: who comes by a link hears all, and whoever writes is heard by all."""
    ann, *people = await gathered(town, "telethon", ("kurigram", "tdlib", "mtcute"))
    group = (await ann.do("create_group", title="Forty", users=[p.user for p in people]))["id"]
    link = (await ann.do("invite_link", to=group))["link"]
    others = await crowd(town, CROWD)
    for one in others:
        await one.join(link)
    for person in people:
        await person.do("dialogs")
    for writer in (ann, *people):
        text = f"{writer.library.name} to forty"
        await all_hear([p for p in (ann, *people) if p is not writer], writer, group, text)
        for one in others:
            await one.hear_text(text)
    await others[0].write(group, "one of the crowd")
    hearers: list[Any] = [ann, *people, *others[1:]]
    for hearer in hearers:
        await hearer.hear_text("one of the crowd")


# -- who runs it ------------------------------------------------------------------------------------------

PASSWORD = "correct horse"
COMPANIES = [
    ("tdlib", "telethon", "kurigram"),
    ("mtcute", "kurigram", "tdlib"),
    ("kurigram", "mtcute", "telethon"),
]


@pytest.mark.parametrize("libraries", COMPANIES)
async def test_every_library_runs_a_group(town: Town, libraries: tuple[str, ...]) -> None:
    """One runs a group, makes another an admin, puts a third in their place, and hands it over."""
    ann, bob, cid = await gathered(town, libraries[0], libraries[1:])
    hall = await supergroup([ann, bob], "Hall")
    link = (await ann.do("invite_link", to=hall, approval=True))["link"]
    assert await cid.do("join_link", link=at_telegrams_host(link)) == {"asked": True}
    await ann.do("approve", to=hall, user=cid.user)
    await until(lambda: lists(cid, hall), "being let in")
    number = await all_hear([bob, cid], ann, hall, "to be pinned")
    await refused(bob, "ban", to=hall, user=cid.user)
    await ann.do("title", to=hall, title="Palace")
    await ann.do("pin", to=hall, id=numbered(ann, number))
    for person in (ann, bob, cid):
        assert (await person.do("message", to=hall, id=numbered(person, number)))["pinned"]
        assert (await person.do("chat", to=hall))["title"] == "Palace"
    await ann.do("silence", to=hall, user=cid.user)
    await refused(cid, "send", to=hall, text="unheard")
    await ann.do("promote", to=hall, user=bob.user)
    await allowed(bob, "ban", to=hall, user=cid.user)
    await ann.do("revoke_link", to=hall, link=link)
    await all_hear([bob], ann, hall, "among us")
    assert "among us" not in await texts_of(cid, hall)
    await ann.do("unban", to=hall, user=cid.user)
    await refused(cid, "join_link", link=at_telegrams_host(link))
    assert "unheard" not in await texts_of(bob, hall)
    await ann.do("set_password", new=PASSWORD, hint="none")
    await refused(ann, "hand_over", to=hall, user=bob.user, password="a guess")
    await ann.do("hand_over", to=hall, user=bob.user, password=PASSWORD)
    await refused(ann, "hand_over", to=hall, user=bob.user, password=PASSWORD)
    await refused(ann, "ban", to=hall, user=bob.user)
