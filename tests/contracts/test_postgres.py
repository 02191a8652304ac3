"""PostgreSQL alone: the lease, broken connections, and what an operator is told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest

from chappe.core import Kind, Owner
from chappe.engines.postgres import VERSION, PostgresEngine, explain
from chappe.ports import Cell, EngineError, Fenced, StoreFull, StoreReadOnly, WriteSet
from chappe.updates import drive

from .database import Database

CELL = Cell(Owner(Kind.USER, 1), "t", b"k")
Make = Callable[..., PostgresEngine]


@pytest.fixture
async def dsn(database: Database) -> str:
    """The address of an empty database."""
    return await database.create()


@pytest.fixture
async def make(dsn: str) -> AsyncIterator[Make]:
    """Return what makes engines on one database; they are closed at the end."""
    made: list[PostgresEngine] = []

    def make_one(address: str = "", **how: Any) -> PostgresEngine:
        made.append(PostgresEngine(address or dsn, **how))
        return made[-1]

    yield make_one
    for engine in made:
        await engine.close()


@pytest.fixture
async def engine(make: Make) -> PostgresEngine:
    """An engine that is open."""
    made = make()
    await made.open()
    return made


async def put(engine: PostgresEngine, value: bytes) -> None:
    """Commit one value."""
    await engine.commit([WriteSet({CELL: value})])


async def test_it_serves_callers_that_run_in_no_task(engine: PostgresEngine) -> None:
    """Handlers are driven without one until they wait."""
    ended: asyncio.Future[object] = asyncio.get_running_loop().create_future()

    async def work() -> object:
        await put(engine, b"1")
        await engine.erase(CELL.owner)
        return await engine.read([CELL, CELL])

    def begin() -> None:
        drive(work(), ended.set_result, ended.set_exception, tasks)

    tasks: set[asyncio.Task[None]] = set()
    asyncio.get_running_loop().call_soon(begin)
    assert await ended == [None, None]


# -- the lease ---------------------------------------------------------------------------------


async def test_the_newest_server_writes_and_the_older_one_is_fenced_off(
    make: Make, engine: PostgresEngine
) -> None:
    """The older one neither writes nor reads from then on, even after its connection broke."""
    await put(engine, b"old")
    newer = make()
    await newer.open()
    for _ in range(2):
        with pytest.raises(Fenced, match="taken over by another Chappe"):
            await put(engine, b"too late")
    with pytest.raises(Fenced):
        await engine.read([CELL])
    with pytest.raises(Fenced):
        await engine.erase(CELL.owner)
    assert await newer.read([CELL]) == [b"old"]
    await put(newer, b"new")
    assert await newer.read([CELL]) == [b"new"]


async def test_a_server_that_was_cut_off_is_fenced_when_it_comes_back(
    make: Make, engine: PostgresEngine, database: Database
) -> None:
    """It cannot take the lease back from who has it now."""
    await put(engine, b"old")
    await database.cut()
    newer = make()
    await newer.open()
    with pytest.raises(Fenced):
        await put(engine, b"too late")
    assert await newer.read([CELL]) == [b"old"]


async def test_looking_leaves_the_lease_where_it_is(make: Make, engine: PostgresEngine) -> None:
    """`chappe check` runs beside a server, and cannot write."""
    await put(engine, b"1")
    looker = make()
    await looker.open(look_only=True)
    assert await looker.read([CELL]) == [b"1"]
    with pytest.raises(StoreReadOnly):
        await put(looker, b"2")
    await put(engine, b"3")
    assert await looker.read([CELL]) == [b"3"]


async def test_who_looked_first_may_take_the_lease_after_all(
    make: Make, engine: PostgresEngine
) -> None:
    """Until then the other one writes, and from then on it does not."""
    looker = make()
    await looker.open(look_only=True)
    await put(engine, b"1")
    await looker.take()
    with pytest.raises(Fenced):
        await put(engine, b"too late")
    await put(looker, b"2")
    assert await looker.read([CELL]) == [b"2"]


async def test_the_epoch_is_checked_in_every_commit(
    engine: PostgresEngine, database: Database, dsn: str
) -> None:
    """Whoever moves the epoch on stops the writer, and nothing of its batch is kept."""
    await put(engine, b"1")
    await database.execute("UPDATE lease SET epoch = epoch + 1", dsn)
    with pytest.raises(Fenced):
        await engine.commit([WriteSet({CELL: b"2"}), WriteSet({CELL._replace(key=b"l"): b"2"})])
    found = await database.execute("SELECT value FROM cell", dsn)
    assert [row[0] for row in found] == [b"1"]


# -- broken connections ------------------------------------------------------------------------


async def test_it_goes_on_after_its_connections_broke(
    engine: PostgresEngine, database: Database
) -> None:
    """Writing first or reading first: a connection that broke in between costs nobody anything."""
    await put(engine, b"1")
    await database.cut()
    await put(engine, b"2")
    await database.cut()
    assert await engine.read([CELL]) == [b"2"]
    assert await engine.count(CELL.owner, "t", b"", b"\xff", limit=1000) == 1


async def test_while_the_database_is_down_it_says_so_and_then_goes_on(make: Make) -> None:
    """A sentence without the password, for reading and for writing."""
    own = Database()
    try:
        own.start()
        engine = make(await own.create())
        await engine.open()
        await put(engine, b"1")
        own.stop()
        for failing in (engine.read([CELL]), put(engine, b"2")):
            with pytest.raises(EngineError, match="cannot be reached") as caught:
                await failing
            assert "secret" not in str(caught.value)
        own.start()
        assert await engine.read([CELL]) == [b"1"]
        await put(engine, b"3")
        assert await engine.read([CELL]) == [b"3"]
        await engine.close()
    finally:
        own.remove()


class Ending:
    """A transaction whose connection breaks in its end, before or after the database did it."""

    def __init__(self, inner: Any, *, kept: bool) -> None:
        self._inner = inner
        self._kept = kept

    async def start(self) -> None:
        """Begin."""
        await self._inner.start()

    async def commit(self) -> None:
        """Commit or not, and break in any case."""
        if self._kept:
            await self._inner.commit()
        raise ConnectionResetError("as asked")


@pytest.mark.parametrize("kept", [True, False])
async def test_a_commit_of_unknown_fate_is_an_error_and_decided_before_anybody_reads(
    engine: PostgresEngine, monkeypatch: pytest.MonkeyPatch, *, kept: bool
) -> None:
    """It is not tried again by itself: only who asked for it knows whether it may be done twice."""
    await put(engine, b"1")
    begin = asyncpg.Connection.transaction
    ends: list[bool] = [kept]

    def transaction(self: Any, **how: Any) -> Any:
        inner = begin(self, **how)
        return Ending(inner, kept=ends.pop()) if ends else inner

    monkeypatch.setattr(asyncpg.Connection, "transaction", transaction)
    with pytest.raises(EngineError, match="cannot be reached"):
        await put(engine, b"2")
    assert await engine.read([CELL]) == [b"2" if kept else b"1"]
    await put(engine, b"3")
    assert await engine.read([CELL]) == [b"3"]


async def test_who_comes_back_waits_for_what_the_broken_connection_still_does(
    engine: PostgresEngine, dsn: str, database: Database
) -> None:
    """A transaction left behind holds the lease; the store is asked only when it has ended."""
    await put(engine, b"1")
    left = await asyncpg.connect(dsn)
    transaction = left.transaction()
    await transaction.start()
    await left.execute("SELECT 1 FROM lease FOR UPDATE")
    await left.execute("UPDATE cell SET value = 'late'")
    engine._drop_writer(in_doubt=True)

    async def finish() -> None:
        waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        while not await database.execute(waiting, dsn):
            pass
        await transaction.commit()

    finishing = asyncio.create_task(finish())
    assert await engine.read([CELL]) == [b"late"]
    await finishing
    await left.close()


# -- what an operator is told ------------------------------------------------------------------


async def test_a_store_of_another_version_is_refused(
    make: Make, engine: PostgresEngine, database: Database, dsn: str
) -> None:
    """And keeps its lease."""
    for version, sentence in ((VERSION + 1, "newer Chappe"), (0, "older Chappe")):
        await database.execute(f"UPDATE meta SET value = '{version}' WHERE name = 'version'", dsn)
        with pytest.raises(EngineError, match=sentence):
            await make().open()
    await put(engine, b"1")


async def test_keys_and_boxes_are_not_kept_in_one_database(
    make: Make, engine: PostgresEngine
) -> None:
    """Keys must be destroyed apart from what they open."""
    with pytest.raises(EngineError, match="a database each"):
        await make(purpose="keys", forget=True).open()
    await put(engine, b"1")


async def test_what_is_erased_from_a_key_store_leaves_no_dead_row(
    make: Make, database: Database
) -> None:
    """The table's file does not hold the value any more."""
    address = await database.create()
    keys = make(address, purpose="keys", forget=True)
    await keys.open()
    await put(keys, b"SECRETBYTES" * 3)
    await keys.erase(CELL.owner)
    await database.execute("CHECKPOINT")
    found = await database.execute("SELECT pg_relation_filepath('cell')", address)
    content = (database.directory / "data" / found[0][0]).read_bytes()
    assert b"SECRETBYTES" not in content


