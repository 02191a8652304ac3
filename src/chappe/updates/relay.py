"""The relay of the transactional outbox: applies commands to the boxes they are for, once and in order."""

import asyncio
from collections import deque
from typing import Final, NamedTuple

from chappe.core import HOUSE, Kind, Owner
from chappe.ports import Cell, EngineError

from .boxes import Sendable, View, command_cell
from .context import Context
from .drive import drive
from .reporting import Observer, report
from .rows import DeadLetter, OutboxRow, Runs
from .store import PendingWrite, encode_record

COMMANDS_APPLIED_MAX: Final = 100  # commands applied to one box in one change
COMMANDS_READ_MAX: Final = 1_000  # undelivered commands read from an outbox at a time
RETRY_S: Final = 0.5  # seconds before a store that failed is asked again
DELIVERED_S_MAX: Final = 5.0  # seconds a caller waits for commands to be applied, then goes on
STOP_S_MAX: Final = 10.0  # seconds a stop waits for commands to be applied; they are in the outbox
OUTBOX_NUMBERS_A_RUN: Final = 1 << 40  # numbers one run may take before the next begins


class InTransit(NamedTuple):
    """A command in transit: its cell in an outbox, and the change that sent it, if in this run."""

    cell: Cell
    number: int
    command: Sendable
    change: PendingWrite | None


class Queue:
    """The commands in transit to one box, how many were applied, and who waits for them."""

    __slots__ = ("applied", "commands", "waiters")

    def __init__(self, first: InTransit) -> None:
        self.commands = deque((first,))
        self.applied = 0
        self.waiters: deque[tuple[int, asyncio.Future[None]]] = deque()  # by what must be applied

    def pop(self, count: int) -> None:
        """Remove the first commands, which were applied, and wake who waited for them."""
        for _ in range(count):
            self.commands.popleft()
        self.applied += count
        while self.waiters and self.waiters[0][0] <= self.applied:
            _release(self.waiters.popleft()[1])

    def end(self) -> None:
        """Wake every waiter: this run applies no more of these commands."""
        for _, waiter in self.waiters:
            _release(waiter)


def _release(waiter: "asyncio.Future[None]") -> None:
    if not waiter.done():
        waiter.set_result(None)


class Relay:
    """One queue for each receiving box; different boxes are served side by side.

    Commands are taken up before the change that sent them is committed. Changes are committed in order, so
    that an effect is never committed before its cause; if the cause is lost, the command is skipped.
    """

    def __init__(self, context: Context, observer: Observer) -> None:
        self._context = context
        self._observer = observer
        self._queues: dict[Owner, Queue] = {}
        self._idle = asyncio.Event()  # there is no queue
        self._idle.set()
        self._stopping = False
        self.tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Number this run and take up the commands an earlier one left undelivered."""
        context = self._context
        async with context.change(HOUSE) as change:
            count = ((await change.get(Runs)) or Runs(count=0)).count + 1
            change.put(Runs(count=count))
        context.store.number_outbox_from(count * OUTBOX_NUMBERS_A_RUN)
        async for sources in context.boxes_of(Kind.RELAY):
            for source in sources:
                await self._take_up(source, count * OUTBOX_NUMBERS_A_RUN)

    async def _take_up(self, source: Owner, until: int) -> None:
        """Take up all that earlier runs left in one outbox; what this run adds is taken up already."""
        last: int | None = None
        look = View(self._context.store, source)
        while rows := await look.scan(
            OutboxRow, after=last, before=until + 1, limit=COMMANDS_READ_MAX
        ):
            for row in rows:
                command = self._context.registry.open(row.name, row.body)
                item = InTransit(command_cell(source.id, row.number), row.number, command, None)
                self.accept(Owner(Kind(row.to_kind), row.to_id), item)
            last = rows[-1].number

    def accept(self, to: Owner, item: InTransit) -> None:
        """Take up a command for delivery."""
        queue = self._queues.get(to)
        if queue is not None:
            queue.commands.append(item)
            return
        self._queues[to] = Queue(item)
        self._idle.clear()
        drive(self._work(to), lambda _: None, self._failed, self.tasks)

    async def delivered(self, to: Owner) -> None:
        """Wait until every command taken so far for this box is applied, but not for ever."""
        queue = self._queues.get(to)
        if queue is None:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.waiters.append((queue.applied + len(queue.commands), waiter))
        await asyncio.wait((waiter,), timeout=DELIVERED_S_MAX)

    async def _work(self, to: Owner) -> None:
        queue = self._queues[to]
        commands = queue.commands
        in_doubt = 0  # commands at the head that a failed commit may have applied
        one_by_one = False  # one of the commands fails by our mistake: find out which
        try:
            while commands:
                batch = [
                    commands[i]
                    for i in range(1 if one_by_one else min(len(commands), COMMANDS_APPLIED_MAX))
                ]
                try:
                    if not await self._apply_or_bury(to, batch, again=in_doubt > 0):
                        one_by_one = True
                        continue
                except EngineError as error:
                    self._failed(error)
                    in_doubt = max(in_doubt, len(batch))
                    if self._stopping:
                        return  # the next run takes them up
                    await asyncio.sleep(RETRY_S)
                    continue
                in_doubt = max(0, in_doubt - len(batch))
                queue.pop(len(batch))
        finally:
            del self._queues[to]
            queue.end()
            if not self._queues:
                self._idle.set()

    async def _apply_or_bury(self, to: Owner, batch: list[InTransit], *, again: bool) -> bool:
        """Apply commands; return False if one of several raised an error of ours. A single one is buried."""
        try:
            await self._apply(to, batch, again=again)
        except EngineError:
            raise
        except Exception as error:  # noqa: BLE001  our bug, logged; the command is set aside
            self._failed(error)
            if len(batch) > 1:
                return False
            await self._bury(to, batch[0])
        return True

    async def _apply(self, to: Owner, batch: list[InTransit], *, again: bool) -> None:
        async with self._context.change(to) as change:
            for item in batch:
                under_way = item.change is not None and item.change.kept is None
                if not under_way and await self._is_void(item, again=again):
                    continue
                await item.command.apply(change, self._context)
                change.settle_command(item.cell)

    async def _is_void(self, item: InTransit, *, again: bool) -> bool:
        """Whether a command must not be applied: its cause was lost, or it was applied after all.

        An engine may have kept what it reported as failed; after a failure it is asked.
        """
        if (item.change is None or item.change.kept) and not again:
            return False
        return not await self._context.store.holds_command(item.cell)

    async def _bury(self, to: Owner, item: InTransit) -> None:
        number, body = item.number, encode_record(item.command)
        async with self._context.change(to) as change:
            change.put(DeadLetter(number=number, name=item.command.name, body=body))
            change.settle_command(item.cell)

    def _failed(self, error: BaseException) -> None:
        report(self._observer.bug, "relay", error)

    async def settle(self) -> None:
        """Wait until every command taken so far is applied."""
        while self._queues:
            await self._idle.wait()

    async def stop(self) -> None:
        """Apply what can be applied. What a failing store does not take stays in the outbox."""
        self._stopping = True
        try:
            async with asyncio.timeout(STOP_S_MAX):
                await self.settle()
        except TimeoutError:
            for task in self.tasks:
                task.cancel()
