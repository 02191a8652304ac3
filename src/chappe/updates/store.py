"""The store: every box, its commit pipeline, and the committed records kept at hand.

Changes to one owner follow each other; changes to different owners run side by side and leave in one
commit. Whatever became ready since the last commit goes into the next one, so that a busy server pays
for one `fsync` a batch and an idle one waits for nobody.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Sequence
from typing import Any, Final, TypeVar

import msgspec

from chappe.core import Owner
from chappe.ports import Cell, Engine, EngineError, Record, WriteSet

R = TypeVar("R", bound=Record)

RECORDS_CACHED_MAX: Final = 50_000  # records; the oldest used leave first
BATCH_SETS_MAX: Final = 1_000  # write sets in one commit
QUEUE_SETS_MAX: Final = 20_000  # write sets waiting; beyond it new changes are refused

encode_record = msgspec.msgpack.Encoder().encode
_decoders: dict[type[Record], msgspec.msgpack.Decoder[Any]] = {}

Draft = dict[tuple[str, bytes], Record | None]


class Overloaded(EngineError):
    """More changes are waiting than the store may queue; try again later."""


class Stale(EngineError):
    """An earlier change this one built upon could not be kept."""


def decode(kind: type[R], value: bytes) -> R:
    """Return the record of this kind that `value` holds."""
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.msgpack.Decoder(kind)
    record: R = decoder.decode(value)
    return record


class Waiting:
    """One write set on its way to the engine."""

    __slots__ = ("done", "draft", "owner", "writes")

    def __init__(
        self,
        owner: Owner,
        draft: Draft,
        writes: dict[Cell, bytes | None],
        done: asyncio.Future[None],
    ) -> None:
        self.owner = owner
        self.draft = draft
        self.writes = writes
        self.done = done


class Store:
    """All boxes of this process: locks, the pipeline, and a bounded cache of committed records."""

    def __init__(self, engine: Engine, cached_max: int = RECORDS_CACHED_MAX) -> None:
        self.engine = engine
        self.generation = 0  # rises when a commit fails: what was built on it must fail as well
        self._cache: OrderedDict[Cell, Record | None] = OrderedDict()
        self._cached_max = cached_max
        self._commits = 0
        self._pending: dict[Owner, dict[tuple[str, bytes], tuple[Waiting, Record | None]]] = {}
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

    async def read(self, kind: type[R], owner: Owner, key: bytes, *, pending: bool) -> R | None:
        """Return the record under `key`; with `pending`, as the last change left it, kept or not yet."""
        if pending and (box := self._pending.get(owner)) is not None:
            found = box.get((kind.table, key))
            if found is not None:
                return found[1]  # type: ignore[return-value]  # a table holds one kind of record
        cell = Cell(owner, kind.table, key)
        cache = self._cache
        if cell in cache:
            cache.move_to_end(cell)
            return cache[cell]  # type: ignore[return-value]
        commits = self._commits
        (value,) = await self.engine.read((cell,))
        record = None if value is None else decode(kind, value)
        if commits == self._commits:  # else the cell may have changed meanwhile
            self._remember(cell, record)
        return record

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
        self, owner: Owner, draft: Draft, others: dict[Cell, bytes | None]
    ) -> "asyncio.Future[None]":
        """Queue a finished change for the next commit and return a future done when it is durable.

        `others` are cells of the house that must change in the same commit (outbox lines).
        """
        if len(self._queue) >= QUEUE_SETS_MAX:
            raise Overloaded("The store cannot keep up: changes are refused until it does.")
        loop = asyncio.get_running_loop()
        writes: dict[Cell, bytes | None] = {
            Cell(owner, table, key): None if record is None else encode_record(record)
            for (table, key), record in draft.items()
        }
        writes.update(others)
        waiting = Waiting(owner, draft, writes, loop.create_future())
        box = self._pending.setdefault(owner, {})
        for where, record in draft.items():
            box[where] = (waiting, record)
        self._queue.append(waiting)
        if self._worker is None:
            self._worker = loop.create_task(self._work())
        return waiting.done

    async def _work(self) -> None:
        """Commit whatever is ready, until nothing is."""
        try:
            await asyncio.sleep(0)  # let everything that is ready in this tick join the batch
            while self._queue:
                batch = [
                    self._queue.popleft() for _ in range(min(len(self._queue), BATCH_SETS_MAX))
                ]
                try:
                    await self.engine.commit([WriteSet(w.writes) for w in batch])
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
            owner = waiting.owner
            box = self._pending[owner]
            for where, record in waiting.draft.items():
                if box[where][0] is waiting:
                    del box[where]
                self._remember(Cell(owner, *where), record)
            if not box:
                del self._pending[owner]
        for waiting in batch:
            if not waiting.done.done():
                waiting.done.set_result(None)

    def _fail(self, batch: Sequence[Waiting], error: BaseException) -> None:
        """Refuse the batch and all that queued behind it: it may have built upon what is lost."""
        self.generation += 1
        self.broken = True
        self._commits += 1
        lost = [*batch, *self._queue]
        self._queue.clear()
        self._pending.clear()
        for waiting in lost:
            for where in waiting.draft:  # it may have been kept all the same: ask the engine again
                self._cache.pop(Cell(waiting.owner, *where), None)
            if not waiting.done.done():
                waiting.done.set_exception(
                    error
                    if isinstance(error, EngineError)
                    else EngineError("The store was stopped.")
                )
                waiting.done.exception()  # whoever cares awaits it; nobody need be told twice

    def _remember(self, cell: Cell, record: Record | None) -> None:
        cache = self._cache
        cache[cell] = record
        cache.move_to_end(cell)
        if len(cache) > self._cached_max:
            cache.popitem(last=False)

    def forget(self, owner: Owner) -> None:
        """Drop what is remembered of an owner whose box was erased."""
        for cell in [c for c in self._cache if c.owner == owner]:
            del self._cache[cell]
        self._commits += 1

    async def settle(self) -> None:
        """Wait until nothing is queued, for a graceful stop."""
        while (worker := self._worker) is not None:
            await asyncio.wait([worker])
