"""People who share a chat: how they come together, and what all of them must hear and show."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image

from .conftest import Town
from .people import Device, RefusedError

ASKING = ("updates.getDifference", "updates.getChannelDifference")
TRY_AGAIN_S = 0.2  # seconds between two tries of what will be possible or impossible in a moment
TRIES_MAX = 200  # tries until what must come to pass has not


async def gathered(town: Town, runs: str, libraries: Sequence[str]) -> list[Device]:
    """Sign people up, the one who will run things first; they know everybody, and everybody them."""
    ann, *others = await asyncio.gather(
        town.person(runs, "Ann"), *(town.person(x, f"P{i}") for i, x in enumerate(libraries))
    )
    for other in others:
        await ann.do("find_phone", phone=other.phone, first=f"Friend {other.user}")
        await other.do("find_phone", phone=ann.phone, first="Ann")
    return [ann, *others]


async def supergroup(people: Sequence[Device], title: str, *, broadcast: bool = False) -> int:
    """Let the first make a supergroup, or with `broadcast` a channel, with everybody in it.

    Returns its number once all have heard in it.
    """
    ann, *others = people
    hall: int = (await ann.do("create_channel", title=title, broadcast=broadcast))["id"]
    await ann.do("invite", to=hall, users=[other.user for other in others])
    for person in people:
        await person.do("dialogs")
    await all_hear(others, ann, hall, f"welcome to {title}")
    return hall


async def all_hear(people: Sequence[Device], writer: Device, to: int, text: str) -> int:
    """Let somebody write; all of these must hear it there. Return the message's number on the server."""
    sent = await writer.do("send", to=to, text=text)
    for person in people:
        assert (await person.hear_text(text))["peer"] == to
    return int(sent["id"]) >> writer.library.id_shift


def numbered(person: Device, number: int) -> int:
    """Return how a library writes the number a message has on the server."""
    return number << person.library.id_shift


async def refused(person: Device, act: str, **given: Any) -> str:
    """Let somebody do what they must not; return what their library says of it."""
    try:
        answer = await person.do(act, **given)
    except RefusedError as error:
        return str(error)
    raise AssertionError(f"{person.library.name} was not refused to {act}: {answer}")


async def shut_out(people: Sequence[Device], writer: Device, to: int) -> None:
    """Let somebody write where others are no more: they must not hear it, find it, or write themselves."""
    await writer.do("send", to=to, text="among us")
    for person in people:
        await writer.do("send", to=person.user, text="goodbye")
        await person.hear_text("goodbye")
        assert "among us" not in [e.get("text") for e in person.events], person.library.name
        assert "among us" not in await texts_of(person, to), person.library.name
        await refused(person, "send", to=to, text="let me in")


async def until(wanted: Callable[[], Awaitable[bool]], what: str) -> None:
    """Try something until it is so."""
    for _ in range(TRIES_MAX):
        if await wanted():
            return
        await asyncio.sleep(TRY_AGAIN_S)
    raise AssertionError(f"{what} did not come to pass")


async def allowed(person: Device, act: str, **given: Any) -> Any:
    """Let somebody do what they will be let do in a moment; return the answer."""
    answers: list[Any] = []

    async def done() -> bool:
        try:
            answers.append(await person.do(act, **given))
        except RefusedError:
            return False
        return True

    await until(done, f"{person.library.name} being let {act}")
    return answers[0]


async def lists(person: Device, peer: int) -> bool:
    """Whether somebody finds a chat among their own."""
    return peer in [d["id"] for d in await person.do("dialogs")]


async def texts_of(person: Device, peer: int) -> list[str]:
    """Return what somebody can read in a chat."""
    try:
        return [m["text"] for m in await person.do("history", to=peer, limit=20)]
    except RefusedError:
        return []


# -- all that can happen to a supergroup ------------------------------------------------------------


class Happened(NamedTuple):
    """The numbers, on the server, of messages to which something happened."""

    pinned: int
    edited: int
    gone: int
    poll: int


def photos(directory: Path) -> list[str]:
    """Draw two photos; return where they lie."""
    paths = [directory / f"{color}.jpg" for color in ("red", "green")]
    for path in paths:
        Image.new("RGB", (320, 240), path.stem).save(path)
    return [str(path) for path in paths]


async def happen(
    ann: Device,
    hall: int,
    others: Sequence[Device],
    directory: Path,
    *,
    away: bool = False,
    broadcast: bool = False,
) -> Happened:
    """Let everything happen once in a supergroup or channel that somebody runs with Telethon.

    The last is a deletion: Telethon overlooks the pts of its own, and would ask what it missed.
    """
    hearers = () if away else others
    pinned = await all_hear(hearers, ann, hall, "to be pinned")
    edited = await all_hear(hearers, ann, hall, "to be edited")
    gone = await all_hear(hearers, ann, hall, "to be deleted")
    await ann.do("title", to=hall, title="Palace")
    await ann.do("pin", to=hall, id=pinned)
    await ann.do("edit", to=hall, id=edited, text="was edited")
    await ann.do("post_album", to=hall, paths=photos(directory), caption="two photos")
    poll = (await ann.do("poll", to=hall, question="Tea?", answers=["yes", "no"]))["id"]
    voter, reactor = (ann, ann) if away else others[:2]
    await voter.do("vote", to=hall, id=numbered(voter, poll), choice=1)
    await reactor.do("react", to=hall, id=numbered(reactor, pinned), emoji="🔥")
    for person in others:
        await ann.do("promote", to=hall, user=person.user)
        await ann.do("demote", to=hall, user=person.user)
    await ann.do("promote", to=hall, user=others[-1].user)
    topic = None
    if not broadcast:
        for person in others[:-1]:
            await ann.do("silence", to=hall, user=person.user)
            await ann.do("unban", to=hall, user=person.user)
        await ann.do("forum", to=hall)
        topic = (await ann.do("topic", to=hall, title="Corner"))["id"]
    await ann.do("send", to=hall, text="in the corner", reply_to=topic)
    await ann.do("delete", to=hall, ids=[gone])
    return Happened(pinned, edited, gone, poll)


async def shows_all(person: Device, hall: int, told: Happened) -> None:
    """Look whether a library knows how things stand after all that happened."""
    name = person.library.name
    assert (await person.do("chat", to=hall))["title"] == "Palace", name
    pinned, edited, poll = [
        await person.do("message", to=hall, id=numbered(person, n))
        for n in (told.pinned, told.edited, told.poll)
    ]
    assert pinned["pinned"], name
    assert pinned["reactions"] == {"🔥": 1}, name
    assert edited["text"] == "was edited", name
    assert poll["votes"] == 1, name
    texts = [m["text"] for m in await person.do("history", to=hall, limit=30)]
    assert "in the corner" in texts, name
    assert "to be deleted" not in texts, name
