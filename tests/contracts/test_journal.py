"""SQLite's journal: what waits there is read as if it were in its place, whatever becomes of the server."""

import asyncio
import random
import shutil
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.engines import journal
from chappe.engines.sqlite import SqliteEngine
from chappe.engines.sqlite_cells import rows_of
from chappe.engines.sqlite_version import VERSION
from chappe.ports import Cell, EngineError, WriteSet

ADA, CLAUDE, GROUP = Owner(Kind.USER, 1), Owner(Kind.USER, 2), Owner(Kind.CHAT, 1)
OWNERS = (ADA, CLAUDE, GROUP, Owner(Kind.USER, 4097))
KEYS = [b"%02d" % number for number in range(40)]
EVERYTHING = (b"", b"\xff")


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[SqliteEngine]:
    """An engine that is open and empty."""
    made = SqliteEngine(tmp_path / "boxes.db")
    yield made
    await made.close()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let generations follow each other every few commits."""
    monkeypatch.setattr(journal, "CELLS_FRESH_MAX", 60)
    monkeypatch.setattr(journal, "CELLS_SETTLED_A_COMMIT", 5)


async def put(engine: SqliteEngine, owner: Owner, values: dict[bytes, bytes | None]) -> None:
    """Commit some cells of one owner."""
    await engine.commit([WriteSet({Cell(owner, "t", key): v for key, v in values.items()})])


async def everything(engine: SqliteEngine) -> dict[bytes, bytes]:
    """Return all that Ada has."""
    return dict(await engine.scan(ADA, "t", *EVERYTHING, limit=1 << 20))


def placed(path: Path) -> tuple[dict[bytes, bytes], int]:
    """Return what is in its place, asked behind the engine's back, and how many rows the journal has."""
    db = sqlite3.connect(path)
    cells = dict(db.execute("SELECT key, value FROM cell").fetchall())
    (rows,) = db.execute("SELECT count(*) FROM journal").fetchone()
    db.close()
    return cells, rows


def struck_down(path: Path, number: int) -> Path:
    """Return a copy of the files as a crash would leave them now."""
    copy = path.parent / f"crash{number}" / path.name
    copy.parent.mkdir()
    for file in path.parent.glob(f"{path.name}*"):
        shutil.copy(file, copy.parent / file.name)
    return copy


class Model:
    """What the engine should hold, as a dictionary."""

    def __init__(self) -> None:
        self.cells: dict[Cell, bytes] = {}

    def write(self, writes: dict[Cell, bytes | None]) -> None:
        """Do what a commit does."""
        for cell, value in writes.items():
            if value is None:
                self.cells.pop(cell, None)
            else:
                self.cells[cell] = value

    def rows(self, owner: Owner, table: str, low: bytes, high: bytes) -> list[tuple[bytes, bytes]]:
        """Return a range in order."""
        return sorted(
            (c.key, v)
            for c, v in self.cells.items()
            if c[:2] == (owner, table) and low <= c.key < high
        )

    async def compare(self, engine: SqliteEngine, chance: random.Random) -> None:
        """Ask the engine for ranges, counts and cells of every kind."""
        for owner in OWNERS:
            table = chance.choice("ab")
            low, high = chance.choice([EVERYTHING, tuple(sorted(chance.sample(KEYS, 2)))])
            wanted = self.rows(owner, table, low, high)
            for limit in (1, 3, 100):
                where = (owner, table, low, high)
                assert await engine.scan(*where, limit=limit) == wanted[:limit]
                back = await engine.scan(*where, limit=limit, reverse=True)
                assert back == wanted[::-1][:limit]
                assert await engine.count(*where, limit=limit) == min(limit, len(wanted))
        cells = [Cell(chance.choice(OWNERS), chance.choice("ab"), key) for key in KEYS]
        assert await engine.read(cells) == [self.cells.get(cell) for cell in cells]
        people = sorted({c.owner.id for c in self.cells if c.owner.kind is Kind.USER})
        assert [o.id for o in await engine.owners(Kind.USER)] == people
        assert [o.id for o in await engine.owners(Kind.USER, after=1)] == [
            p for p in people if p > 1
        ]


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("seed", range(8))
async def test_at_every_moment_it_is_what_was_committed(engine: SqliteEngine, seed: int) -> None:
    """Also after a crash at that moment, after a settling, and after a box was erased."""
    chance, model = random.Random(seed), Model()
    for number in range(120):
        writes: dict[Cell, bytes | None] = {}
        for _ in range(chance.randrange(1, 12)):
            cell = Cell(chance.choice(OWNERS), chance.choice("ab"), chance.choice(KEYS))
            writes[cell] = None if chance.random() < 0.3 else b"%d" % number
        await engine.commit([WriteSet(writes)])
        model.write(writes)
        if chance.random() < 0.3:
            await model.compare(engine, chance)
        if chance.random() < 0.05:
            await engine.settle()
        if chance.random() < 0.03:
            owner = chance.choice(OWNERS)
            await engine.erase(owner)
            model.cells = {c: v for c, v in model.cells.items() if c.owner != owner}
        if chance.random() < 0.05:
            other = SqliteEngine(struck_down(engine.path, number))
            await model.compare(other, chance)
            owner = chance.choice(OWNERS)
            walked = [(t, k, v) for t, k, v in await other.walk(owner, ("", b""), limit=1000)]
            assert walked == sorted(
                (c.table, c.key, v) for c, v in model.cells.items() if c.owner == owner
            )
            await other.close()


