"""The store: all boxes, their commit pipeline, and a cache of committed records.

Changes to one owner follow each other; changes to different owners run side by side and leave in one
commit. Whatever became ready since the last commit goes into the next one, so that a busy server pays
for one `fsync` a batch and an idle one waits for nobody.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

import msgspec

from chappe.core import Kind, Owner
from chappe.ports import Cell, Engine, EngineError, Fenced, Record, Unit, WriteSet, encode_key

from .drive import Committed
from .key_ranges import KeyRange

R = TypeVar("R", bound=Record)
T = TypeVar("T")

RECORDS_CACHED_MAX: Final = 50_000  # records; the boxes longest unused leave first
BYTES_CACHED_MAX: Final = 48 << 20  # bytes they take, as `Store.bytes_cached` estimates them
RECORD_BYTES: Final = 320  # bytes a small record, its key and its place in memory take
PIECE_BYTES: Final = 64  # encoded bytes counted together, so that the number is a small one
PIECE_COST_BYTES: Final = 160  # bytes of memory that so many encoded bytes become
BOX_PIECES: Final = 4  # a box that holds nothing yet costs as much
RECENT_CACHED_MAX: Final = (
    32  # passing records that stay in memory of one box, such as its latest messages
)
RELAY_PERIOD_S: Final = (
    6 * 3_600
)  # seconds in which commands on their way to another box have one key
BATCH_SETS_MAX: Final = 1_000  # write sets in one commit
QUEUE_SETS_MAX: Final = 20_000  # write sets waiting; beyond it new changes are refused

encode_record = msgspec.msgpack.Encoder().encode
_decoders: dict[type[Any], msgspec.msgpack.Decoder[Any]] = {}
_new_tuple: Final = tuple.__new__

Where = tuple[Any, ...]  # a cell within its box: its table, then the parts of its key
Writes = dict[Where, Record | None]
OutboxWrites = dict[
    Cell, Callable[[], bytes] | None
]  # rows put, made when they are written; or removed
ABSENT: Final[Any] = object()  # what is known of a cell nobody asked for yet


class Overloaded(EngineError):
    """More changes are waiting than the store may queue; try again later."""


class Stale(EngineError):
    """An earlier change this one built upon could not be kept."""


def decode(kind: type[T], value: bytes) -> T:
    """Return the record or event of this kind that `value` holds."""
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.msgpack.Decoder(kind)
    found: T = decoder.decode(value)
    return found


def cell_of(owner: Owner, where: Where) -> Cell:
    """Return the engine's name of a cell."""
    # made as a tuple is: the constructor of a named one runs Python for each of a thousand a commit
    return _new_tuple(Cell, (owner, where[0], encode_key(where, 1)))


class Box:
    """What is in memory of one owner's box.

    `kept` holds committed records, `under_way` those on their way to the engine. Keys are plain tuples
    of text and numbers, which the garbage collector need not look at. A box that leaves memory is
    emptied: whoever still has it in hand finds nothing there and asks the engine.
    """

    __slots__ = (
        "commits",
        "counted_pieces",
        "counted_records",
        "derived",
        "held",
        "kept",
        "latest",
        "left",
        "owner",
        "pieces",
        "sizes",
        "under_way",
        "waiters",
    )

    def __init__(self, owner: Owner) -> None:
        self.owner = owner
        self.kept: dict[Where, Record | None] = {}
        self.sizes: dict[Where, int] = {}  # pieces of each of them, but of those that are small
        self.pieces = 0  # of all of them
        self.counted_records = self.counted_pieces = 0  # as the store has counted them last
        self.left = False  # memory: it was counted for the last time
        self.latest: deque[Where] | None = None  # those of `kept` that pass, the oldest first
        self.under_way: dict[Where, tuple[PendingWrite, Record | None]] = {}
        self.derived: dict[
            Where, Any
        ] = {}  # made of what is kept, void when anything of it changes; a record each for the count
        self.commits = 0  # how often it changed since it came into memory
        self.held = False
        self.waiters: deque[asyncio.Future[None]] | None = None  # for their turn to hold it

    def take(self, pending: "PendingWrite") -> None:
        """Move the records of a committed change into the cache.

        What it removed is forgotten, so that no kind need be known.
        """
        under_way = self.under_way
        for (where, record), value in zip(
            pending.writes.items(), pending.cells.values(), strict=True
        ):
            latest = under_way.pop(where)
            if latest[0] is not pending:
                under_way[where] = latest
            if record is None or value is None:
                self.let_go(where)
            elif record.cached:
                size = len(value)
                if size < PIECE_BYTES and not self.sizes and not record.cache_recent_only:
                    self.kept[where] = record  # as `keep` does with what is small
                else:
                    self.keep(where, record, size, recent_only=record.cache_recent_only)
        self.changed()

    def keep(self, where: Where, record: Record | None, size: int, *, recent_only: bool) -> None:
        """Cache a committed record of so many encoded bytes, or that there is none."""
        self.kept[where] = record
        pieces = size // PIECE_BYTES
        sizes = self.sizes
        if pieces or sizes:
            known = sizes.get(where, 0)
            if pieces != known:
                self.pieces += pieces - known
                if pieces:
                    sizes[where] = pieces
                else:
                    del sizes[where]
        if recent_only:
            self.keep_recent(where)

    def let_go(self, where: Where) -> None:
        """Drop a record from the cache."""
        self.kept.pop(where, None)
        if self.sizes:
            self.pieces -= self.sizes.pop(where, 0)

    def keep_recent(self, where: Where) -> None:
        """Note that a passing record is in memory; let the oldest leave if there are too many."""
        if self.latest is None:  # most boxes have none, and an empty deque takes 600 bytes
            self.latest = deque()
        elif self.latest and self.latest[-1] == where:
            return  # an upload is written for each of its parts, and would push itself out
        self.latest.append(where)
        if len(self.latest) > RECENT_CACHED_MAX:
            self.let_go(self.latest.popleft())

    def empty(self) -> None:
        """Drop every record of the box from the cache."""
        self.kept.clear()
        self.sizes.clear()
        self.pieces = 0
        self.latest = None
        self.changed()

    def changed(self) -> None:
        """Forget what was made of the records: there are others."""
        self.commits += 1
        self.derived.clear()


