"""Groups and channels, with people on different libraries in each."""

import itertools

import pytest

from .conftest import Town
from .people import Device

pytestmark = pytest.mark.journey

# who makes the group, and who is in it
COMPANIES = [
    ("telethon", "kurigram", "tdlib"),
    ("kurigram", "telethon", "mtcute"),
    ("tdlib", "pyrogram", "telethon"),
    ("mtcute", "telethon", "gramjs"),
]


async def acquainted(town: Town, libraries: tuple[str, ...]) -> list[Device]:
    """Sign people up; each knows every other."""
    people = [await town.person(x, f"P{i}") for i, x in enumerate(libraries)]
    for one, other in itertools.permutations(people, 2):
        await one.do("find_phone", phone=other.phone, first="Friend")
    return people


async def everybody_hears(people: list[Device], writer: Device, peer: int, text: str) -> None:
    """Let one write in a chat; all others must hear it there."""
    await writer.do("send", to=peer, text=text)
    for person in people:
        if person is not writer:
            heard = await person.hear_text(text)
            assert (heard["peer"], heard["out"]) == (peer, False)


@pytest.mark.parametrize("libraries", COMPANIES)
async def test_three_people_in_a_group(town: Town, libraries: tuple[str, ...]) -> None:
    """A basic group: all hear all, answers point at the right message in every box."""
    people = await acquainted(town, libraries)
    ann, bob, cid = people
    made = await ann.do("create_group", title="Trio", users=[bob.user, cid.user])
    peer = made["id"]
    for person in people:
        assert peer in [d["id"] for d in await person.do("dialogs")]
    await everybody_hears(people, ann, peer, "hello, all")
    for writer, text in ((bob, "hello from Bob"), (cid, "hello from Cid")):
        await everybody_hears(people, writer, peer, text)
    texts = [m["text"] for m in await cid.do("history", to=peer, limit=3)]
    assert texts == ["hello from Cid", "hello from Bob", "hello, all"]


@pytest.mark.parametrize("libraries", COMPANIES)
async def test_three_people_in_a_supergroup(town: Town, libraries: tuple[str, ...]) -> None:
    """A supergroup: one log for all; who was away finds what was written."""
    people = await acquainted(town, libraries)
    ann, bob, cid = people
    peer = (await ann.do("create_channel", title="Super", broadcast=False))["id"]
    await ann.do("invite", to=peer, users=[bob.user, cid.user])
    for person in people:
        assert peer in [d["id"] for d in await person.do("dialogs")]
    await everybody_hears(people, ann, peer, "welcome")
    await everybody_hears(people, bob, peer, "thanks")
    await cid.do("disconnect")
    for i in range(3):
        await ann.do("send", to=peer, text=f"meanwhile {i}")
    await cid.do("start")
    await cid.do("dialogs")
    if cid.library.catches_up:
        for i in range(3):
            await cid.hear_text(f"meanwhile {i}")
    texts = [m["text"] for m in await cid.do("history", to=peer, limit=5)]
    assert texts == ["meanwhile 2", "meanwhile 1", "meanwhile 0", "thanks", "welcome"]


@pytest.mark.parametrize("reader", ["telethon", "kurigram", "tdlib", "mtcute", "pyrogram"])
async def test_a_public_channel(town: Town, reader: str) -> None:
    """A channel: found by its name, joined, read; its readers cannot write in it."""
    ann = await town.person("telethon", "Ann")
    bob = await town.person(reader, "Bob")
    peer = (await ann.do("create_channel", title="News", broadcast=True))["id"]
    name = f"news_{ann.user}x"
    await ann.do("set_public", to=peer, username=name)
    joined = await bob.do("join", username=name)
    assert joined["id"] == peer
    await ann.do("send", to=peer, text="first post")
    assert (await bob.hear_text("first post"))["peer"] == peer
    assert peer in [d["id"] for d in await bob.do("dialogs")]
