"""People come back: after a long sleep, after their group became another, and with nothing remembered."""

import shutil
from pathlib import Path

import pytest

from .company import (
    all_hear,
    gathered,
    happen,
    lists,
    refused,
    shows_all,
    supergroup,
    texts_of,
    until,
)
from .conftest import TDLIBS, Town
from .people import LIBRARIES, Device

pytestmark = pytest.mark.journey

CATCHES_UP = [x.name for x in LIBRARIES.values() if x.catches_up]
EVERY = ("telethon140", "kurigram", "pyrogram", "tdlib", "mtcute", "gramjs", "telethon")
MISSED, MISSED_LONG = 300, 5_000  # posts
AT_ONCE = 100  # posts asked for by one act
READS = "channels.readHistory"
MIGRANTS = ("telethon", "kurigram", "tdlib", "mtcute")


async def test_who_slept_through_hundreds_of_posts(town: Town, *, long: bool) -> None:
    """Every library that catches up is told each post once, in order, and holds the whole log."""
    ann, *people = await gathered(town, "telethon", CATCHES_UP)
    hall = await supergroup([ann, *people], "Hall")
    for person in people:
        await person.do("disconnect")
        person.events.clear()
    posts = [f"post {i}" for i in range(MISSED_LONG if long else MISSED)]
    for start in range(0, len(posts), AT_ONCE):
        await ann.do("send_many", to=hall, texts=posts[start : start + AT_ONCE])
    for person in people:
        await person.do("start")
        await person.do("dialogs")
        await person.hear_text(posts[-1])
        heard = [e["text"] for e in person.events if e["event"] == "message" and e["peer"] == hall]
        assert [*heard, posts[-1]] == posts, person.library.name
        found = await person.do("history", to=hall, limit=len(posts))
        assert [m["text"] for m in reversed(found)] == posts, person.library.name
    await all_hear(people, ann, hall, "good morning")


async def has_read(town: Town, person: Device, hall: int) -> None:
    """Let somebody read a supergroup, until the server knows: TDLib says it by and by.

    One that leaves before has to say it again on return, and counts by what it was told until then.
    """
    before = town.server.calls(READS)[READS]

    async def known() -> bool:
        return town.server.calls(READS)[READS] > before

    await person.do("read", to=hall)
    await until(known, f"{person.library.name} saying what it has read")


async def test_whatever_happened_meanwhile_is_found(town: Town, tmp_path: Path) -> None:
    """Who was away for all that can happen in a supergroup knows on return how things stand."""
    ann, *people = await gathered(town, "telethon", EVERY)
    hall = await supergroup([ann, *people], "Hall")
    for person in people:
        await has_read(town, person, hall)
        await person.do("disconnect")
    told = await happen(ann, hall, people, tmp_path, away=True)
    for person in people:
        await person.do("start")
        await person.do("dialogs")
        if person.library.catches_up:
            await person.hear_text("in the corner")
        await shows_all(person, hall, told)
    await all_hear(people, ann, hall, "welcome home")


async def test_who_was_banned_meanwhile_finds_the_door_shut(town: Town) -> None:
    """On return they hear nothing of it, cannot read it, and go on with everything else."""
    remembers = [
        x for x in EVERY if x != "gramjs"
    ]  # which chats there are, from one run to the next
    ann, *people = await gathered(town, "telethon", remembers)
    hall = await supergroup([ann, *people], "Hall")
    for person in people:
        await person.do("disconnect")
        await ann.do("ban", to=hall, user=person.user)
    await ann.do("send", to=hall, text="among us")
    for person in people:
        person.events.clear()
        await person.do("start")
        await person.do("dialogs")
        await ann.do("send", to=person.user, text="still friends")
        await person.hear_text("still friends")
        assert "among us" not in [e.get("text") for e in person.events], person.library.name
        assert "among us" not in await texts_of(person, hall), person.library.name
        await refused(person, "send", to=hall, text="let me in")


async def test_a_group_becomes_a_supergroup_while_somebody_is_away(town: Town) -> None:
    """On return they know the new chat and write in it; the old one is closed."""
    ann, *people = await gathered(town, "telethon", MIGRANTS)
    users = [person.user for person in people]
    group = (await ann.do("create_group", title="Small", users=users))["id"]
    for person in people:
        await person.do("dialogs")
    await all_hear(people, ann, group, "we are few")
    for person in people:
        await person.do("disconnect")
    hall = (await ann.do("migrate", to=group))["id"]
    await ann.do("send", to=hall, text="we are many")
    for person in people:
        await person.do("start")
        await until(lambda p=person: lists(p, hall), f"{person.library.name} finding the new chat")
        texts = [m["text"] for m in await person.do("history", to=hall, limit=5)]
        assert "we are many" in texts, person.library.name
        assert (await person.do("chat", to=hall))["title"] == "Small"
        await refused(person, "send", to=group, text="unheard")
    for writer in people:
        others = [p for p in (ann, *people) if p is not writer]
        await all_hear(others, writer, hall, f"{writer.library.name} is here")


async def forget(device: Device) -> None:
    """Delete everything a TDLib keeps, and sign in with it again."""
    await device.do("disconnect")
    shutil.rmtree(device.session)
    device.session.mkdir()
    await device.sign_up(device.phone, "Bob")


@pytest.mark.parametrize("library", TDLIBS)
async def test_a_new_tdlib_shows_every_chat(town: Town, library: str) -> None:
    """Its database is deleted: private chats, a group, a supergroup and a channel are there again."""
    ann, bob, cid = await gathered(town, "telethon", (library, "kurigram"))
    await bob.do("find_phone", phone=cid.phone, first="Cid")
    group = (await ann.do("create_group", title="Group", users=[bob.user, cid.user]))["id"]
    hall = await supergroup([ann, bob, cid], "Hall")
    news = (await ann.do("create_channel", title="News", broadcast=True))["id"]
    await ann.do("invite", to=news, users=[bob.user])
    await bob.do("dialogs")
    said = {}
    for peer, text in ((group, "in the group"), (hall, "in the hall"), (news, "in the news")):
        await ann.do("send", to=peer, text=text)
        said[peer] = (await bob.hear_text(text))["id"], text
    await ann.do("send", to=bob.user, text="from Ann")
    said[ann.user] = (await bob.hear_text("from Ann"))["id"], "from Ann"
    said[cid.user] = (await bob.do("send", to=cid.user, text="to Cid"))["id"], "to Cid"
    await forget(bob)
    listed = {d["id"]: d["top"] for d in await bob.do("dialogs")}
    for peer, (number, text) in said.items():
        assert listed.get(peer) == number, text
        assert (await bob.do("history", to=peer, limit=1))[0]["text"] == text
