"""Asking a bot's program something and waiting for what it answers: presses of buttons, inline queries.

A query is a command to the bot's box, where it is kept for its program; who listens as the bot is told once
that is done. The answer is a command back, which wakes who waits. Over MTProto a query is lost when nobody
listens, as on Telegram.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Generic, TypeVar

from chappe.core import Owner
from chappe.ports import EngineError
from chappe.updates import Context, Event

CHANCE_BITS: Final = (
    31  # of a query's number; the rest of it says when it was made, in Unix seconds
)

A = TypeVar("A")


class Answers(Generic[A]):
    """Who waits for a bot's answer, by query, in the memory of one server."""

    def __init__(self, wait_s: float) -> None:
        self.wait_s = wait_s
        self._waiting: dict[int, asyncio.Future[A | None]] = {}

    @contextmanager
    def expect(self, query: int) -> Iterator["asyncio.Future[A | None]"]:
        """Wait for the answer to a query: a future that gets None if none comes in time."""
        loop = asyncio.get_running_loop()
        coming = self._waiting[query] = loop.create_future()
        late = loop.call_later(self.wait_s, self.answered, query, None)
        try:
            yield coming
        finally:
            late.cancel()
            del self._waiting[query]

    def answered(self, query: int, answer: A | None) -> None:
        """Wake who waits for this, if they still do."""
        coming = self._waiting.get(query)
        if coming is not None and not coming.done():
            coming.set_result(answer)


def new_query(context: Context) -> int:
    """Return the number of a new query: when it is made, and chance."""
    chance = int.from_bytes(context.entropy.token(8), "big") & ((1 << CHANCE_BITS) - 1)
    return int(context.clock.now()) << CHANCE_BITS | chance


def asked_at(query: int) -> int:
    """Return when a query was made, in Unix seconds."""
    return query >> CHANCE_BITS


def first_query(moment: int) -> int:
    """Return the lowest number of a query made at a moment or later."""
    return moment << CHANCE_BITS


async def tell_bot(context: Context, bot: Owner, event: Event) -> None:
    """Tell who listens as a bot, once the change that holds its box is kept, of what is not kept for them."""
    if await is_kept(context, bot):
        context.delivery.push_transient(bot, event)


async def is_kept(context: Context, owner: Owner) -> bool:
    """Wait for the changes of a box that are under way; return whether it could be written."""
    try:
        async with context.change(owner):
            pass
    except EngineError:
        return False
    return True
