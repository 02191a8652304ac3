"""A call: who asks, and what the handler may use to answer."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final, TypeVar

from chappe.core import Kind, Owner
from chappe.updates import PAGE_RECORDS, Change, Context, QtsLog, View, Viewer

from .client import Client
from .rates import LIMITER, Rate

R = TypeVar("R")

RECORDS_MIN: Final = 25  # records that looking up fewer is worth


async def each(pages: AsyncIterator[list[R]]) -> AsyncIterator[R]:
    """Yield the records of pages one by one."""
    async for page in pages:
        for record in page:
            yield record


async def parts(records: Sequence[R], size: int) -> AsyncIterator[list[R]]:
    """Yield records that are at hand some at a time, others having their turn in between."""
    for first in range(0, len(records), size):
        if first:
            await asyncio.sleep(0)
        yield list(records[first : first + size])


class Call:
    """One call being served."""

    __slots__ = ("client", "context", "msg_id", "takeout", "user")

    def __init__(
        self, context: Context, client: Client, msg_id: int = 0, *, takeout: int = 0
    ) -> None:
        self.context = context
        self.client = client
        self.user: int = client.user or 0
        self.msg_id = msg_id
        self.takeout = takeout  # the number of the export it is part of; 0: of none

    @classmethod
    def by(cls, context: Context, user: int) -> "Call":
        """Return a call by which somebody acts whose clients are all told of it, if any are here."""
        client = Client(0, 0, lambda _: None)
        client.user = user
        return cls(context, client)

    @property
    def now(self) -> int:
        """Seconds since 1970."""
        return int(self.context.clock.now())

    @property
    def me(self) -> Owner:
        """The caller's own box."""
        return Owner(Kind.USER, self.user)

    @property
    def log(self) -> QtsLog:
        """The second log that the caller reads: their device's own, or a bot's."""
        return QtsLog(0 if self.client.bot else self.client.key_id)

    def change(self, owner: Owner | None = None) -> Change:
        """Return a change of a box, the caller's own by default; the asking client is not told of it."""
        return self.context.change(owner or self.me, self.client)

    def look(self, owner: Owner | None = None) -> View:
        """Return a read-only view of a box, the caller's own by default."""
        return self.context.look(owner or self.me)

    def viewer(self) -> Viewer:
        """Return the caller as a viewer, to render the answer for."""
        return Viewer(self.context, self.user)

    def draw(self, rate: Rate, of: object, count: int = 1) -> None:
        """Take one from a bucket that is not the caller's own (a number's, an account's), or several.

        Raises:
            errors.FloodWait: it is empty, or has not as many; then none is taken.
        """
        self.context.own(LIMITER).draw(rate, of, self.context.clock.monotonic(), count)

    def give_back(self, rate: Rate, of: object, count: int = 1) -> None:
        """Put back into a bucket what was taken for a call that it is not against."""
        self.context.own(LIMITER).give_back(rate, of, self.context.clock.monotonic(), count)

    def begin_reading(self, rate: Rate = Rate.READING) -> None:
        """Begin to look through many records: who owes for earlier calls waits.

        Raises:
            errors.FloodWait: this person has had too much looked through.
        """
        self.draw(rate, self.user, 0)

    def read(self, records: int, rate: Rate = Rate.READING) -> None:
        """Have the caller pay for records that were looked through: a page's price for a page of them.

        Raises:
            errors.FloodWait: this person has had far too much looked through, in calls at the same time.
        """
        pages = max(records, RECORDS_MIN) / PAGE_RECORDS
        limiter = self.context.own(LIMITER)
        limiter.charge(rate, self.user, self.context.clock.monotonic(), pages)

    def slice(self) -> AbstractAsyncContextManager[None]:
        """Return a turn to look through a page of records: one at a time, of each person in rotation.

        Between two turns everybody else is served. Whoever has one waits for nothing but records.

        Raises:
            errors.FloodWait: too many wait for theirs.
        """
        return self.context.own(LIMITER).slices.turn(self.user)

    async def in_slices(self, pages: AsyncIterator[list[R]]) -> AsyncIterator[list[R]]:
        """Yield the pages of a long scan, each read in a turn of its own.

        Raises:
            errors.FloodWait: too many wait for their turns.
        """
        while True:
            async with self.slice():
                page = await anext(pages, None)
            if page is None:
                return
            yield page

    async def reading(
        self, pages: AsyncIterator[list[R]], rate: Rate = Rate.READING
    ) -> AsyncIterator[list[R]]:
        """Yield the pages of a long scan, which the caller pays for, each in a turn of its own.

        Raises:
            errors.FloodWait: this person has had too much looked through, or too many wait.
        """
        self.begin_reading(rate)
        async for page in self.in_slices(pages):
            self.read(len(page), rate)
            yield page
