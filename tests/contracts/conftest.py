"""What the tests of engines share: every engine there is."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from chappe.core.system import SystemEntropy
from chappe.engines.memory import MemoryEngine
from chappe.engines.postgres import PostgresEngine
from chappe.engines.sqlite import SqliteEngine
from chappe.ports import Engine
from chappe.trust import sealing

from .bucket import Bucket

Open = Callable[[], Awaitable[Engine]]
ROOT = bytes(32)


async def sealed(inner: Engine, keys: Engine) -> sealing.SealedEngine:
    """Return an engine sealed under keys from another."""
    store = sealing.KeyStore(keys, ROOT, SystemEntropy())
    await store.open()
    return sealing.SealedEngine(inner, store, SystemEntropy())


@pytest.fixture
async def opens(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Open]:
    """Return what opens the engine a test is run with, again and again on the same store."""
    made: list[Engine] = []
    dsn = ""
    if "postgres" in request.param:
        dsn = await request.getfixturevalue("database").create()
    memory = (MemoryEngine(), MemoryEngine())

    async def open_it() -> Engine:
        if made:
            await made[-1].close()
        engine: Engine
        if request.param == "memory":
            engine = memory[0]
        elif request.param == "sqlite":
            engine = SqliteEngine(tmp_path / "boxes.db")
        elif request.param == "postgres":
            engine = PostgresEngine(dsn)
            await engine.open()
        elif request.param == "sqlite for keys":
            engine = SqliteEngine(tmp_path / "keys.db", forget=True)
        elif request.param == "postgres for keys":
            engine = PostgresEngine(dsn, purpose="keys", forget=True)
            await engine.open()
        elif request.param == "sealed":
            engine = await sealed(*memory)
        else:
            inner = SqliteEngine(tmp_path / "boxes.db")
            engine = await sealed(inner, SqliteEngine(tmp_path / "keys.db", forget=True))
        made.append(engine)
        return engine

    yield open_it
    for engine in made:
        await engine.close()


@pytest.fixture
async def engine(opens: Open) -> Engine:
    """An engine that is open and empty."""
    return await opens()


@pytest.fixture(scope="session")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    """A running S3 server."""
    running = Bucket(tmp_path_factory.mktemp("bucket"))
    try:
        running.start()
        yield running
    finally:
        running.stop()
