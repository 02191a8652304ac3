"""The relay: carries outbox lines to the boxes they are for, each once and in order."""

import asyncio
from collections import deque
from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.ports import EngineError, Record

from .boxes import View
from .drive import drive
from .events import Line, OutboxRow
from .house import House
from .store import encode_record

LINES_APPLIED_MAX: Final = 100  # lines applied to one box in one change
RETRY_S: Final = 0.5  # seconds before a store that failed is asked again
LINE_NUMBERS_A_RUN: Final = 1 << 40  # numbers one run may take before the next begins


class Runs(Record, frozen=True):
    """How often this server was started: outbox lines of a later run sort behind earlier ones."""

    table = "runs"
    key = ()

    count: int


class DeadLine(Record, frozen=True):
    """A line whose application failed by our mistake, set aside so that the others may go on."""

    table = "dead_line"
    key = ("number",)

    number: int
    name: str
    body: bytes


class Relay:
    """One queue for each receiving box; different boxes are served side by side."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._queues: dict[Owner, deque[tuple[int, Line, int]]] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.on_error: Any = None  # called with an exception that is our bug

    async def start(self) -> None:
        """Number this run and take up the lines an earlier one left undelivered."""
        house = self._house
        async with house.change(Owner(Kind.HOUSE, 0)) as change:
            count = ((await change.get(Runs)) or Runs(count=0)).count + 1
            change.put(Runs(count=count))
        house.store.number_lines_from(count * LINE_NUMBERS_A_RUN)
        for source in await house.store.engine.owners(Kind.RELAY, limit=1 << 20):
            for row in await View(house.store, source).scan(OutboxRow):
                line = house.book.open(row.name, row.body)
                self.accept(source.id, Owner(Kind(row.to_kind), row.to_id), line, row.number)

    def accept(self, source_shard: int, to: Owner, line: Line, number: int) -> None:
        """Take a committed line and see to its delivery."""
        queue = self._queues.get(to)
        if queue is not None:
            queue.append((source_shard, line, number))
            return
        self._queues[to] = deque(((source_shard, line, number),))
        drive(self._work(to), lambda _: None, self._failed, self.tasks)

    async def _work(self, to: Owner) -> None:
        queue = self._queues[to]
        try:
            while queue:
                batch = [queue[i] for i in range(min(len(queue), LINES_APPLIED_MAX))]
                try:
                    await self._apply(to, batch)
                except EngineError as error:
                    self._failed(error)
                    await asyncio.sleep(RETRY_S)
                    continue
                except Exception as error:  # noqa: BLE001  our bug: one line at a time, to find which
                    self._failed(error)
                    if len(batch) > 1:
                        for line in batch:
                            await self._apply_or_bury(to, line)
                    else:
                        await self._bury(to, batch[0])
                for _ in batch:
                    queue.popleft()
        finally:
            del self._queues[to]

    async def _apply(self, to: Owner, batch: list[tuple[int, Line, int]]) -> None:
        async with self._house.change(to) as change:
            for source_shard, line, number in batch:
                await line.apply(change, self._house)
                change.settle_line(source_shard, number)

    async def _apply_or_bury(self, to: Owner, line: tuple[int, Line, int]) -> None:
        try:
            await self._apply(to, [line])
        except EngineError:
            raise
        except Exception as error:  # noqa: BLE001  our bug, logged; the line is set aside
            self._failed(error)
            await self._bury(to, line)

    async def _bury(self, to: Owner, item: tuple[int, Line, int]) -> None:
        source_shard, line, number = item
        async with self._house.change(to) as change:
            change.put(DeadLine(number=number, name=line.name, body=encode_record(line)))
            change.settle_line(source_shard, number)

    def _failed(self, error: BaseException) -> None:
        if self.on_error is not None:
            self.on_error(error)

    async def settle(self) -> None:
        """Wait until every line taken so far is applied, for tests and a graceful stop."""
        while self._queues:  # noqa: ASYNC110  it ends with the last of several queues
            await asyncio.sleep(0.001)
