"""What the servers of these tests stand on: memory, unless a test asks for every engine there is."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from tests.contracts.database import Database

from chappe.engines.files import FileBlobs
from chappe.engines.memory import MemoryEngine
from chappe.engines.memory_blobs import MemoryBlobs
from chappe.engines.postgres import PostgresEngine
from chappe.engines.sqlite import SqliteEngine
from chappe.ports import Blobs, Engine


class Ground(NamedTuple):
    """Where boxes, keys and files are kept."""

    boxes: Engine
    keys: Engine
    blobs: Blobs


async def in_memory() -> Ground:
    """Return new ground that is gone with the test."""
    return Ground(MemoryEngine(), MemoryEngine(), MemoryBlobs())


def on_disk(directory: Path) -> Callable[[], Awaitable[Ground]]:
    """Return what makes new ground in files, each time in a directory of its own."""
    made: list[Path] = []

    async def open_it() -> Ground:
        here = directory / f"ground{len(made)}"
        here.mkdir()
        made.append(here)
        keys = SqliteEngine(here / "keys.db", forget=True)
        return Ground(SqliteEngine(here / "boxes.db"), keys, FileBlobs(here / "files"))

    return open_it


def in_database(database: Database, directory: Path) -> Callable[[], Awaitable[Ground]]:
    """Return what makes new ground in databases of PostgreSQL; files stay files."""

    async def open_it() -> Ground:
        boxes, keys = [PostgresEngine(await database.create()) for _ in range(2)]
        await boxes.open()
        await keys.open()
        return Ground(boxes, keys, FileBlobs(directory / "files"))

    return open_it


open_ground: Callable[[], Awaitable[Ground]] = in_memory
