"""An engine that fails as asked, and a context of people who keep and send on top of it."""

import asyncio
from collections import deque
from collections.abc import Sequence
from enum import Enum
from typing import Any

import msgspec

from chappe.core import Kind, Owner
from chappe.engines.memory import MemoryEngine
from chappe.ports import Cell, EngineError, Record, StoreFull, WriteSet, encode_key
from chappe.updates import Change, Command, Context, Event, EventRow, Store
from tests.updates.kernel import Kernel, kernel


class Fault(Enum):
    """What may become of a commit."""

    NONE = 0
    LOST = 1  # reported as failed, and nothing is kept
    KEPT = 2  # reported as failed, and yet everything is kept
    SLOW = 3  # kept, after others had time to queue up
    SLOW_LOST = 4
    SLOW_KEPT = 5


class FaultyEngine(MemoryEngine):
    """See `ports.Engine`. Commits end as `faults` says, one after the other; then they are in order."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: deque[Fault] = deque()
        self.reads_failing = 0  # coming reads and scans that fail
        self.dead = False  # nothing is answered any more, as in a process that was killed
        self.commits = 0

    async def read(self, cells: Sequence[Cell]) -> list[bytes | None]:
        """See `ports.Engine`."""
        await self._look()
        return await super().read(cells)

    async def scan(self, *where: Any, **how: Any) -> list[tuple[bytes, bytes]]:
        """See `ports.Engine`."""
        await self._look()
        return await super().scan(*where, **how)

    async def _look(self) -> None:
        await asyncio.sleep(0)
        await self._live()
        if self.reads_failing:
            self.reads_failing -= 1
            raise EngineError("cannot be read, as asked")

    async def _live(self) -> None:
        if self.dead:
            await asyncio.get_running_loop().create_future()

    async def commit(self, batch: Sequence[WriteSet]) -> None:
        """See `ports.Engine`."""
        self.commits += 1
        fault = self.faults.popleft() if self.faults else Fault.NONE
        for _ in range(20 if fault in (Fault.SLOW, Fault.SLOW_LOST, Fault.SLOW_KEPT) else 1):
            await asyncio.sleep(0)
        await self._live()
        if fault not in (Fault.LOST, Fault.SLOW_LOST):
            await super().commit(batch)
        await self._live()
        if fault not in (Fault.NONE, Fault.SLOW):
            raise StoreFull("cannot be written, as asked")

    async def failing(self) -> None:
        """Wait until the last fault asked for has begun."""
        while self.faults:  # noqa: ASYNC110  a test's few steps
            await asyncio.sleep(0)

    def holds(self, owner: Owner, kind: type[Record], *key: int | str) -> bool:
        """Whether a record is kept, asked behind the store's back."""
        return Cell(owner, kind.table, encode_key(key)) in self._values

    def rows(self, owner: Owner, kind: type[Record]) -> list[Any]:
        """Return every record of a kind an owner has, asked behind the store's back."""
        cells = sorted(c for c in self._values if c.owner == owner and c.table == kind.table)
        decoder = msgspec.msgpack.Decoder(kind)
        return [decoder.decode(self._values[cell]) for cell in cells]


class Note(Record, frozen=True):
    """A message as its box keeps it."""

    table = "note"
    key = ("id",)

    id: int
    random_id: int
    sender: int
    number: int  # of the sender's sendings, as far as they were kept


class Sent(Record, frozen=True):
    """Which message a random_id made."""

    table = "sent"
    key = ("random_id",)

    random_id: int
    id: int


class Came(Event, frozen=True):
    """A message is there."""

    name = "test.came"

    id: int


class Carried(Command, frozen=True):
    """A message on its way to the other box."""

    name = "test.carried"

    random_id: int
    sender: int
    number: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        note = Note(
            id=change.next("notes"),
            random_id=self.random_id,
            sender=self.sender,
            number=self.number,
        )
        change.put(note)
        change.announce(Came(id=note.id))


class Listener:
    """Takes the hub's place: remembers what was told, and checks that it was kept before."""

    def __init__(self, engine: FaultyEngine) -> None:
        self._engine = engine
        self.told: list[tuple[Owner, int]] = []
        self.told_unkept: list[tuple[Owner, int]] = []

    def tell(self, change: Change) -> None:
        """See `Hub`."""
        for pts, _ in change.announced:
            self.told.append((change.owner, pts))
            if not self._engine.holds(change.owner, EventRow, pts):
                self.told_unkept.append((change.owner, pts))


async def open_context(engine: FaultyEngine, listener: Listener | None = None) -> Kernel:
    """Return a context that runs on an engine, its relay at work."""
    context = kernel(Store(engine), Came, Carried)
    if listener is not None:
        context.delivery.hub.publish = listener.tell  # type: ignore[method-assign]
    await context.delivery.relay.start()
    return context


async def send(context: Context, sender: Owner, to: Owner, random_id: int) -> int:
    """Keep a message in its sender's box and have it carried; the same random_id makes one only."""
    async with context.change(sender) as change:
        sent = await change.get(Sent, random_id)
        if sent is not None:
            return sent.id
        number = change.next("sendings")
        note = Note(id=change.next("notes"), random_id=random_id, sender=sender.id, number=number)
        change.put(note)
        change.put(Sent(random_id=random_id, id=note.id))
        change.announce(Came(id=note.id))
        change.send_command(to, Carried(random_id=random_id, sender=sender.id, number=number))
    return note.id


def holes(numbers: Sequence[int]) -> list[int]:
    """Return what is wrong with numbers that should run from 1 without a gap or a repetition."""
    return sorted(set(range(1, max(numbers, default=0) + 1)) ^ set(numbers)) + sorted(
        n for n in set(numbers) if numbers.count(n) > 1
    )


def person(number: int) -> Owner:
    """Return somebody's box; some share a shard."""
    return Owner(Kind.USER, number if number < 3 else 4096 + number - 3)
