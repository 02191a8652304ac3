"""Pruning of event logs: old events are dropped; a client that slept longer begins anew.

Only logs are pruned, never records: messages, dialogs and chats stay.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from chappe.core import Kind, Owner

from .boxes import Change
from .context import Context
from .periodic import Periodic
from .reporting import Observer
from .rows import Counters, EventRow, NoticeRow, Pruned, QtsLog, QtsRow

Sweep = Callable[[Context, float], Awaitable[int]]  # drops what else is unused; returns how much

LOGGED: Final = (Kind.USER, Kind.CHANNEL)  # whose boxes have a log that clients follow
EVENTS_BEHIND_MAX: Final = 100_000  # pts a client may be behind before it must begin anew
CHANNEL_BEHIND_MAX: Final = 10_000  # pts a client may be behind a channel before it begins anew
NOTICES_KEPT_MAX: Final = 10_000  # events without pts one box keeps
QTS_KEPT_MAX: Final = 10_000  # events a second log keeps for a device or bot that acknowledges none
EVENT_LIFETIME_S: Final = 90 * 86_400  # seconds an event is kept for devices that sleep
PRUNE_EVERY_S: Final = 86_400  # seconds between two rounds through all boxes
BOXES_A_TURN: Final = 200  # boxes looked at before the others are let work
PAGE_PAUSE_S: Final = 0.2  # seconds between two pages
ROWS_DROPPED_MAX: Final = 1_000  # rows removed in one change


def behind_max(owner: Owner) -> int:
    """Return how many pts a client of this box may be behind."""
    return CHANNEL_BEHIND_MAX if owner.kind is Kind.CHANNEL else EVENTS_BEHIND_MAX


async def prune_box(context: Context, owner: Owner) -> int:
    """Drop what nobody can ask for any more from one box; return how many rows went."""
    dropped = 0
    look = context.look(owner)
    while True:
        mark = await look.get(Pruned) or Pruned()
        oldest = await look.scan(EventRow, after=mark.pts, limit=1)
        notice = await look.scan(NoticeRow, limit=1)
        until = int(context.clock.now()) - EVENT_LIFETIME_S
        floor = await look.counter("pts") - behind_max(owner)
        first = await look.counter("seq") - NOTICES_KEPT_MAX
        old_event = bool(oldest) and (oldest[0].pts <= floor or oldest[0].date < until)
        old_notice = bool(notice) and (notice[0].seq <= first or notice[0].date < until)
        if not old_event and not old_notice:
            return dropped
        async with context.change(owner) as change:
            dropped += await _drop(context, change, until, floor, first)


async def prune_logs(context: Context, owner: Owner) -> int:
    """Drop the oldest events of second logs that hold too many; return how many rows went."""
    dropped = 0
    counters = await context.look(owner).get(Counters) or Counters()
    for name, last in counters.numbers.items():
        log, floor = QtsLog.of(name), last - QTS_KEPT_MAX
        if log is None or floor <= 0:
            continue
        while rows := await context.look(owner).scan(
            QtsRow, log.device, before=floor + 1, limit=ROWS_DROPPED_MAX
        ):
            async with context.change(owner) as change:
                await change.acknowledge(log, rows[-1].qts)
            dropped += len(rows)
    return dropped


async def _drop(context: Context, change: Change, until: int, floor: int, first: int) -> int:
    mark = await change.get(Pruned) or Pruned()
    pts, date, dropped = mark.pts, mark.date, 0
    for row in await change.scan(EventRow, after=pts, limit=ROWS_DROPPED_MAX):
        if row.pts > floor and row.date >= until:
            break
        pts = row.pts
        if not await context.registry.open(row.name, row.body).lasts(change):
            change.drop(EventRow, row.pts)
            dropped += 1
    for notice in await change.scan(NoticeRow, limit=ROWS_DROPPED_MAX):
        if notice.seq > first and notice.date >= until:
            break
        change.drop(NoticeRow, notice.seq)
        date, dropped = max(date, notice.date), dropped + 1
    change.put(Pruned(pts=pts, date=date))
    return dropped


async def prune(context: Context, sweep: Sweep, pause_s: float = 0.0) -> int:
    """Go once through the boxes of all people and channels; return how many rows went.

    `sweep` follows, which drops the keys that nobody is logged in with.
    """
    dropped = 0
    for kind in LOGGED:
        async for owners in context.boxes_of(kind, size=BOXES_A_TURN):
            for owner in owners:
                dropped += await prune_box(context, owner)
                dropped += await prune_logs(context, owner) if kind is Kind.USER else 0
            await asyncio.sleep(pause_s)
    return dropped + await sweep(context, pause_s)


class Pruner(Periodic):
    """Prunes once a day while the server runs."""

    def __init__(self, context: Context, observer: Observer, sweep: Sweep) -> None:
        super().__init__("pruner", PRUNE_EVERY_S, observer)
        self._context = context
        self._sweep = sweep

    async def once(self, pause_s: float = 0.0) -> int:
        """Do one round now; see `prune`."""
        return await prune(self._context, self._sweep, pause_s)

    async def run(self) -> None:
        """See `Periodic`."""
        await self.once(PAGE_PAUSE_S)
