"""A community on every library: what happens in it, who runs it, and who may no longer be there."""

import asyncio
from pathlib import Path

import pytest
from PIL import Image

from .company import (
    ASKING,
    all_hear,
    allowed,
    gathered,
    lists,
    numbered,
    refused,
    supergroup,
    until,
)
from .conftest import Town
from .crowd import crowd
from .people import Device, RefusedError

pytestmark = pytest.mark.journey

READERS = ("telethon140", "kurigram", "pyrogram", "tdlib", "mtcute", "gramjs", "telethon")


def photos(directory: Path) -> list[str]:
    """Draw two photos; return where they lie."""
    paths = [directory / f"{color}.jpg" for color in ("red", "green")]
    for path in paths:
        Image.new("RGB", (320, 240), path.stem).save(path)
    return [str(path) for path in paths]


async def test_whatever_happens_in_a_supergroup(town: Town, tmp_path: Path) -> None:
    """Every library follows it by what it is told, asks for no difference, and shows the same."""
    ann, *people = await gathered(town, "telethon", READERS)
    hall = await supergroup([ann, *people], "Hall")
    for person in people:
        await person.do("read", to=hall)  # TDLib asks on opening
    await town.nap()
    before = town.server.calls(*ASKING)

    pinned = await all_hear(people, ann, hall, "to be pinned")
    edited = await all_hear(people, ann, hall, "to be edited")
    gone = await all_hear(people, ann, hall, "to be deleted")
    await ann.do("title", to=hall, title="Palace")
    await ann.do("pin", to=hall, id=pinned)
    await ann.do("edit", to=hall, id=edited, text="was edited")
    for person in people:
        await person.hear("edited", lambda e: e["text"] == "was edited")
    await ann.do("post_album", to=hall, paths=photos(tmp_path), caption="two photos")
    for person in people:
        await person.hear_text("two photos")
    poll = (await ann.do("poll", to=hall, question="Tea?", answers=["yes", "no"]))["id"]
    voter, reactor, *_ = people
    await voter.do("vote", to=hall, id=numbered(voter, poll), choice=1)
    await reactor.do("react", to=hall, id=numbered(reactor, pinned), emoji="🔥")
    for person in people:
        await ann.do("promote", to=hall, user=person.user)
        await ann.do("demote", to=hall, user=person.user)
        await ann.do("silence", to=hall, user=person.user)
        await ann.do("unban", to=hall, user=person.user)
    await ann.do("forum", to=hall)
    topic = (await ann.do("topic", to=hall, title="Corner"))["id"]
    await ann.do("send", to=hall, text="in the corner", reply_to=topic)
    for person in people:
        await person.hear_text("in the corner")
    await ann.do("delete", to=hall, ids=[gone])  # last: Telethon overlooks the pts of its deletions
    for person in people:
        await person.hear("deleted", lambda e, p=person: numbered(p, gone) in e["ids"])
    assert town.server.calls(*ASKING) == before
    for person in people:
        await shows_all(person, hall, pinned, edited, poll)


async def shows_all(person: Device, hall: int, pinned: int, edited: int, poll: int) -> None:
    """Look whether a library knows how things stand in the hall."""
    assert (await person.do("chat", to=hall))["title"] == "Palace", person.library.name
    shown = [
        await person.do("message", to=hall, id=numbered(person, n)) for n in (pinned, edited, poll)
    ]
    assert shown[0]["pinned"], person.library.name
    assert shown[0]["reactions"] == {"🔥": 1}, person.library.name
    assert shown[1]["text"] == "was edited", person.library.name
    assert shown[2]["votes"] == 1, person.library.name


# -- who may not --------------------------------------------------------------------------------------

MEMBERS = ("telethon", "kurigram", "pyrogram", "tdlib", "mtcute", "gramjs")
SILENCE_S = 6  # seconds a restriction lasts


async def texts_of(person: Device, peer: int) -> list[str]:
    """Return what somebody can read in a chat."""
    try:
        return [m["text"] for m in await person.do("history", to=peer, limit=20)]
    except RefusedError:
        return []


async def test_who_is_banned_hears_no_more_and_cannot_read(town: Town) -> None:
    """Banned on every library; let in again, they hear again."""
    ann, *people = await gathered(town, "telethon", MEMBERS)
    hall = await supergroup([ann, *people], "Hall")
    for person in people:
        await ann.do("ban", to=hall, user=person.user)
    await ann.do("send", to=hall, text="among us")
    for person in people:
        await ann.do("send", to=person.user, text="goodbye")
        await person.hear_text("goodbye")
        assert "among us" not in [e.get("text") for e in person.events], person.library.name
        assert "among us" not in await texts_of(person, hall), person.library.name
        await refused(person, "send", to=hall, text="let me in")
    for person in people:
        await ann.do("unban", to=hall, user=person.user)
    await ann.do("invite", to=hall, users=[person.user for person in people])
    for person in people:
        await person.do("dialogs")
    await all_hear(people, ann, hall, "welcome back")
    for person in people:
        assert "among us" in await texts_of(person, hall), person.library.name


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
    for hearer in (ann, *people, *others[1:]):
        await hearer.hear_text("one of the crowd")


# -- who runs it ------------------------------------------------------------------------------------------

COMPANIES = [
    ("tdlib", "telethon", "kurigram"),
    ("mtcute", "kurigram", "tdlib"),
    ("kurigram", "mtcute", "telethon"),
]


@pytest.mark.parametrize("libraries", COMPANIES)
async def test_every_library_runs_a_group(town: Town, libraries: tuple[str, ...]) -> None:
    """One runs a group, makes another an admin, and puts a third in their place."""
    ann, bob, cid = await gathered(town, libraries[0], libraries[1:])
    hall = await supergroup([ann, bob], "Hall")
    link = (await ann.do("invite_link", to=hall, approval=True))["link"]
    assert await cid.do("join_link", link=link) == {"asked": True}
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
    await refused(cid, "join_link", link=link)
    assert "unheard" not in await texts_of(bob, hall)
