"""What keys cost: those of units when messages are sealed and opened, and wrapping all keys again.

`python -m bench.keys OWNERS` prints microseconds of its processor time. Boxes are in memory, so that sealing
alone is seen; keys are in SQLite, as a server has them.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import uvloop

from chappe.core import Kind, Owner
from chappe.core.system import SystemEntropy
from chappe.engines.memory import MemoryEngine
from chappe.engines.sqlite import SqliteEngine
from chappe.ports import Cell, Unit, WriteSet
from chappe.trust import sealing

OWNERS: Final = 100_000  # whose keys are wrapped again
BOXES: Final = 100  # boxes that messages are written to
MESSAGE_BYTES: Final = 120  # of a message and what is kept beside its text
ROUNDS: Final = 100
TOGETHER: Final = 1_000  # keys wrapped again in one turn
ROOT: Final = bytes(32)


async def spent(times: int, work: Callable[[], Awaitable[object]], count: int) -> float:
    """Return microseconds of processor time of one of `count` things, done `times` times."""
    began = time.process_time()
    for _ in range(times):
        await work()
    return (time.process_time() - began) / times / count * 1e6


async def messages(engine: sealing.SealedEngine) -> None:
    """Seal and open messages under the keys of their boxes, and of units; make the keys of new units."""
    cells = [
        Cell(Owner(Kind.USER, 4096 * box), "message", bytes((at,)))
        for box in range(1, BOXES + 1)
        for at in range(4)
    ]
    writes = {cell: bytes(MESSAGE_BYTES) for cell in cells}
    units = {cell: Unit(1, 202611) for cell in cells}
    for what, said in (("its box", {}), ("its unit", units)):
        one = WriteSet(writes, said)
        await engine.commit([one])
        seal = await spent(ROUNDS, lambda one=one: engine.commit([one]), len(cells))  # type: ignore[misc]
        opened = await spent(ROUNDS, lambda: engine.read(cells), len(cells))
        print(f"a message under the key of {what}: sealed {seal:.1f} µs, opened {opened:.1f} µs")
    peer = 1

    async def begin() -> None:
        nonlocal peer
        peer += 1
        await engine.commit([WriteSet(writes, dict.fromkeys(cells, Unit(peer, 202611)))])

    print(f"key row of a new conversation: {await spent(ROUNDS // 10, begin, BOXES):.1f} µs")


async def wrapping(keys: sealing.KeyStore, owners: int) -> None:
    """Wrap the keys of owners again."""
    for first in range(0, owners, 10_000):
        await keys.make({Owner(Kind.USER, 4097 * n) for n in range(first, first + 10_000)})
    await keys.begin_epoch(202612)
    rotation = sealing.Rotation(keys)
    took = await spent(1, lambda: rotation.run(TOGETHER), owners)
    print(f"wrapping a key again: {took:.1f} µs, {1e6 / took:,.0f} a second of processor time")


async def opening(folder: Path) -> None:
    """Open the store of keys as a start does: it reads none of owners, however many there are."""
    began = time.perf_counter()
    kept = SqliteEngine(folder / "keys.db", forget=True)
    keys = sealing.KeyStore(
        kept, ROOT, SystemEntropy(), sealing.EpochFile(folder / "keys.epochs", kept)
    )
    await keys.open(202611)
    await keys.settle()
    print(f"opening keys: {(time.perf_counter() - began) * 1e3:.1f} ms, all of it")
    await keys.close()


async def run(owners: int) -> None:
    """Measure all of it."""
    with tempfile.TemporaryDirectory() as folder:
        kept = SqliteEngine(Path(folder) / "keys.db", forget=True)
        place = sealing.EpochFile(Path(folder) / "keys.epochs", kept)
        keys = sealing.KeyStore(kept, ROOT, SystemEntropy(), place)
        await keys.open(202611)
        await messages(sealing.SealedEngine(MemoryEngine(), keys, SystemEntropy()))
        await wrapping(keys, owners)
        await keys.close()
        await opening(Path(folder))


if __name__ == "__main__":
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else OWNERS))
