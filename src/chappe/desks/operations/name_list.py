"""Names of everybody here, in memory, so that whoever helps people finds them by name.

They are read when somebody first looks at the list of people, and again when somebody looks for a name some
minutes later. What is found is held to the accounts as they are: nobody is shown by a name they gave up.
"""

import asyncio
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from chappe.core import Kind
from chappe.features import accounts
from chappe.updates import Context, PerServer

OWNERS_TOGETHER_MAX: Final = 1_000  # accounts whose ids are asked for in one go
READ_TOGETHER_MAX: Final = (
    250  # accounts read in one go, some milliseconds; then others have their turn
)
FRESH_S: Final = 300  # seconds after which the names are read again by who looks for one
END: Final = "\n"  # between people; no name has one


def folded(name: str) -> str:
    """Return a name as names are compared."""
    return " ".join(name.casefold().split())


class NameList:
    """Everybody's name, one behind the other in one text: three megabytes for a hundred thousand people."""

    def __init__(self) -> None:
        self._text = END
        self._starts = array("q")  # where each person's name begins in it
        self._ids = array("q")  # of the same people
        self._read_at: float | None = None  # seconds of the clock that no operator sets
        self._reading = asyncio.Lock()

    async def read(self, context: Context) -> None:
        """Read the names, unless that was done lately. Who comes meanwhile waits for it."""
        async with self._reading:
            now = context.clock.monotonic()
            if self._read_at is None or now - self._read_at > FRESH_S:
                await self._read(context)
                self._read_at = now

    def found(self, words: str, after: int) -> Iterator[int]:
        """Yield behind an id who has a name one of whose words begins so, in the order names were read."""
        try:
            first = self._ids.index(after) + 1 if after >= 0 else 0
        except ValueError:  # their account was deleted between two pages
            return
        text, wanted = self._text, folded(words)
        if not wanted or first == len(self._ids):
            return
        at = self._starts[first]
        while (at := text.find(wanted, at)) >= 0:
            if text[at - 1] in (" ", END):
                person = bisect_right(self._starts, at) - 1
                yield self._ids[person]
                at = text.index(END, at)
            at += 1

    async def _read(self, context: Context) -> None:
        names, starts, ids, at = [END], array("q"), array("q"), 1
        async for owners in context.boxes_of(Kind.USER, size=OWNERS_TOGETHER_MAX):
            for begin in range(0, len(owners), READ_TOGETHER_MAX):
                some = owners[begin : begin + READ_TOGETHER_MAX]
                for record in await context.store.read_each(accounts.User, some):
                    if record is None or record.deleted or record.id in accounts.RESERVED_USERS:
                        continue
                    name = folded(f"{record.first_name} {record.last_name}") + END
                    starts.append(at)
                    ids.append(record.id)
                    names.append(name)
                    at += len(name)
                await asyncio.sleep(0)
        self._text, self._starts, self._ids = "".join(names), starts, ids


NAMES: Final[PerServer[NameList]] = PerServer(lambda _: NameList())