async def test_a_commit_waits_in_the_journal_and_a_stop_settles_it(engine: SqliteEngine) -> None:
    """So that a file that was closed well has every cell in its place, and nothing twice."""
    await put(engine, ADA, {b"1": b"one", b"2": b"two"})
    await put(engine, ADA, {b"1": b"uno", b"2": None})
    assert placed(engine.path) == ({}, 2)
    assert await everything(engine) == {b"1": b"uno"}
    await engine.close()
    assert placed(engine.path) == ({b"1": b"uno"}, 0)


@pytest.mark.usefixtures("hasty")
async def test_the_journal_stays_as_short_as_its_two_generations(engine: SqliteEngine) -> None:
    """However long a server writes, a start reads little."""
    for number in range(400):
        await put(engine, ADA, {b"%d" % (number % 90): b"v", b"last": b"%d" % number})
    cells, rows = placed(engine.path)
    assert len(cells) > 60
    assert rows <= 2 * 60


@pytest.mark.parametrize("small", [0, 50])
async def test_what_waits_is_bounded_by_its_bytes_as_well(
    engine: SqliteEngine, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    """Also when large cells come while many small ones settle."""
    monkeypatch.setattr(journal, "BYTES_FRESH_MAX", 10_000)
    monkeypatch.setattr(journal, "CELLS_SETTLED_A_COMMIT", 1)
    for number in range(100):
        values: dict[bytes, bytes | None] = {b"%d.%d" % (number, i): b"v" for i in range(small)}
        await put(engine, ADA, {**values, b"%d" % number: b"v" * 1_000})
        db = sqlite3.connect(engine.path)
        (waiting,) = db.execute("SELECT sum(length(cells)) FROM journal").fetchone()
        db.close()
        assert waiting < 2 * 10_000 + 2 * 3_000
    assert len(await everything(engine)) == 100 * (1 + small)


async def test_a_count_is_of_one_moment(
    engine: SqliteEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when what waits is put into its place between two of its statements."""
    await put(engine, ADA, {b"%d" % number: b"v" for number in range(6)})
    await engine.settle()
    await put(engine, ADA, {b"%d" % number: b"w" for number in range(4, 9)})
    present = engine._present

    def settled_before(*given: Any) -> int:
        for portion in engine._waiting.everything():
            rows_of(portion).write(engine._writer)
        return present(*given)

    monkeypatch.setattr(engine, "_present", settled_before)
    assert await engine.count(ADA, "t", *EVERYTHING, limit=100) == 9


async def test_a_commit_that_failed_and_yet_was_kept_is_known(
    engine: SqliteEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the disk reports an error after it has written."""
    write = engine._write

    async def keep_and_fail(*given: Any, **how: Any) -> None:
        await write(*given, **how)
        engine._doubtful = True
        raise EngineError("as asked")

    monkeypatch.setattr(engine, "_write", keep_and_fail)
    with pytest.raises(EngineError):
        await put(engine, ADA, {b"1": b"one"})
    monkeypatch.undo()
    assert await engine.read([Cell(ADA, "t", b"1")]) == [b"one"]
    await put(engine, ADA, {b"2": b"two"})
    assert await engine.count(ADA, "t", *EVERYTHING, limit=10) == 2


async def test_a_commit_that_is_given_up_is_known_as_it_ended(engine: SqliteEngine) -> None:
    """Its thread cannot be stopped: whoever gives it up waits for that."""
    committing = asyncio.create_task(put(engine, ADA, {b"1": b"one"}))
    await asyncio.sleep(0)
    committing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await committing
    (found,) = await engine.read([Cell(ADA, "t", b"1")])
    assert found == placed(engine.path)[0].get(b"1", b"one" if placed(engine.path)[1] else None)
    await put(engine, ADA, {b"2": b"two"})
    assert await engine.read([Cell(ADA, "t", b"2")]) == [b"two"]


@pytest.mark.parametrize("row", [b"\xc1", b"\x91\xc0", b"\x91\x95\x63\x01\xa1t\xc4\x011\xc4\x01v"])
async def test_a_damaged_journal_is_refused_at_the_start(tmp_path: Path, row: bytes) -> None:
    """No bytes, no cells, or the cells of no kind of owner."""
    engine = SqliteEngine(tmp_path / "boxes.db")
    await engine.close()
    with sqlite3.connect(tmp_path / "boxes.db") as db:
        db.execute("INSERT INTO journal VALUES (1, ?)", (row,))
    db.close()
    with pytest.raises(EngineError, match="restore a backup"):
        SqliteEngine(tmp_path / "boxes.db")


async def test_a_file_from_before_there_was_a_journal_is_taken_over(tmp_path: Path) -> None:
    """It has every cell in its place already; an older server refuses it from then on."""
    path = tmp_path / "boxes.db"
    engine = SqliteEngine(path)
    await put(engine, ADA, {b"1": b"one"})
    await engine.close()
    with sqlite3.connect(path) as db:
        db.execute("DROP TABLE journal")
        db.execute("UPDATE meta SET value='1' WHERE name='version'")
    db.close()
    engine = SqliteEngine(path)
    await put(engine, ADA, {b"2": b"two"})
    assert await everything(engine) == {b"1": b"one", b"2": b"two"}
    await engine.close()
    with sqlite3.connect(path) as db:
        (version,) = db.execute("SELECT value FROM meta WHERE name='version'").fetchone()
        assert int(version) == VERSION
    db.close()


async def test_a_backup_has_what_waits_but_for_the_tables_left_out(
    engine: SqliteEngine, tmp_path: Path
) -> None:
    """Nothing of those is in its file, in no place and in no journal."""
    await put(engine, ADA, {b"1": b"one"})
    await engine.commit([WriteSet({Cell(ADA, "code", b"k"): b"a secret code"})])
    await engine.backup(tmp_path / "copy.db", without=("code",))
    assert placed(tmp_path / "copy.db") == ({b"1": b"one"}, 0)
    assert b"a secret code" not in (tmp_path / "copy.db").read_bytes()


async def test_a_key_store_has_no_journal(tmp_path: Path) -> None:
    """A key lies in one place, where it can be overwritten."""
    keys = SqliteEngine(tmp_path / "keys.db", forget=True)
    await put(keys, ADA, {b"1": b"key"})
    assert placed(tmp_path / "keys.db") == ({b"1": b"key"}, 0)
    await keys.close()
