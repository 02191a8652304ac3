"""Boxes: `View` reads the committed records of one owner, `Change` is a transaction on them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Sequence
from functools import cache, partial
from operator import attrgetter
from types import TracebackType
from typing import Any, Final, Protocol, Self, TypeVar

import msgspec

from chappe.core import Kind, Owner
from chappe.ports import Cell, Record, encode_key
from chappe.ports.records import KeyPart

from .key_ranges import span
from .registry import Named
from .rows import Counters, EventRow, JobRow, NoticeRow, OutboxRow, QtsLog, QtsRow, Shredding
from .store import (
    ABSENT,
    Box,
    OutboxWrites,
    PendingWrite,
    Stale,
    Store,
    Where,
    Writes,
    decode,
    encode_record,
)

R = TypeVar("R", bound=Record)
E = TypeVar("E", bound="Announced")
T = TypeVar("T")

DERIVED_MAX: Final = 200  # things remembered that were made of one box
FIRSTS_KNOWN_MAX: Final = 500  # records of one kind of which a box knows how their keys begin
SCAN_RECORDS_MAX: Final = 10_000  # records one scan may return
ALL_RECORDS: Final = 1 << 62  # as a limit: all there are
PAGE_RECORDS: Final = 250  # records of a long scan read at once: a millisecond or two
COUNTED_RECORDS_MAX: Final = 10_000  # records one count looks at


class Announced(Named, Protocol):
    """An event, as far as its box must know it; `events.Event` also renders itself for a viewer."""

    @property
    def pts_count(self) -> int:
        """How much pts grows by it."""
        ...


class Sendable(Named, Protocol):
    """A command, as far as the sending box must know it; see `events.Command`."""

    async def apply(self, change: "Change", context: Any) -> None:
        """Change the receiving box."""
        ...


class Schedulable(Named, Protocol):
    """A job, as far as the box that schedules it must know it; see `events.Job`."""

    async def run(self, context: Any) -> None:
        """Do it, in changes of its own."""
        ...


def where_of(record: Record) -> Where:
    """Return where in its box a record is kept."""
    kind = record.__class__
    return (_places.get(kind) or _place_of(kind))(record)


def _place_of(kind: type[Record]) -> Callable[[Any], Where]:
    """Return what `where_of` asks a kind of record, remembered: its table and the parts of its key."""
    if kind.key:
        place: Callable[[Any], Where] = attrgetter("table", *kind.key)
    else:
        place = lambda _: (kind.table,)  # noqa: E731  of one name it would not be a tuple
    _places[kind] = place
    return place


_places: Final[dict[type[Record], Callable[[Any], Where]]] = {}


def command_cell(source_shard: int, number: int) -> Cell:
    """Return the cell of an outbox row."""
    return Cell(_relay(source_shard), OutboxRow.table, encode_key((number,)))


def _outbox_row(number: int, to: Owner, command: Sendable) -> bytes:
    """Return the outbox row of a command. Few are written: most commands are applied in the same commit."""
    row = OutboxRow(
        number=number, to_kind=to.kind, to_id=to.id, name=command.name, body=encode_record(command)
    )
    return encode_record(row)


@cache
def _relay(source_shard: int) -> Owner:
    return Owner(Kind.RELAY, source_shard)


def job_cell(source_shard: int, due: int, number: int) -> Cell:
    """Return the cell of a scheduled job."""
    return Cell(Owner(Kind.TIMERS, source_shard), JobRow.table, encode_key((due, number)))


class View:
    """Read-only view of one owner's box: committed records only."""

    __slots__ = ("_box", "owner", "store")

    def __init__(self, store: Store, owner: Owner) -> None:
        self.store = store
        self.owner = owner
        self._box = store.box(owner)

    async def get(self, kind: type[R], *key: KeyPart) -> R | None:
        """Return the record under this whole key, or None."""
        where = (kind.table, *key)
        known: Any = self._box.kept.get(where, ABSENT)
        if known is ABSENT:
            return await self.store.read(kind, self.owner, where)
        return known  # type: ignore[no-any-return]  # a table holds one kind of record

    async def get_each(self, *wanted: tuple[Any, ...]) -> list[Any]:
        """Return the record of each (kind, key part…), or None; much less work than one by one."""
        kept = self._box.kept
        found = []
        for one in wanted:
            known = kept.get((one[0].table, *one[1:]), ABSENT)
            found.append(await self.get(*one) if known is ABSENT else known)
        return found

    async def scan(
        self,
        kind: type[R],
        *prefix: KeyPart,
        after: KeyPart | None = None,
        before: KeyPart | None = None,
        limit: int = SCAN_RECORDS_MAX,
        reverse: bool = False,
    ) -> list[R]:
        """Return the records whose key begins with `prefix`, in key order (or reversed).

        `after` and `before` bound the first key part behind the prefix, both exclusive. If that part, or
        one behind it, is not `in_order`, only a scan that finds everything has an order: a page of more has
        none, and the next begins `after` its last record, whatever number that has. See `pages`.
        """
        return await self.store.scan(
            kind,
            self.owner,
            span(kind, prefix, after, before),
            limit=limit,
            reverse=reverse,
            writes=None,
        )

    async def pages(
        self,
        kind: type[R],
        *prefix: KeyPart,
        after: KeyPart | None = None,
        before: KeyPart | None = None,
        limit: int = ALL_RECORDS,
        reverse: bool = False,
        size: int = PAGE_RECORDS,
    ) -> AsyncIterator[list[R]]:
        """Yield what `scan` returns page by page, others having their turn in between.

        Behind `prefix` the key has one more part and no other. Who has enough reads no further.
        """
        left = limit
        while left > 0:
            wanted = min(size, left)
            page = await self.scan(
                kind, *prefix, after=after, before=before, limit=wanted, reverse=reverse
            )
            if page:
                yield page
            left -= wanted
            if len(page) < wanted or not left:
                return
            last = where_of(page[-1])[1 + len(prefix)]
            after, before = (after, last) if reverse else (last, before)
            await asyncio.sleep(0)

    async def count(
        self,
        kind: type[Record],
        *prefix: KeyPart,
        after: KeyPart | None = None,
        before: KeyPart | None = None,
        limit: int = COUNTED_RECORDS_MAX,
    ) -> int:
        """Return how many committed records `scan` would find, counting no further than `limit`."""
        reach = span(kind, prefix, after, before)
        return await self.store.engine.count(
            self.owner, kind.table, reach.low, reach.high, limit=limit
        )

    async def derived(self, name: tuple[Any, ...], make: Callable[[], Awaitable[T]]) -> T:
        """Return what `make` makes of this box alone; made once until something in the box changes."""
        box = self.store.box(self.owner)
        if name in box.derived:
            return box.derived[name]  # type: ignore[no-any-return]  # a name stands for one thing
        commits = box.commits
        made = await make()
        if commits == box.commits and len(box.derived) < DERIVED_MAX:
            box.derived[name] = made
            self.store.recount(box)
        return made

    async def may_hold(self, kind: type[Record], first: KeyPart) -> bool:
        """Whether there may be records of a kind whose key begins so; False is sure.

        One scan answers for every beginning until something in the box changes.
        """

        async def firsts() -> frozenset[KeyPart] | None:
            found = await self.scan(kind, limit=FIRSTS_KNOWN_MAX + 1)
            if len(found) > FIRSTS_KNOWN_MAX:
                return None  # more than is worth knowing
            return frozenset(where_of(record)[1] for record in found)

        known = await self.derived(("firsts", kind.table), firsts)
        return known is None or first in known

    async def event(self, kind: type[E], pts: int) -> E | None:
        """Return the event with this pts, or None if there is none or it is of another kind."""
        row = await self.get(EventRow, pts)
        return decode(kind, row.body) if row is not None and row.name == kind.name else None

    async def counter(self, name: str) -> int:
        """Return the last number taken from a counter; 0 before the first."""
        return (await self.get(Counters) or Counters()).numbers.get(name, 0)