class PendingWrite:
    """A finished change, queued for a commit. `kept`: whether it was committed; None until it is known."""

    __slots__ = ("box", "cells", "done", "kept", "on_kept", "outbox", "units", "writes")

    def __init__(
        self,
        box: Box,
        writes: Writes,
        outbox: OutboxWrites,
        on_kept: Callable[[], None] | None,
    ) -> None:
        self.box = box
        owner = box.owner
        self.writes = writes
        self.outbox = outbox
        self.on_kept = on_kept
        self.cells: dict[Cell, bytes | None] = {}
        cells = self.cells
        self.units: dict[Cell, Unit] | None = None  # of cells not shredded with their box
        for where, record in writes.items():
            cell = _new_tuple(Cell, (owner, where[0], encode_key(where, 1)))  # as `cell_of` does
            if record is None:
                cells[cell] = None
                continue
            cells[cell] = encode_record(record)
            if record.month_by is not None:
                if self.units is None:
                    self.units = {}
                self.units[cell] = record.unit()
        self.kept: bool | None = None
        self.done = Committed()


class Store:
    """All boxes of this process: locks, the pipeline, and a bounded memory of committed records."""

    def __init__(
        self,
        engine: Engine,
        cached_max: int = RECORDS_CACHED_MAX,
        cached_bytes_max: int = BYTES_CACHED_MAX,
    ) -> None:
        self.engine = engine
        self.now: Callable[[], float] = lambda: 0.0  # the time; `Context` says which
        self.shredding: set[Owner] = set()  # whose boxes note that something is to be shredded
        self.generation = 0  # rises when a commit fails: what was built on it must fail as well
        self._boxes: OrderedDict[Owner, Box] = OrderedDict()  # the longest unused first
        self._records = 0  # in all of them; a box counts as one more
        self._pieces = 0  # likewise
        self._records_max = cached_max
        self._bytes_max = cached_bytes_max
        self._queue: deque[PendingWrite] = deque()
        self._between: deque[Callable[[], Awaitable[None]]] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._outbox_number = 0
        self.broken = False  # the last commit failed
        self.on_fenced: Callable[[str], None] | None = (
            None  # called when another has taken the engine
        )

    def number_outbox_from(self, number: int) -> None:
        """Start outbox commands behind `number`, which no earlier run of the server has reached."""
        self._outbox_number = number

    def take_outbox_number(self) -> int:
        """Return the next outbox command's number: rising, also across restarts."""
        self._outbox_number += 1
        return self._outbox_number

    # -- what is in memory ---------------------------------------------------------------------

    def box(self, owner: Owner) -> Box:
        """Return what is in memory of a box. Whoever changes it holds it first."""
        box = self._boxes.get(owner)
        if box is None:
            box = self._boxes[owner] = Box(owner)
            self._records += 1
            self._pieces += BOX_PIECES
            self._make_room()
        else:
            self._boxes.move_to_end(owner)
        return box

    @property
    def records_cached(self) -> int:
        """How many committed records are in memory, a box counting as one more."""
        return self._records

    @property
    def bytes_cached(self) -> int:
        """How many bytes those take, estimated by how long they are when they are encoded."""
        return self._records * RECORD_BYTES + self._pieces * PIECE_COST_BYTES

    def recount(self, box: Box) -> None:
        """Count anew what is in memory of a box; let the boxes longest unused leave if it is too much."""
        self._count(box)
        self._make_room()

    def _count(self, box: Box) -> None:
        if box.left:
            return
        records, pieces = len(box.kept) + len(box.derived), box.pieces
        self._records += records - box.counted_records
        self._pieces += pieces - box.counted_pieces
        box.counted_records, box.counted_pieces = records, pieces

    def _make_room(self) -> None:
        for _ in range(len(self._boxes)):
            if self._records <= self._records_max and self.bytes_cached <= self._bytes_max:
                return
            owner, box = next(iter(self._boxes.items()))
            box.empty()
            self._count(box)
            if box.held or box.under_way:  # in use: only its records leave
                self._boxes.move_to_end(owner)
            else:
                self._records -= 1
                self._pieces -= BOX_PIECES
                box.left = True
                del self._boxes[owner]

    def forget(self, owner: Owner) -> None:
        """Drop what is remembered of an owner whose box was erased."""
        box = self._boxes.get(owner)
        if box is not None:
            box.empty()
            self._count(box)

    # -- one holder at a time ------------------------------------------------------------------

    async def hold(self, owner: Owner) -> Box:
        """Lock a box for one change, in the order of asking."""
        box = self.box(owner)
        if not box.held:
            box.held = True
            return box
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if box.waiters is None:
            box.waiters = deque()
        box.waiters.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.release(box)  # it was our turn already: pass it on
            raise
        return box

    def release(self, box: Box) -> None:
        """Pass the box to the next waiter, or free it."""
        waiters = box.waiters
        while waiters:
            turn = waiters.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        box.held = False

    # -- reading -------------------------------------------------------------------------------

    async def read(self, kind: type[R], owner: Owner, where: Where) -> R | None:
        """Return the committed record of a cell that is not in memory."""
        box = self.box(owner)
        commits = box.commits
        (value,) = await self.engine.read((cell_of(owner, where),))
        record = None if value is None else decode(kind, value)
        # else it may have changed, or the box have left memory, while the engine read
        if kind.cached and commits == box.commits and self._boxes.get(owner) is box:
            box.keep(where, record, len(value or b""), recent_only=kind.cache_recent_only)
            self.recount(box)
        return record

    async def read_each(self, kind: type[R], owners: Sequence[Owner]) -> list[R | None]:
        """Return the committed record of a kind without a key in each of these boxes, read together.

        For whoever looks at many boxes once: none of it stays in memory.
        """
        values = await self.engine.read([cell_of(owner, (kind.table,)) for owner in owners])
        return [None if value is None else decode(kind, value) for value in values]

    async def holds_command(self, cell: Cell) -> bool:
        """Whether an outbox command is kept, asked of the engine itself."""
        return (await self.engine.read((cell,)))[0] is not None

    async def scan(
        self,
        kind: type[R],
        owner: Owner,
        reach: KeyRange,
        *,
        limit: int,
        reverse: bool,
        writes: Writes | None,
    ) -> list[R]:
        """Return the records of a range of keys; `writes` (not None) sees uncommitted ones.

        Where a range has no order, records come sorted by their keys if they are all there are under a
        prefix. Of more, the last one is where a page ends: `after` it the next begins.
        """
        overlay: dict[bytes, Record | None] = {}
        if writes is not None:
            unkept = {w: r for w, (_, r) in self.box(owner).under_way.items()} | writes
            for where, record in unkept.items():
                if where[0] == kind.table and reach.may_have(key := encode_key(where[1:])):
                    overlay[key] = record
        wanted = limit + len(overlay)
        rows = await self.engine.scan(
            owner, kind.table, reach.low, reach.high, limit=wanted, reverse=reverse
        )
        if reach.ordered and not overlay:
            return [decode(kind, value) for _, value in rows]
        found: dict[bytes, Any] = dict(rows)
        if reach.bounded and not reach.ordered:  # what else was written has no place among these
            overlay = {key: overlay[key] for key in found if key in overlay}
        added = [key for key in overlay if key not in found]
        keys = [*added, *found]
        found.update(overlay)
        keys = [key for key in keys if found[key] is not None]
        is_whole = not reach.bounded and len(rows) < wanted and len(keys) <= limit
        if reach.ordered or is_whole:
            keys.sort(reverse=reverse)
        return [
            decode(kind, one) if isinstance(one := found[key], bytes) else one
            for key in keys[:limit]
        ]

    # -- writing -------------------------------------------------------------------------------

    def enqueue(
        self,
        box: Box,
        writes: Writes,
        outbox: OutboxWrites,
        on_kept: Callable[[], None] | None = None,
    ) -> PendingWrite:
        """Queue a finished change for the next commit; `done` of what is returned tells when it is durable.

        `outbox` are outbox commands put or removed in the same commit. `on_kept` is called once it is kept,
        and not if it is lost.
        """
        if len(self._queue) >= QUEUE_SETS_MAX:
            raise Overloaded("The store cannot keep up: changes are refused until it does.")
        pending = PendingWrite(box, writes, outbox, on_kept)
        under_way = box.under_way
        for where, record in writes.items():
            under_way[where] = (pending, record)
        self._queue.append(pending)
        self._start_work()
        return pending

    def _start_work(self) -> None:
        if self._worker is None:
            self._worker = asyncio.get_running_loop().create_task(self._work())

    async def between(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do something between two commits: none is under way then, and none begins. It must be short."""
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        async def run() -> None:
            try:
                found = await work()
            except BaseException as error:
                if not answer.done():
                    answer.set_exception(error)
                if not isinstance(error, Exception):
                    raise
            else:
                if not answer.done():
                    answer.set_result(found)

        self._between.append(run)
        self._start_work()
        return await answer

    async def _work(self) -> None:
        """Commit whatever is ready, until nothing is."""
        try:
            await asyncio.sleep(0)  # let everything that is ready in this tick join the batch
            while self._queue or self._between:
                if self._between:
                    await self._between.popleft()()
                batch = [
                    self._queue.popleft() for _ in range(min(len(self._queue), BATCH_SETS_MAX))
                ]
                if not batch:
                    continue
                try:
                    await self.engine.commit((_together(batch, int(self.now() // RELAY_PERIOD_S)),))
                except BaseException as error:
                    self._fail(batch, error)
                    if not isinstance(error, EngineError):
                        raise
                else:
                    self._kept(batch)
        finally:
            self._worker = None
            if self._queue or self._between:
                self._start_work()

    def _kept(self, batch: Sequence[PendingWrite]) -> None:
        self.broken = False
        for pending in batch:
            pending.kept = True
            pending.box.take(pending)
            self._count(pending.box)
        self._make_room()
        # in the next turn, when the next commit is on its way, and outside the task of this one
        asyncio.get_running_loop().call_soon(_finish, batch)

    def _fail(self, batch: Sequence[PendingWrite], error: BaseException) -> None:
        """Refuse the batch and all that queued behind it: it may have built upon what is lost."""
        self.generation += 1
        self.broken = True
        if isinstance(error, Fenced) and self.on_fenced is not None:
            self.on_fenced(str(error))
        lost = [*batch, *self._queue]
        self._queue.clear()
        if not isinstance(error, EngineError):
            error = EngineError("The store was stopped.")
        for pending in lost:
            pending.kept = False
            pending.box.under_way.clear()
            pending.box.empty()  # it may be kept all the same: ask the engine again
            self._count(pending.box)
        asyncio.get_running_loop().call_soon(_refuse, lost, error)

    async def settle(self) -> None:
        """Wait until nothing is queued, for a graceful stop."""
        while (worker := self._worker) is not None:
            await asyncio.wait([worker])


def _finish(batch: Sequence[PendingWrite]) -> None:
    """Resume the callers of committed changes, then publish their events: answers before pushes."""
    for pending in batch:
        pending.done.come()
    for pending in batch:
        if pending.on_kept is not None:
            pending.on_kept()


def _refuse(lost: Sequence[PendingWrite], error: EngineError) -> None:
    """Raise the error where lost changes are waited for."""
    for pending in lost:
        pending.done.fail(error)


def _together(batch: Sequence[PendingWrite], period: int) -> WriteSet:
    """Return what a batch leaves behind, later changes winning over earlier ones.

    A command that is put and removed within the batch leaves nothing: its number was never used before. One
    that stays is shredded with the others of its period.
    """
    cells: dict[Cell, bytes | None] = {}
    units: dict[Cell, Unit] = {}
    outbox: OutboxWrites = {}
    for pending in batch:
        cells.update(pending.cells)
        if pending.units is not None:
            units.update(pending.units)
        for cell, row in pending.outbox.items():
            if row is None and outbox.pop(cell, None) is not None:
                continue
            outbox[cell] = row
    for cell, row in outbox.items():
        if row is None:
            cells[cell] = None
            continue
        cells[cell] = row()
        if cell.owner.kind is Kind.RELAY:
            units[cell] = Unit(0, period)
    return WriteSet(cells, units)
