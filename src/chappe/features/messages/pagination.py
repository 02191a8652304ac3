"""Which part of a list of messages a client asks for (core.telegram.org/api/offsets): one rule for all lists.

A list goes from the newest message to the oldest. `offset_id` says how many of the first messages come before
the page: all down to the one with this number, inclusive. `add_offset` is added to that and may be negative;
`limit` messages follow. What would lie before the beginning of the list is not made up for at its end: a page
that begins twenty before the beginning is twenty shorter. At last `min_id` and `max_id` leave messages out.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from chappe.rpc import Call

PAGE_MESSAGES_MAX: Final = 100  # messages in one answer
SKIPPED_MAX: Final = 5_000  # messages one call may pass over; behind them it finds none

T = TypeVar("T")


class PageRequest(NamedTuple):
    """What a request says of the page it wants."""

    offset_id: int = 0
    add_offset: int = 0
    limit: int = 0
    min_id: int = 0
    max_id: int = 0
    offset_date: int = 0  # where there is no `offset_id`: older than this

    @property
    def passed(self) -> int:
        """How many messages lie between the one that is named and the far end of `add_offset`."""
        return abs(self.add_offset)

    def keeps(self, number: int) -> bool:
        """Whether a message of the page is left in it."""
        return (not self.min_id or number > self.min_id) and (
            not self.max_id or number < self.max_id
        )


def asked_by(request: Any, most: int = PAGE_MESSAGES_MAX) -> PageRequest:
    """Return what a request says of its page, which has no more than `most` messages."""
    return PageRequest(
        request.offset_id,
        request.add_offset,
        max(0, min(request.limit, most)),
        request.min_id,
        request.max_id,
        getattr(request, "offset_date", 0),
    )


def window(before: int, asked: PageRequest) -> slice:
    """Return which part of a list is asked for; `before` of its messages come first by their number."""
    start = before + asked.add_offset
    return slice(max(0, start), max(0, start + asked.limit))


def place_in(
    listed: Sequence[T],
    asked: PageRequest,
    number: Callable[[T], int] = attrgetter("id"),
    date: Callable[[T], int] = attrgetter("date"),
) -> slice:
    """Return which part of a list that is at hand, newest first, is asked for."""
    if asked.offset_id:
        older = (i for i, one in enumerate(listed) if number(one) < asked.offset_id)
    elif asked.offset_date:
        older = (i for i, one in enumerate(listed) if date(one) < asked.offset_date)
    else:
        return window(0, asked)
    return window(next(older, len(listed)), asked)


def page_in(
    listed: Sequence[T],
    asked: PageRequest,
    number: Callable[[T], int] = attrgetter("id"),
    date: Callable[[T], int] = attrgetter("date"),
) -> list[T]:
    """Return the page of a list that is at hand, newest first."""
    page = listed[place_in(listed, asked, number, date)]
    return [one for one in page if asked.keeps(number(one))]


class PagedList(Protocol[T]):
    """A list in a box, which is read no further than a page needs."""

    async def newer(self, since: int, limit: int) -> list[T]:
        """Return messages with this number or a higher one, the oldest first."""
        ...

    async def older(self, before: int, skip: int, limit: int) -> list[T]:
        """Return messages with lower numbers (0: all), the newest first, behind some that are passed over."""
        ...


async def page_of(
    call: Call,
    lines: PagedList[T],
    asked: PageRequest,
    number: Callable[[T], int] = attrgetter("id"),
) -> list[T]:
    """Return the page of a list in a box, newest first; who passes over many messages pays for them.

    Raises:
        errors.FloodWait: this person has had too much looked through.
    """
    if asked.passed > PAGE_MESSAGES_MAX:
        call.begin_reading()
        call.read(min(asked.passed, SKIPPED_MAX))
    if asked.passed > SKIPPED_MAX:
        return []
    newer: list[T] = []
    if asked.add_offset < 0 and asked.offset_id:
        newer = await lines.newer(asked.offset_id, -asked.add_offset)
        newer.reverse()
    place = window(len(newer), asked)
    found = newer[place]
    skip = max(0, place.start - len(newer))
    left = max(0, place.stop - len(newer) - skip)
    if left:
        found += await lines.older(asked.offset_id, skip, left)
    return [one for one in found if asked.keeps(number(one))]
