"""People on different libraries in chats they share, and what all of them do at once."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

from .conftest import Town
from .people import EVENT_S_MAX, Device

SENDERS = ["telethon", "kurigram", "tdlib", "mtcute", "gramjs"]  # those that do whatever there is
ASK_AGAIN_S = 0.1  # seconds between two looks at what is to come


async def company(town: Town, libraries: list[str]) -> tuple[list[Device], int, int]:
    """Sign people up, and let the first found a group and a supergroup with all of them."""
    people = [await town.person(x, f"P{i}") for i, x in enumerate(libraries)]
    for one, other in itertools.permutations(people, 2):
        await one.do("find_phone", phone=other.phone, first="Friend")
    ann, *rest = people
    users = [p.user for p in rest]
    group = (await ann.do("create_group", title="Group", users=users))["id"]
    hall = (await ann.do("create_channel", title="Hall", broadcast=False))["id"]
    await ann.do("invite", to=hall, users=users)
    for person in people:
        assert {group, hall} <= {d["id"] for d in await person.do("dialogs")}
    return people, group, hall


async def every(readers: list[Device], act: Callable[[Device], Awaitable[Any]]) -> list[Any]:
    """Let all do something at the same time; return what each got."""
    return list(await asyncio.gather(*(act(reader) for reader in readers)))


async def eventually(ask: Callable[[], Awaitable[Any]], wanted: Any, name: str) -> None:
    """Ask until the answer is what is wanted."""
    deadline = asyncio.get_running_loop().time() + EVENT_S_MAX
    answer = await ask()
    while answer != wanted and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(ASK_AGAIN_S)
        answer = await ask()
    assert answer == wanted, f"{name} sees {answer}"


def others(people: list[Device], one: Device) -> list[Device]:
    """Return all but one."""
    return [p for p in people if p is not one]


def by_library(people: list[Device], *names: str) -> list[Device]:
    """Return those who are on some libraries."""
    return [p for p in people if p.library.name in names]
