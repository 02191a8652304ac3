"""People who share a chat: how they come together, and what all of them must hear and show."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

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


async def supergroup(people: Sequence[Device], title: str) -> int:
    """Let the first make a supergroup with everybody in it; return its number once all have heard in it."""
    ann, *others = people
    hall: int = (await ann.do("create_channel", title=title, broadcast=False))["id"]
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
