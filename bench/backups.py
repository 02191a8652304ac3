"""What a backup costs a server that runs: messages with one under way and without, in turn; and its own time.

`python -m bench.backups CELLS` fills a store with as many cells, each as long as a message, makes a backup of
it and tries it; then it starts a server on it and compares.
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import uvloop

from chappe import app, tl
from chappe.app.backups.schedule import BackupService
from chappe.core import Kind, Owner
from chappe.core.configuration import load
from chappe.gateways.cli.control import ask
from chappe.ports import Cell, WriteSet

from .machine import Server
from .pair import BURST_S, sized
from .pair_loads import message
from .ratios import Burst, Round, judge, order_of
from .sides import Side

CELLS: Final = 1_000_000
CELL_BYTES: Final = 120  # of a message and what is kept beside its text
CELLS_OF_ONE: Final = 5_000  # cells of one person
ROUNDS: Final = 8
LOOK_S: Final = 0.05  # seconds between two looks how far a backup is
FIRST: Final = 100_000  # the number of the first person: beyond those who sign up


async def fill(data: Path, cells: int) -> None:
    """Fill a store, make a backup of it and try it; print how long each takes."""
    server = await app.start(load(data, {}, {"port": 0}), data, None)
    try:
        for person in range(cells // CELLS_OF_ONE):
            owner = Owner(Kind.USER, (FIRST + person) * 4096)
            writes = {
                Cell(owner, "message", number.to_bytes(8, "big")): os.urandom(CELL_BYTES)
                for number in range(CELLS_OF_ONE)
            }
            await server.context.store.engine.commit([WriteSet(writes)])
        service = server.backups
        if not isinstance(service, BackupService):
            raise TypeError("the settings have backups")
        for name, work in (("backup", service.make), ("trial restore", service.attempt)):
            began = time.monotonic()
            await work(0)
            took = time.monotonic() - began
            print(f"{name} of {cells:,} cells: {took:.1f} s, {took / cells * 1e6:.1f} µs a cell")
        if service.state.trial is not None:
            print(service.state.trial.says)
    finally:
        await server.stop()


async def under_way(data: Path, *, wanted: bool) -> None:
    """Wait until a backup is under way, or none is."""
    asked = False
    while True:
        running = ask(data, "backups")["running"]
        if bool(running) is wanted and (not running or running["what"] != "starting"):
            return
        if wanted and not running and not asked:
            ask(data, "backup-now")
            asked = True
        await asyncio.sleep(LOOK_S)


async def compare(data: Path) -> None:
    """Print what a message costs with a backup under way and without."""
    with Server(data) as server:
        side = Side(server, tl.LAYER)
        work = await message(side)
        units = await sized(side, work, BURST_S)
        rounds = []
        for turn in range(ROUNDS):
            bursts: dict[bool, list[Burst]] = {True: [], False: []}
            for wanted in order_of(turn):
                await under_way(data, wanted=wanted)
                bursts[wanted].append(await side.burst(work.run, units, work.each))
            ours, theirs = bursts[True], bursts[False]
            rounds.append(Round((ours[0], ours[1]), (theirs[0], theirs[1])))
        found = judge(rounds)
    print(
        f"a message: {found.theirs_us:.0f} µs alone, {found.ours_us:.0f} µs with a backup under way,"
        f" ratio {found.ratio:.3f} ({found.low:.3f} to {found.high:.3f})"
    )


def main() -> None:
    """Run from the command line."""
    cells = int(sys.argv[1]) if len(sys.argv) > 1 else CELLS
    with tempfile.TemporaryDirectory() as directory:
        data, far = Path(directory) / "data", Path(directory) / "far"
        data.mkdir(mode=0o700)
        far.mkdir()
        (data / "chappe.toml").write_text(f'[backups]\nto = "{far}"\n')
        uvloop.run(fill(data, cells))
        uvloop.run(compare(data))


if __name__ == "__main__":
    main()
