"""Whose files take most room: everybody's sum, read in one go and kept for some minutes.

It is read of all boxes, a second for a hundred thousand people, so not for each look at a page.
"""

import asyncio
import heapq
from typing import Final, NamedTuple

from chappe.core import Kind
from chappe.updates import Context, PerServer

from .records import Usage

OWNERS_TOGETHER_MAX: Final = 1_000  # boxes whose ids are asked for in one go
READ_TOGETHER_MAX: Final = 250  # boxes read in one go; then others have their turn
LISTED_MAX: Final = 100  # people listed, those whose files take most
FRESH_S: Final = 300  # seconds for which what was read will do


class Taken(NamedTuple):
    """How much room files take."""

    most: tuple[tuple[int, int], ...] = ()  # bytes and whose they are, the most first
    people: int = 0  # who has any
    all_bytes: int = 0


class RoomTaken:
    """How much room files took when that was read last."""

    def __init__(self) -> None:
        self._taken = Taken()
        self._read_at: float | None = None  # seconds of the clock that no operator sets
        self._reading = asyncio.Lock()

    async def read(self, context: Context, *, anew: bool) -> Taken:
        """Return it, as it is or as it was some minutes ago. Who comes meanwhile waits for who reads."""
        async with self._reading:
            now = context.clock.monotonic()
            if anew or self._read_at is None or now - self._read_at > FRESH_S:
                self._taken = await _read(context)
                self._read_at = now
            return self._taken


async def _read(context: Context) -> Taken:
    most: list[tuple[int, int]] = []
    people = all_bytes = 0
    async for owners in context.boxes_of(Kind.USER, size=OWNERS_TOGETHER_MAX):
        for begin in range(0, len(owners), READ_TOGETHER_MAX):
            some = owners[begin : begin + READ_TOGETHER_MAX]
            used = await context.store.read_each(Usage, some)
            sizes = [
                (one.bytes, owner.id)
                for owner, one in zip(some, used, strict=True)
                if one is not None and one.bytes
            ]
            people += len(sizes)
            all_bytes += sum(size for size, _ in sizes)
            most = heapq.nlargest(LISTED_MAX, most + sizes)
            await asyncio.sleep(0)
    return Taken(tuple(most), people, all_bytes)


ROOM_TAKEN: Final[PerServer[RoomTaken]] = PerServer(lambda _: RoomTaken())