COUNTERS: Final = (Counters.table,)


class DeliveryPort(Protocol):
    """What changes and features need of delivery: pushes, the outbox, scheduled jobs, who is connected.

    Implemented by `delivery.Delivery`, which stands higher.
    """

    def committed(self, change: "Change") -> None:
        """Publish the events of a committed change, and expect the jobs it scheduled."""
        ...

    def dispatch(self, change: "Change", pending: PendingWrite) -> None:
        """Hand the commands of a change that is queued for its commit to the relay."""
        ...

    async def delivered(self, to: Owner) -> None:
        """Wait until every command sent so far to this box is applied, for some seconds at most."""
        ...

    def push_transient(
        self, to: Owner, event: Announced, but: object = None, *, device: int = 0
    ) -> None:
        """Push an event that is not kept, such as that somebody is typing.

        To a user, or to one of their devices by its authorisation key, or to whoever is online in a channel.
        """
        ...

    def online(self, user: int) -> bool:
        """Whether a client of this user is connected."""
        ...

    def watch(self, user: int, channels: Collection[int]) -> None:
        """Subscribe a user, while online, to the events of these channels."""
        ...

    def unwatch(self, user: int, channel: int) -> None:
        """End a user's subscription to a channel."""
        ...

    def watchers(self, channel: int) -> frozenset[int]:
        """Return the users online who are subscribed to this channel."""
        ...

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine in the background; its failure is reported as a bug."""
        ...


class Change(View):
    """A transaction on one owner's box: everything in it is committed, or nothing.

    Use as an async context manager, which locks the box. On leaving without an error the records, the
    events, the commands for other boxes and the scheduled jobs are committed together; only then does
    `async with` return and are the events published. On an error nothing has happened.

    A change reads what earlier ones wrote before that is durable. So a change that wrote nothing waits
    for them too, and fails with them: its caller may be answered by what they wrote.
    """

    __slots__ = (
        "_counted",
        "_counters",
        "_delivery",
        "_generation",
        "_outbox",
        "_shredded",
        "_writes",
        "addressed",
        "ageing",
        "announced",
        "commands",
        "first_due",
        "now",
        "origin",
        "without_pts",
    )

    def __init__(
        self, store: Store, owner: Owner, now: float, delivery: DeliveryPort, origin: object
    ) -> None:
        self.store = store
        self.owner = owner
        self._box: Box  # in hand while it is held
        self.now = int(now)
        self.origin = origin  # the client that asked, which is answered and need not be told
        self.announced: list[tuple[int, Announced]] = []
        self.without_pts: list[Announced] = []
        self.addressed: list[tuple[QtsLog, int, Announced]] | None = None  # with qts; 0: a notice
        self.commands: list[tuple[Owner, Sendable, Cell, int]] = []  # with its cell and number
        self.first_due: int | None = None  # when the first job of this change is due
        self._writes: Writes = {}
        self._shredded: list[tuple[type[Record], Where]] | None = None  # dropped, of units
        self.ageing = (
            False  # what it drops is old: it is shredded with the rest of its unit, in time
        )
        self._outbox: OutboxWrites = {}
        self._delivery = delivery
        self._counters: dict[str, int] | None = None
        self._counted = False  # a number was taken
        self._generation = store.generation

    async def __aenter__(self) -> Self:
        """Hold the box."""
        box = self.store.box(self.owner)
        if box.held:
            box = await self.store.hold(self.owner)
        box.held = True
        self._box = box
        try:
            self._generation = self.store.generation
            held: Counters | None = self._known(COUNTERS)
            if held is ABSENT:
                held = await self.get(Counters)
        except BaseException:
            self.store.release(self._box)
            raise
        self._counters = held.numbers if held else {}
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Queue the commit and wait for it; after an error, drop everything.

        The relay takes up the commands at once, so that their effects on other boxes go into the same
        commit where they can. If this change is lost, so are they.
        """
        try:
            if error is not None:
                return
            if self._shredded is not None:
                await self._note_shredded(self._shredded)
            if self._counted and self._counters is not None:
                self.put(Counters(numbers=self._counters))
            if self._generation != self.store.generation:
                raise Stale("An earlier change could not be kept; nothing was done.")
            if not (self._writes or self._outbox or self._box.under_way):
                return
            tells = (
                self.announced or self.without_pts or self.addressed or self.first_due is not None
            )
            on_kept = partial(self._delivery.committed, self) if tells else None
            pending = self.store.enqueue(self._box, self._writes, self._outbox, on_kept)
        finally:
            self.store.release(self._box)
        if self.commands:
            self._delivery.dispatch(self, pending)
        await pending.done

    async def get(self, kind: type[R], *key: KeyPart) -> R | None:
        """Return the record under this whole key as this change sees it."""
        where = (kind.table, *key)
        known = self._known(where)
        if known is ABSENT:
            return await self.store.read(kind, self.owner, where)
        return known  # type: ignore[no-any-return]  # a table holds one kind of record

    def _known(self, where: Where) -> Any:
        """Return what is in memory of a cell as this change sees it, or ABSENT."""
        # most often the first two are empty, and each look into one hashes the whole key
        if self._writes and (known := self._writes.get(where, ABSENT)) is not ABSENT:
            return known
        box = self._box
        if box.under_way and (found := box.under_way.get(where)) is not None:
            return found[1]
        return box.kept.get(where, ABSENT)

    async def get_each(self, *wanted: tuple[Any, ...]) -> list[Any]:
        """See `View.get_each`; as this change sees it."""
        found = []
        for kind, *key in wanted:
            known = self._known((kind.table, *key))
            found.append(await self.get(kind, *key) if known is ABSENT else known)
        return found

    async def scan(
        self,
        kind: type[R],
        *prefix: KeyPart,
        after: KeyPart | None = None,
        before: KeyPart | None = None,
        limit: int = SCAN_RECORDS_MAX,
        reverse: bool = False,
    ) -> list[R]:
        """See `View.scan`; sees what this and earlier changes wrote."""
        return await self.store.scan(
            kind,
            self.owner,
            span(kind, prefix, after, before),
            limit=limit,
            reverse=reverse,
            writes=self._writes,
        )

    def put(self, record: Record) -> None:
        """Keep a record, in place of any other under its key."""
        kind = record.__class__
        self._writes[(_places.get(kind) or _place_of(kind))(record)] = record

    def drop(self, kind: type[Record], *key: KeyPart) -> None:
        """Remove the record under this whole key, if there is one."""
        self._writes[(kind.table, *key)] = None
        if kind.month_by is not None:
            if self._shredded is None:
                self._shredded = []
            self._shredded.append((kind, (kind.table, *key)))

    def rewrite(self, record: Record) -> None:
        """Keep a record in place of the one under its key, and have what that one said shredded."""
        self.put(record)
        if record.month_by is not None:
            if self._shredded is None:
                self._shredded = []
            self._shredded.append((record.__class__, where_of(record)))

    async def _note_shredded(self, dropped: Sequence[tuple[type[Record], Where]]) -> None:
        """Note of which units something is gone, so that the rest of them is sealed anew.

        Nobody is let in meanwhile: the box is held.
        """
        gone: set[tuple[int, int]] = set()
        for kind, where in dropped:
            now = self._writes[where]
            under_way = self._box.under_way.get(where)
            was = under_way[1] if under_way else self._box.kept.get(where, ABSENT)
            if was is ABSENT:
                was = await self.store.read(kind, self.owner, where)
            if was is not None and was != now:
                gone.add(was.unit())
        known = await self.get(Shredding) or Shredding()
        field = "ageing" if self.ageing else "units"
        noted = getattr(known, field)
        if gone.difference(noted):
            kept = tuple(sorted(gone.union(noted)))
            since = known.since or self.now
            self.put(msgspec.structs.replace(known, since=since, **{field: kept}))
            self.store.shredding.add(self.owner)

    def next(self, name: str, step: int = 1) -> int:
        """Take the next number of a counter (the first is `step`); counters have no holes."""
        if self._counters is None:
            raise RuntimeError("a change takes numbers only while it holds its box")
        if not self._counted:
            self._counted = True
            self._counters = dict(self._counters)  # what is kept stays as it is
        number = self._counters[name] = self._counters.get(name, 0) + step
        return number

    async def counter(self, name: str) -> int:
        """Return the last number taken from a counter, by this change or an earlier one."""
        return self.last(name)

    def last(self, name: str) -> int:
        """Return the last number taken from a counter; 0 before the first."""
        return (self._counters or {}).get(name, 0)

    def _date(self, name: str) -> None:
        """Note beside the counters of a channel when it last had news: its members ask for nothing else."""
        if self.owner.kind is Kind.CHANNEL and self._counters is not None:
            self._counters[name] = self.now

    def announce(self, event: Announced, log: QtsLog | None = None) -> int:
        """Append an event to the log of the box and return its pts; it is pushed once committed.

        With a second log, of a user's box, it takes the next `qts` of that log instead, is pushed to the
        readers of that log only, and is kept until they have acknowledged it.
        """
        if log is not None:
            return self._address(event, log)
        pts = self.next("pts", event.pts_count)
        self._date("announced_at")
        self.keep_event(pts, event, self.now)
        self.announced.append((pts, event))
        return pts

    def keep_event(self, pts: int, event: Announced, date: int) -> None:
        """Keep an event in the log of the box and tell nobody: what comes back is found by it."""
        self.put(EventRow(pts=pts, name=event.name, body=encode_record(event), date=date))

    def announce_without_pts(self, event: Announced, log: QtsLog | None = None) -> None:
        """Announce an event without pts. Offline clients get it from getDifference, by date.

        With a second log, of a user's box, only the readers of that log get it.
        """
        number = self.next("seq")
        self._date("noticed_at")
        device = 0 if log is None else log.device
        body = encode_record(event)
        self.put(NoticeRow(seq=number, name=event.name, body=body, date=self.now, device=device))
        if log is None:
            self.without_pts.append(event)
        else:
            self._to_readers(log, 0, event)

    def _address(self, event: Announced, log: QtsLog) -> int:
        qts = self.next(log.counter)
        body = encode_record(event)
        row = QtsRow(device=log.device, qts=qts, name=event.name, body=body, date=self.now)
        self.put(row)
        self._to_readers(log, qts, event)
        return qts

    def _to_readers(self, log: QtsLog, qts: int, event: Announced) -> None:
        if self.owner.kind is not Kind.USER:
            raise ValueError("only the box of a user or bot has a second log")
        if self.addressed is None:
            self.addressed = []
        self.addressed.append((log, qts, event))

    async def acknowledge(self, log: QtsLog, qts: int) -> None:
        """Remove what a second log holds up to this `qts`: whom it is for has it."""
        while rows := await self.scan(QtsRow, log.device, before=qts + 1):
            for row in rows:
                self.drop(QtsRow, row.device, row.qts)

    async def close_log(self, log: QtsLog) -> None:
        """Remove a second log whole: its device is logged out. Should it come again, it counts from 1."""
        if self._counters is not None and log.counter in self._counters:
            await self.acknowledge(log, self._counters[log.counter])
            self._counters = {k: n for k, n in self._counters.items() if k != log.counter}
            self._counted = True

    def send_command(self, to: Owner, command: Sendable) -> None:
        """Put a command for another box into the outbox: committed with this change, applied there once."""
        number = self.store.take_outbox_number()
        cell = command_cell(self.owner.shard, number)
        self._outbox[cell] = partial(_outbox_row, number, to, command)
        self.commands.append((to, command, cell, number))

    def schedule(self, due: int, job: Schedulable) -> None:
        """Schedule a job: committed with this change, run when it is due, at least once."""
        number = self.store.take_outbox_number()
        row = JobRow(
            due=due,
            number=number,
            kind=self.owner.kind,
            id=self.owner.id,
            name=job.name,
            body=encode_record(job),
        )
        self._outbox[job_cell(self.owner.shard, due, number)] = partial(encode_record, row)
        self.first_due = due if self.first_due is None else min(due, self.first_due)

    def settle_command(self, cell: Cell) -> None:
        """Remove an outbox command in the same commit as its effect, so that it is applied once."""
        self._outbox[cell] = None
