"""Shredding: of what was deleted no key is left, nor of what it was sealed together with.

A deletion removes the record at once, and notes its unit in the same commit. Later a job seals what is left
of the unit under a new key and drops the old one: then neither free pages, nor a log, nor a copy of the
boxes that is opened with today's keys has what was deleted. Where nothing is left the key is dropped. Each
step is repeated if the process ends in it.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import Any, Final, Protocol

import msgspec

from chappe.core import Kind, Owner
from chappe.ports import Cell, PassingRecord, Record, Unit

from .boxes import Change, where_of
from .context import Context
from .periodic import Periodic
from .pruning import LOGGED
from .reporting import Observer
from .rows import OutboxRow, Shredding
from .store import RELAY_PERIOD_S

EVERY_S: Final = 3_600.0  # seconds between two rounds
REST_AFTER_S: Final = 12 * 3_600  # seconds until what is left of a unit is sealed anew, once
RECORDS_A_TURN: Final = 200  # records sealed anew in one change: two milliseconds
TURN_PAUSE_S: Final = 0.05  # seconds between two turns, so that others are let work
BOXES_LOOKED_AT: Final = 1_000  # boxes read together at a start
COMMANDS_MAX: Final = 10_000  # commands on their way from one shard that are looked at
RELAY_KEPT_PERIODS: Final = 28  # periods looked back for keys of commands that were delivered


class KeyUnits(Protocol):
    """The keys of units, as whoever keeps them offers them; see `trust.sealing.UnitKeys`."""

    @property
    def changing(self) -> asyncio.Lock:
        """Held while keys are dropped, and by whoever copies boxes and keys."""
        ...

    async def renew(self, box: Owner, unit: Unit) -> None:
        """Have what is sealed from now on in a unit sealed under a new key."""
        ...

    async def drop(self, units: Collection[tuple[Owner, Unit]], *, but_newest: bool) -> None:
        """Destroy the keys of units, or those from before they were renewed."""
        ...


class Shredder(Periodic):
    """Has the keys of deleted things dropped while the server runs."""

    def __init__(
        self,
        context: Context,
        keys: KeyUnits,
        kinds: Sequence[type[Record]],
        observer: Observer,
        pause_s: float = TURN_PAUSE_S,
    ) -> None:
        """`kinds` are all that are shredded by a month of a conversation."""
        super().__init__("shredder", EVERY_S, observer, at_once=True)
        self._context = context
        self._keys = keys
        self._kinds = kinds
        self._pause_s = pause_s
        self._looked = False  # whether what earlier runs of the server left was found
        self._relay_cells: set[Cell] = set()  # commands that waited a round ago
        self._relay_until = 0  # their periods

    @property
    def waiting(self) -> int:
        """How many boxes wait to have something shredded."""
        return len(self._context.store.shredding)

    async def run(self) -> None:
        """See `Periodic`. While boxes and keys are copied nothing is dropped: the next round does it."""
        if not self._looked:
            await self._look()
        if self._keys.changing.locked():
            return
        for owner in tuple(self._context.store.shredding):
            await self.shred(owner)
        await self._drop_relayed()

    async def _look(self) -> None:
        """Find the boxes that note something from an earlier run of the server."""
        store = self._context.store
        for kind in LOGGED:
            async for owners in self._context.boxes_of(kind, size=BOXES_LOOKED_AT):
                noted = await store.read_each(Shredding, owners)
                store.shredding |= {o for o, one in zip(owners, noted, strict=True) if one}
                await asyncio.sleep(self._pause_s)
        self._looked = True

    async def shred(self, owner: Owner) -> None:
        """Drop the keys of what is gone from a box, and seal anew what is left where that is due."""
        async with self._context.change(owner) as change:
            noted = await change.get(Shredding)
            if noted is None:
                self._context.store.shredding.discard(owner)
                return
        now = int(self._context.clock.now())
        is_due = now - noted.since >= REST_AFTER_S
        anew = {*noted.under_way, *noted.units}
        for conversation, period in sorted({*anew, *noted.ageing}):
            unit = Unit(conversation, period)
            if unit.period < 0:
                is_gone = await self._drop_if_passed(owner, unit)
            else:
                is_gone = await self._drop_if_empty(owner, unit, thorough=is_due)
            if is_due and not is_gone and (conversation, period) in anew:
                await self._renew(owner, unit)
            await asyncio.sleep(self._pause_s)
        if is_due:
            async with self._context.change(owner) as change:
                await _note(change, lambda left: msgspec.structs.replace(left, since=now))

    def _of(self, unit: Unit) -> list[type[Record]]:
        """Return the kinds that a unit can hold."""
        return [
            kind for kind in self._kinds if issubclass(kind, PassingRecord) == (unit.period < 0)
        ]

    async def _drop_if_passed(self, owner: Owner, unit: Unit) -> bool:
        """Drop the key of a unit of what passes, if nothing is left of it; return whether it was.

        There is little of it, so all of that is looked at.
        """
        async with self._keys.changing, self._context.change(owner) as change:
            for kind in self._of(unit):
                async for page in change.pages(kind, *_prefix(kind, unit), size=RECORDS_A_TURN):
                    if any(record.unit() == unit for record in page):
                        return False
            await self._keys.drop([(owner, unit)], but_newest=False)
            await _note(change, lambda noted: _without(noted, unit, "units", "ageing", "under_way"))
        return True

    async def _drop_if_empty(self, owner: Owner, unit: Unit, *, thorough: bool) -> bool:
        """Drop the key of a unit if nothing is left of it; return whether it was.

        Without `thorough` only the newest of the conversation is looked at: all of it, where that is little.
        """
        seen = await self._last_seen(owner, unit, thorough=thorough)
        if seen is None:
            return False
        async with self._keys.changing, self._context.change(owner) as change:
            for kind, last in seen.items():  # what came meanwhile has higher numbers
                rest = await change.scan(kind, unit.conversation, after=last)
                if any(record.unit() == unit for record in rest):
                    return False
            await self._keys.drop([(owner, unit)], but_newest=False)
            await _note(change, lambda noted: _without(noted, unit, "units", "ageing", "under_way"))
        return True

    async def _last_seen(
        self, owner: Owner, unit: Unit, *, thorough: bool
    ) -> dict[type[Record], int] | None:
        """Return up to which number nothing of a unit is left, of each kind; None if something may be."""
        look, seen = self._context.look(owner), dict[type[Record], int]()
        for kind in self._of(unit):
            newest = await look.scan(kind, unit.conversation, limit=RECORDS_A_TURN, reverse=True)
            if any(record.unit() == unit for record in newest):
                return None
            seen[kind] = _number(newest[0]) if newest else 0
            if len(newest) < RECORDS_A_TURN:
                continue
            if not thorough:
                return None
            before: int | None = _number(newest[-1])
            while before is not None:
                await asyncio.sleep(self._pause_s)
                page = await look.scan(
                    kind, unit.conversation, before=before, limit=RECORDS_A_TURN, reverse=True
                )
                if any(record.unit() == unit for record in page):
                    return None
                before = _number(page[-1]) if page else None
        return seen

    async def _renew(self, owner: Owner, unit: Unit) -> None:
        """Seal what is left of a unit under a new key, and drop the old ones."""
        async with self._context.change(owner) as change:
            await _note(change, lambda noted: _begun(noted, unit))
        await self._keys.renew(owner, unit)
        for kind in self._of(unit):
            if unit.period < 0:
                await self._seal_passing_anew(owner, kind, unit)
            else:
                await self._seal_anew(owner, kind, unit)
        async with self._keys.changing, self._context.change(owner) as change:
            await self._keys.drop([(owner, unit)], but_newest=True)
            await _note(change, lambda noted: _without(noted, unit, "under_way"))

    async def _seal_anew(self, owner: Owner, kind: type[Record], unit: Unit) -> None:
        """Write what is left of a kind again, some at a time."""
        after: int | None = None
        while True:
            async with self._context.change(owner) as change:
                page = await change.scan(kind, unit.conversation, after=after, limit=RECORDS_A_TURN)
                for record in page:
                    if record.unit() == unit:
                        change.put(record)
            if len(page) < RECORDS_A_TURN:
                return
            after = _number(page[-1])
            await asyncio.sleep(self._pause_s)

    async def _seal_passing_anew(self, owner: Owner, kind: type[Record], unit: Unit) -> None:
        """Write what is left of a kind that passes again, some at a time, whatever its keys are."""
        pages = self._context.look(owner).pages(kind, *_prefix(kind, unit), size=RECORDS_A_TURN)
        async for page in pages:
            places = [where_of(record)[1:] for record in page if record.unit() == unit]
            if not places:
                continue
            async with self._context.change(owner) as change:
                for place in places:
                    now = await change.get(kind, *place)
                    if now is not None and now.unit() == unit:
                        change.put(now)
            await asyncio.sleep(self._pause_s)

    async def _drop_relayed(self) -> None:
        """Drop the keys of commands on their way once every one of their time has arrived."""
        waiting = await self._waiting_commands()
        # one that was sealed at the end of a period may be written in the next
        now = int(self._context.clock.now() // RELAY_PERIOD_S) - 1
        if self._relay_until and not waiting & self._relay_cells:
            house, first = Owner(Kind.RELAY, 0), self._relay_until - RELAY_KEPT_PERIODS
            units = [(house, Unit(0, period)) for period in range(first, self._relay_until)]
            async with self._keys.changing:
                await self._keys.drop(units, but_newest=False)
            self._relay_until = 0
        if not self._relay_until:
            self._relay_cells, self._relay_until = waiting, now

    async def _waiting_commands(self) -> set[Cell]:
        found: set[Cell] = set()
        engine = self._context.store.engine
        async for owners in self._context.boxes_of(Kind.RELAY):
            for owner in owners:
                rows = await engine.scan(owner, OutboxRow.table, b"", b"\xff", limit=COMMANDS_MAX)
                found.update(Cell(owner, OutboxRow.table, key) for key, _ in rows)
        return found


def _prefix(kind: type[Record], unit: Unit) -> tuple[int, ...]:
    """Return what keys of a kind that passes begin with, of one conversation."""
    return (unit.conversation,) if kind.month_by is not None and kind.month_by[0] else ()


def _number(record: Record) -> int:
    """Return the second part of a record's key, which rises."""
    number: int = getattr(record, record.key[1])
    return number


async def _note(change: Change, how: Callable[[Shredding], Shredding]) -> None:
    noted = how(await change.get(Shredding) or Shredding())
    if noted.units or noted.ageing or noted.under_way:
        change.put(noted)
    else:
        change.drop(Shredding)


def _without(noted: Shredding, unit: Unit, *fields: str) -> Shredding:
    left: dict[str, Any] = {
        field: tuple(one for one in getattr(noted, field) if one != tuple(unit)) for field in fields
    }
    return msgspec.structs.replace(noted, **left)


def _begun(noted: Shredding, unit: Unit) -> Shredding:
    """Return what is noted once a unit is being sealed anew: what is deleted from now on is noted again."""
    under_way = tuple(sorted({*noted.under_way, tuple(unit)}))
    left = _without(noted, unit, "units")
    return msgspec.structs.replace(left, under_way=under_way)