async def test_a_database_that_takes_no_writes_is_named_read_only(
    make: Make, database: Database
) -> None:
    """A standby, or one whose operator has shut it."""
    address = await database.create()
    name = address.partition("/")[2].strip("/").partition("?")[0].rpartition("/")[2]
    await make(address).open()
    await database.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with pytest.raises(StoreReadOnly, match="takes no writes"):
        await make(address).open()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("postgresql://u:secret@127.0.0.1:1/x", "cannot be reached"),
        ("mysql://u:secret@127.0.0.1/x", "is no address"),
        ("postgresql://u:secret@/x?host=/nowhere", "cannot be reached"),
    ],
)
async def test_an_address_nobody_answers_at_is_told(
    make: Make, address: str, sentence: str
) -> None:
    """In one sentence, without the password."""
    with pytest.raises(EngineError, match=sentence) as caught:
        await make(address).open()
    assert "secret" not in str(caught.value)


async def test_a_missing_database_and_a_missing_user_are_told(
    make: Make, database: Database
) -> None:
    """Each by its own sentence."""
    with pytest.raises(EngineError, match="create the database"):
        await make(database.address("missing")).open()
    with pytest.raises(EngineError, match="refuses the user"):
        await make(database.address().replace("postgres:secret", "nobody:secret")).open()


async def test_a_user_without_rights_is_told(make: Make, database: Database) -> None:
    """Rather than shown a permission error in the middle of a commit."""
    address = await database.create()
    await database.execute("CREATE ROLE guest LOGIN")
    with pytest.raises(StoreReadOnly, match="make it own the database"):
        await make(address.replace("postgres:secret", "guest:secret")).open()


def test_a_full_disk_is_told() -> None:
    """As the engine's caller knows it."""
    assert isinstance(explain(asyncpg.DiskFullError("x"), "PostgreSQL"), StoreFull)
