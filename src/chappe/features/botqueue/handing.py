"""Handing updates over to a bot's program, rendered for the bot as they are now."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.updates import Context, Viewer

from .kinds import UpdateKind
from .queueing import COUNTER, QUEUED_MAX, drop_updates, new_delivery
from .records import QueuedUpdate, UpdateDelivery

PAGE_MAX: Final = 100  # updates handed over at once
AHEAD_MAX: Final = 10  # numbers an offset may be beyond the last and still be meant


class Handed(NamedTuple):
    """One update that waits: its number, what it is of, and the `api.Update…`."""

    number: int
    kind: UpdateKind
    update: Any


class HandedPage(NamedTuple):
    """Updates in their order, with the users and chats they name."""

    updates: list[Handed]
    users: Sequence[Any] = ()
    chats: Sequence[Any] = ()


class UpdateQueue:
    """The queues of the bots of one server, as a gateway uses them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def take(self, bot: int, offset: int, limit: int, *, settled: bool = False) -> HandedPage:
        """Return updates from an offset on, and forget those before it.

        A negative offset counts from the end; one that is far off is as good as 0. `settled`: with all that
        was queued before this was asked, though its commit is under way; without it, what is kept.
        """
        owner = Owner(Kind.USER, bot)
        look = self._context.look(owner)
        known = await look.get(UpdateDelivery)
        if known is None:
            return HandedPage([])
        if offset:
            offset = await self._meant(owner, known, offset)
            if offset and await look.scan(QueuedUpdate, before=offset, limit=1):
                self._context.delivery.begin(drop_updates(self._context, owner, before=offset))
        after = offset - 1 if offset else None
        limit = max(1, min(limit, PAGE_MAX))
        while True:
            if settled:
                async with self._context.change(owner) as change:
                    rows = await change.scan(QueuedUpdate, after=after, limit=limit)
            else:
                rows = await look.scan(QueuedUpdate, after=after, limit=limit)
            page = await self._rendered(bot, rows)
            if page.updates or not rows:
                return page
            after = rows[-1].update  # nobody would ever confirm what nobody sees
            self._context.delivery.begin(drop_updates(self._context, owner, before=after + 1))

    async def _meant(self, owner: Owner, known: UpdateDelivery, offset: int) -> int:
        """Return the number of the first update that an offset means; 0 for the oldest."""
        look = self._context.look(owner)
        tail = known.base + await look.counter(COUNTER) + 1
        if offset < 0:
            newest = await look.scan(QueuedUpdate, limit=min(-offset, QUEUED_MAX), reverse=True)
            return newest[-1].update if newest else 0
        oldest = await look.scan(QueuedUpdate, limit=1)
        head = oldest[0].update if oldest else tail
        return 0 if offset > tail + AHEAD_MAX or offset < head - QUEUED_MAX else offset

    async def _rendered(self, bot: int, rows: Sequence[QueuedUpdate]) -> HandedPage:
        now = int(self._context.clock.now())
        viewer = Viewer(self._context, bot)
        handed = []
        for row in rows:
            if row.expires > now:
                event = self._context.registry.open(row.name, row.body)
                update = await event.render(viewer, 0)
                if update is not None:
                    handed.append(Handed(row.update, UpdateKind(row.kind), update))
        if not handed:
            return HandedPage([])
        users, chats = await accounts.peers(viewer)
        return HandedPage(handed, users, chats)

    async def note_use(self, bot: int, allowed: int | None) -> None:
        """Note that a bot's program fetches its updates, and which kinds it wants; None: as before."""
        owner = Owner(Kind.USER, bot)
        known = await self._context.look(owner).get(UpdateDelivery)
        if known is not None and known.used and allowed in (None, known.allowed):
            return
        async with self._context.change(owner) as change:
            known = await change.get(UpdateDelivery) or new_delivery(self._context)
            wanted = known.allowed if allowed is None else allowed
            change.put(msgspec.structs.replace(known, used=True, allowed=wanted))

    async def allowed(self, bot: int) -> int:
        """Return the kinds a bot asked for; 0 if it never said."""
        known = await self._context.look(Owner(Kind.USER, bot)).get(UpdateDelivery)
        return 0 if known is None else known.allowed

    async def pending(self, bot: int) -> int:
        """Return how many updates wait."""
        return await self._context.look(Owner(Kind.USER, bot)).count(QueuedUpdate, limit=QUEUED_MAX)

    async def forget(self, bot: int) -> None:
        """Drop all that waits."""
        await drop_updates(self._context, Owner(Kind.USER, bot))
