"""SQLite alone: a full disk, a damaged file, a copy made while in use, and what stays in its files."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chappe.core import Kind, Owner
from chappe.engines import sqlite
from chappe.engines.sqlite import SqliteEngine
from chappe.ports import Cell, EngineError, StoreFull, StoreReadOnly, WriteSet

OWNER = Owner(Kind.USER, 1)
EVERYTHING = (b"", b"\xff")


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[SqliteEngine]:
    """An engine that is open and empty."""
    made = SqliteEngine(tmp_path / "boxes.db")
    yield made
    await made.close()


def batch(number: int, cells: int = 50) -> list[WriteSet]:
    """Return write sets that need some pages."""
    value = b"%d" % number * 200
    return [WriteSet({Cell(OWNER, "t", b"%d.%d" % (number, i)): value}) for i in range(cells)]


async def test_a_full_disk_takes_a_batch_whole_or_not_at_all(engine: SqliteEngine) -> None:
    """And goes on as soon as there is room."""
    pages = engine._writer.execute("PRAGMA page_count").fetchone()[0]
    engine._writer.execute(f"PRAGMA max_page_count={pages + 10}")
    kept = 0
    refused: list[StoreFull] = []
    while not refused and kept < 100:
        try:
            await engine.commit(batch(kept))
            kept += 1
        except StoreFull as full:
            refused.append(full)
    assert kept > 0
    assert "free some space" in str(refused[0])
    assert await engine.count(OWNER, "t", *EVERYTHING, limit=1000) == 50 * kept
    engine._writer.execute(f"PRAGMA max_page_count={pages + 1000}")
    await engine.commit(batch(kept))
    assert await engine.count(OWNER, "t", *EVERYTHING, limit=1000) == 50 * (kept + 1)


async def test_a_file_that_turns_read_only_is_named_so(engine: SqliteEngine) -> None:
    """As after a remount; reading goes on."""
    await engine.commit(batch(1))
    engine._writer.execute("PRAGMA query_only=ON")
    with pytest.raises(StoreReadOnly, match="check the owner and mount"):
        await engine.commit(batch(2))
    assert await engine.count(OWNER, "t", *EVERYTHING, limit=1000) == 50


async def test_a_file_damaged_under_way_is_told_by_every_way_to_read(engine: SqliteEngine) -> None:
    """Never a value that is not what was kept."""
    await engine.commit(batch(1))
    await engine.settle()
    engine._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = engine.path.stat().st_size
    with engine.path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))
    engine._reader.close()
    engine._reader = sqlite3.connect(engine.path, isolation_level=None)
    engine._open.append(engine._reader)
    for looking in (
        engine.read([Cell(OWNER, "t", b"1.1"), Cell(OWNER, "t", b"1.2")]),
        engine.read([Cell(OWNER, "t", b"1.1")]),
        engine.scan(OWNER, "t", *EVERYTHING, limit=10),
        engine.count(OWNER, "t", *EVERYTHING, limit=1000),
        engine.owners(Kind.USER),
        engine.walk(OWNER, ("", b""), limit=10),
    ):
        with pytest.raises(EngineError, match="restore a backup"):
            await looking
    assert await engine.check() != []


async def test_a_commit_that_fails_leaves_the_next_ones_in_order(engine: SqliteEngine) -> None:
    """A statement that fails takes its whole batch back, also one that puts earlier ones in their place."""
    for table in ("journal", "cell"):
        refuse = "BEGIN SELECT RAISE(ABORT, 'as asked'); END"
        engine._writer.execute(f"CREATE TRIGGER refusal BEFORE INSERT ON {table} {refuse}")
        with pytest.raises(EngineError):
            await (engine.commit(batch(1)) if table == "journal" else engine.settle())
        engine._writer.execute("DROP TRIGGER refusal")
        assert await engine.count(OWNER, "t", *EVERYTHING, limit=1000) == 50 * (table == "cell")
        await engine.commit(batch(1))
    await engine.settle()
    await engine.commit(batch(2))
    assert await engine.count(OWNER, "t", *EVERYTHING, limit=1000) == 100


async def test_a_backup_holds_up_no_commit(engine: SqliteEngine, tmp_path: Path) -> None:
    """However long the copy takes: here, as long as somebody else has its file."""
    await engine.commit(batch(1))
    target = tmp_path / "copy.db"
    holder = sqlite3.connect(target, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    copying = asyncio.create_task(engine.backup(target))
    await asyncio.wait([copying], timeout=0.1)
    await asyncio.wait_for(engine.commit(batch(2)), 30)
    assert not copying.done()
    holder.execute("ROLLBACK")
    holder.close()
    await copying
    with sqlite3.connect(target) as copy:
        (count,) = copy.execute("SELECT count(*) FROM cell").fetchone()
    copy.close()
    assert count in (50, 100)


async def test_a_backup_is_of_one_moment(engine: SqliteEngine, tmp_path: Path) -> None:
    """Commits go on beside it; the copy holds whole batches, and not the tables left out."""
    done = False

    async def write() -> None:
        number = 0
        while not done:
            await engine.commit(batch(number))
            await engine.commit([WriteSet({Cell(OWNER, "code", b"k"): b"secret code"})])
            number += 1

    writing = asyncio.create_task(write())
    while await engine.count(OWNER, "t", *EVERYTHING, limit=1000) < 500:  # noqa: ASYNC110  a few steps
        await asyncio.sleep(0)
    await engine.backup(tmp_path / "copy.db", without=("code",))
    done = True
    await writing
    copy = SqliteEngine(tmp_path / "copy.db")
    count = await copy.count(OWNER, "t", *EVERYTHING, limit=1000)
    assert count >= 500
    assert count % 50 == 0
    assert await copy.count(OWNER, "code", *EVERYTHING, limit=1000) == 0
    assert await copy.check() == []
    await copy.close()
    assert b"secret code" not in (tmp_path / "copy.db").read_bytes()


def held(directory: Path) -> bytes:
    """Return what is in all files of a directory."""
    return b"".join(file.read_bytes() for file in directory.iterdir())


async def test_what_a_key_store_erases_is_in_none_of_its_files(tmp_path: Path) -> None:
    """Neither in the file nor in its log."""
    keys = SqliteEngine(tmp_path / "keys.db", forget=True)
    await keys.commit([WriteSet({Cell(OWNER, "key", b""): b"THE-WRAPPED-KEY" * 4})])
    await keys.commit([WriteSet({Cell(Owner(Kind.USER, 2), "key", b""): b"ANOTHER-KEY" * 4})])
    before = held(tmp_path)
    await keys.erase(OWNER)
    after = held(tmp_path)
    await keys.close()
    assert b"THE-WRAPPED-KEY" in before
    assert b"THE-WRAPPED-KEY" not in after
    assert b"ANOTHER-KEY" in after


@pytest.fixture
async def keys(tmp_path: Path) -> AsyncIterator[SqliteEngine]:
    """A key store that holds one key."""
    (tmp_path / "keys").mkdir()
    made = SqliteEngine(tmp_path / "keys" / "keys.db", forget=True)
    await made.commit([WriteSet({Cell(OWNER, "key", b""): b"THE-WRAPPED-KEY" * 4})])
    yield made
    await made.close()


async def test_an_erasure_waits_for_who_reads_from_the_log_and_holds_up_nobody(
    keys: SqliteEngine,
) -> None:
    """A backup that is under way, for instance. Others go on making keys; then the key is in no file."""
    backup = sqlite3.connect(keys.path, isolation_level=None)
    backup.execute("BEGIN")
    assert backup.execute("SELECT count(*) FROM cell").fetchall() == [(1,)]
    erasing = asyncio.create_task(keys.erase(OWNER))
    for number in range(2, 40):
        await keys.commit([WriteSet({Cell(Owner(Kind.USER, number), "key", b""): b"OTHER" * 9})])
    assert not erasing.done()
    assert b"THE-WRAPPED-KEY" in held(keys.path.parent)
    backup.execute("COMMIT")
    await erasing
    backup.close()
    assert b"THE-WRAPPED-KEY" not in held(keys.path.parent)
    assert len(await keys.owners(Kind.USER)) == 38


async def test_an_erasure_that_cannot_empty_the_log_says_so_and_may_be_tried_again(
    keys: SqliteEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not called done while the key is in a file, nor forgotten once others erased theirs."""
    monkeypatch.setattr(sqlite, "EMPTYING_TRIES_MAX", 2)
    reader = sqlite3.connect(keys.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM cell").fetchall()
    with pytest.raises(EngineError, match="another program"):
        await keys.erase(OWNER)
    assert await keys.read([Cell(OWNER, "key", b"")]) == [None]
    reader.close()
    await keys.erase(OWNER)
    assert b"THE-WRAPPED-KEY" not in held(keys.path.parent)


async def test_a_crash_within_an_erasure_leaves_no_key_behind_the_next_start(
    keys: SqliteEngine, tmp_path: Path
) -> None:
    """The row was removed, and the log not emptied yet."""
    await keys._write(lambda db: db.execute("DELETE FROM cell WHERE owner=?", (OWNER.id,)))
    after = tmp_path / "after the crash"
    shutil.copytree(keys.path.parent, after)
    assert b"THE-WRAPPED-KEY" in held(after)
    again = SqliteEngine(after / "keys.db", forget=True)
    found = held(after)
    await again.close()
    assert b"THE-WRAPPED-KEY" not in found


def test_a_file_system_that_has_no_log_beside_the_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one in the network may be: SQLite says so in an answer, and would go on without."""
    connect = sqlite3.connect

    def without_shared_memory(path: Path, **how: object) -> sqlite3.Connection:
        return connect(f"file:{path}?vfs=unix-dotfile", uri=True, **how)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(sqlite3, "connect", without_shared_memory)
    for _ in range(2):  # what was opened is closed again
        with pytest.raises(EngineError, match="local disk"):
            SqliteEngine(tmp_path / "boxes.db")
    monkeypatch.undo()
    SqliteEngine(tmp_path / "boxes.db")._let_go()
