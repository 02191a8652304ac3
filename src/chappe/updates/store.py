"""The store: every box, its commit pipeline, and the committed records kept at hand.

Changes to one owner follow each other; changes to different owners run side by side and leave in one
commit. Whatever became ready since the last commit goes into the next one, so that a busy server pays
for one `fsync` a batch and an idle one waits for nobody.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeVar

import msgspec

from chappe.core import Owner
from chappe.ports import Cell, Engine, EngineError, Record, WriteSet

R = TypeVar("R", bound=Record)
T = TypeVar("T")

RECORDS_CACHED_MAX: Final = 50_000  # records; the oldest used leave first
BATCH_SETS_MAX: Final = 1_000  # write sets in one commit
QUEUE_SETS_MAX: Final = 20_000  # write sets waiting; beyond it new changes are refused

encode_record = msgspec.msgpack.Encoder().encode
_decoders: dict[type[Any], msgspec.msgpack.Decoder[Any]] = {}

Where = tuple[str, bytes]  # table and key: a cell within its box
Draft = dict[Where, Record | None]
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


class Waiting:
    """One change on its way to the engine. `kept` is None until it is known."""

    __slots__ = ("done", "draft", "kept", "lines", "owner", "told", "writes")

    def __init__(
        self,
        owner: Owner,
        draft: Draft,
        lines: dict[Cell, bytes | None],
        told: Callable[[], None] | None,
    ) -> None:
        self.owner = owner
        self.draft = draft
        self.lines = lines
        self.told = told
        self.writes: dict[Cell, bytes | None] = {
            Cell(owner, table, key): None if record is None else encode_record(record)
            for (table, key), record in draft.items()
        }
        self.kept: bool | None = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Cache:
    """Committed records at hand, box by box; the boxes longest unused leave first.

    A box is a plain dict of plain tuples and records, which the garbage collector need not look at.
    """

    __slots__ = ("_boxes", "_count", "_max")

    def __init__(self, records_max: int) -> None:
        self._boxes: OrderedDict[Owner, dict[Where, Record | None]] = OrderedDict()
        self._count = 0
        self._max = records_max

    def get(self, owner: Owner, where: Where) -> Any:
        """Return what is remembered of a cell: its record, None if it is empty, or `ABSENT`."""
        box = self._boxes.get(owner)
        if box is None:
            return ABSENT
        self._boxes.move_to_end(owner)
        return box.get(where, ABSENT)

    def put(self, owner: Owner, records: Iterable[tuple[Where, Record | None]]) -> None:
        """Remember what was read: a record, or that there is none."""
        box = self._box(owner)
        before = len(box)
        box.update(records)
        self._grow(len(box) - before)

    def take(self, owner: Owner, draft: Draft) -> None:
        """Take over what a change kept. What it removed is forgotten, so that no kind need be known."""
        box = self._box(owner)
        before = len(box)
        for where, record in draft.items():
            if record is None:
                box.pop(where, None)
            elif record.at_hand:
                box[where] = record
        self._grow(len(box) - before)

    def _box(self, owner: Owner) -> dict[Where, Record | None]:
        box = self._boxes.get(owner)
        if box is None:
            box = self._boxes[owner] = {}
        else:
            self._boxes.move_to_end(owner)
        return box

    def _grow(self, records: int) -> None:
        self._count += records
        while self._count > self._max:
            self._count -= len(self._boxes.popitem(last=False)[1])

    def drop(self, owner: Owner) -> None:
        """Forget a box."""
        self._count -= len(self._boxes.pop(owner, ()))


class Store:
    """All boxes of this process: locks, the pipeline, and a bounded cache of committed records."""

    def __init__(self, engine: Engine, cached_max: int = RECORDS_CACHED_MAX) -> None:
        self.engine = engine
        self.generation = 0  # rises when a commit fails: what was built on it must fail as well
        self._cache = Cache(cached_max)
        self._commits = 0
        self._pending: dict[Owner, dict[Where, tuple[Waiting, Record | None]]] = {}
        self._queue: deque[Waiting] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._held: dict[Owner, deque[asyncio.Future[None]] | None] = {}
        self._line_number = 0
        self.broken = False  # the last commit failed

    def number_lines_from(self, number: int) -> None:
        """Start outbox lines behind `number`, which no earlier run of the server has reached."""
        self._line_number = number

    def take_line_number(self) -> int:
        """Return the next outbox line's number: rising, also across restarts."""
        self._line_number += 1
        return self._line_number

    # -- one holder at a time ------------------------------------------------------------------

    async def hold(self, owner: Owner) -> None:
        """Wait until nobody else changes this box, then hold it."""
        if owner not in self._held:
            self._held[owner] = None
            return
        waiters = self._held[owner]
        if waiters is None:
            waiters = self._held[owner] = deque()
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiters.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.release(owner)  # it was our turn already: pass it on
            raise

    def release(self, owner: Owner) -> None:
        """Let the next in line hold the box."""
        waiters = self._held[owner]
        while waiters:
            turn = waiters.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        del self._held[owner]

    # -- reading -------------------------------------------------------------------------------

    def at_hand(self, owner: Owner, where: Where) -> Any:
        """Return a committed record (None for an empty cell) if it is in memory, else ABSENT."""
        return self._cache.get(owner, where)

    def pending(self, owner: Owner, where: Where) -> Any:
        """Return a record as the last change left it, kept or not yet; ABSENT if none is under way."""
        box = self._pending.get(owner)
        if box is not None and (found := box.get(where)) is not None:
            return found[1]
        return ABSENT

    async def read(self, kind: type[R], owner: Owner, where: Where) -> R | None:
        """Return the committed record of a cell that is not in memory."""
        commits = self._commits
        (value,) = await self.engine.read((Cell(owner, *where),))
        record = None if value is None else decode(kind, value)
        if kind.at_hand and commits == self._commits:  # else the cell may have changed meanwhile
            self._cache.put(owner, ((where, record),))
        return record

    async def holds_line(self, cell: Cell) -> bool:
        """Whether an outbox line is kept, asked of the engine itself."""
        return (await self.engine.read((cell,)))[0] is not None

    async def scan(
        self,
        kind: type[R],
        owner: Owner,
        low: bytes,
        high: bytes,
        *,
        limit: int,
        reverse: bool,
        draft: Draft | None,
    ) -> list[R]:
        """Return records with low <= key < high in order; `draft` (not None) sees uncommitted ones."""
        overlay: Draft = {}
        if draft is not None:
            table = kind.table
            if (box := self._pending.get(owner)) is not None:
                overlay = {
                    c: r for c, (_, r) in box.items() if c[0] == table and low <= c[1] < high
                }
            overlay.update({c: r for c, r in draft.items() if c[0] == table and low <= c[1] < high})
        rows = await self.engine.scan(
            owner, kind.table, low, high, limit=limit + len(overlay), reverse=reverse
        )
        if not overlay:
            return [decode(kind, value) for _, value in rows]
        merged: dict[bytes, Any] = dict(rows)
        for (_, key), record in overlay.items():
            if record is None:
                merged.pop(key, None)
            else:
                merged[key] = record
        return [
            decode(kind, merged[k]) if isinstance(merged[k], bytes) else merged[k]
            for k in sorted(merged, reverse=reverse)[:limit]
        ]

    # -- writing -------------------------------------------------------------------------------

    def enqueue(
        self,
        owner: Owner,
        draft: Draft,
        lines: dict[Cell, bytes | None],
        told: Callable[[], None] | None = None,
    ) -> Waiting:
        """Queue a finished change for the next commit; `done` of what is returned tells when it is durable.

        `lines` are outbox lines put or removed in the same commit. `told` is called once it is kept,
        and not if it is lost.
        """
        if len(self._queue) >= QUEUE_SETS_MAX:
            raise Overloaded("The store cannot keep up: changes are refused until it does.")
        waiting = Waiting(owner, draft, lines, told)
        box = self._pending.get(owner)
        if box is None:
            box = self._pending[owner] = {}
        for where, record in draft.items():
            box[where] = (waiting, record)
        self._queue.append(waiting)
        if self._worker is None:
            self._worker = asyncio.get_running_loop().create_task(self._work())
        return waiting

    async def _work(self) -> None:
        """Commit whatever is ready, until nothing is."""
        try:
            await asyncio.sleep(0)  # let everything that is ready in this tick join the batch
            while self._queue:
                batch = [
                    self._queue.popleft() for _ in range(min(len(self._queue), BATCH_SETS_MAX))
                ]
                try:
                    await self.engine.commit((WriteSet(_writes(batch)),))
                except BaseException as error:
                    self._fail(batch, error)
                    if not isinstance(error, EngineError):
                        raise
                else:
                    self._kept(batch)
        finally:
            self._worker = None
            if self._queue:
                self._worker = asyncio.get_running_loop().create_task(self._work())

    def _kept(self, batch: Sequence[Waiting]) -> None:
        self._commits += 1
        self.broken = False
        for waiting in batch:
            waiting.kept = True
            owner, draft = waiting.owner, waiting.draft
            box = self._pending.get(owner, {})  # gone, if an earlier one of the batch emptied it
            for where in draft:
                if box[where][0] is waiting:
                    del box[where]
            if not box:
                self._pending.pop(owner, None)
            self._cache.take(owner, draft)
        for waiting in batch:
            if not waiting.done.done():
                waiting.done.set_result(None)
        for waiting in batch:
            if waiting.told is not None:
                waiting.told()

    def _fail(self, batch: Sequence[Waiting], error: BaseException) -> None:
        """Refuse the batch and all that queued behind it: it may have built upon what is lost."""
        self.generation += 1
        self.broken = True
        self._commits += 1
        lost = [*batch, *self._queue]
        self._queue.clear()
        self._pending.clear()
        for waiting in lost:
            waiting.kept = False
            self._cache.drop(waiting.owner)  # it may be kept all the same: ask the engine again
            if not waiting.done.done():
                waiting.done.set_exception(
                    error
                    if isinstance(error, EngineError)
                    else EngineError("The store was stopped.")
                )
                waiting.done.exception()  # whoever cares awaits it; nobody need be told twice

    def forget(self, owner: Owner) -> None:
        """Drop what is remembered of an owner whose box was erased."""
        self._cache.drop(owner)
        self._commits += 1

    async def settle(self) -> None:
        """Wait until nothing is queued, for a graceful stop."""
        while (worker := self._worker) is not None:
            await asyncio.wait([worker])


def _writes(batch: Sequence[Waiting]) -> dict[Cell, bytes | None]:
    """Return what a batch leaves behind, later changes winning over earlier ones.

    A line that is put and removed within the batch leaves nothing: its number was never used before.
    """
    writes: dict[Cell, bytes | None] = {}
    lines: dict[Cell, bytes | None] = {}
    for waiting in batch:
        writes.update(waiting.writes)
        for cell, line in waiting.lines.items():
            if line is None and lines.pop(cell, None) is not None:
                continue
            lines[cell] = line
    writes.update(lines)
    return writes
