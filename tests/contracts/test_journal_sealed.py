"""The journal of SQLite's engine, sealed: what came in one commit is nobody's to see."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from chappe.core import Kind, Owner
from chappe.core.system import SystemEntropy
from chappe.engines.journal import JournalSealedError
from chappe.engines.sqlite import SqliteEngine
from chappe.engines.sqlite_copy import copy_store
from chappe.ports import Cell, EngineError, RowSeal, WriteSet
from chappe.trust.sealing import JournalSeal

ANNA, BERT = Owner(Kind.USER, 1), Owner(Kind.USER, 2)
WORD = b"a word of nine letters"
LATER = Cell(BERT, "letter", WORD + b" later")
SECRET = bytes(32)


def seal(secret: bytes = SECRET) -> RowSeal:
    """Return what seals a journal."""
    return JournalSeal(secret, SystemEntropy())


async def put(engine: SqliteEngine, cell: Cell) -> None:
    """Keep something."""
    await engine.commit([WriteSet({cell: b"of " + cell.key})])


def rows(path: Path) -> list[tuple[int, bytes]]:
    """Return the journal as the file has it."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT number, cells FROM journal ORDER BY number").fetchall()


async def left(path: Path, *cells: Cell, by: RowSeal | None = None) -> None:
    """Leave commits in the journal of a store, as a process that was killed does."""
    engine = SqliteEngine(path)
    if by is not None:
        await engine.seal_journal(by)
    for cell in cells:
        await put(engine, cell)
    engine._let_go()


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    """A store with three commits in its journal, two of them sealed."""
    path = tmp_path / "boxes.db"
    await left(path, Cell(ANNA, "letter", WORD))
    await left(path, Cell(BERT, "letter", WORD), LATER, by=seal())
    return path


async def test_a_sealed_row_shows_nothing_of_its_cells(store: Path) -> None:
    """One from before, in the open, shows all: so the search is not blind."""
    before, *sealed = rows(store)
    assert WORD in before[1]
    assert len(sealed) == 2
    assert not any(WORD in row or b"letter" in row for _, row in sealed)


async def test_by_its_seal_all_is_there(store: Path) -> None:
    """What was kept in the open, too; and the next commits go on behind it."""
    engine = SqliteEngine(store)
    await engine.seal_journal(seal())
    cells = [Cell(ANNA, "letter", WORD), Cell(BERT, "letter", WORD), LATER]
    assert await engine.read(cells) == [b"of " + cell.key for cell in cells]
    await put(engine, cells[0]._replace(key=b"next"))
    assert [number for number, _ in rows(store)] == [1, 2, 3, 4]
    await engine.close()
    assert rows(store) == []


async def test_without_its_seal_nothing_is_answered_and_nothing_lost(store: Path) -> None:
    """Whatever is asked; and closing it leaves the journal as it was."""
    engine = SqliteEngine(store)
    cell = Cell(ANNA, "letter", WORD)
    asked = (
        lambda: engine.read([cell]),
        lambda: engine.scan(ANNA, "letter", b"", b"\xff", limit=9),
        lambda: engine.count(ANNA, "letter", b"", b"\xff", limit=9),
        lambda: engine.owners(Kind.USER),
        lambda: engine.walk(ANNA, ("", b""), limit=9),
        lambda: engine.commit([WriteSet({cell: b"new"})]),
        engine.cells,
    )
    for ask in asked:
        with pytest.raises(JournalSealedError, match="restore its keys"):
            await ask()
    kept = rows(store)
    await engine.close()
    assert rows(store) == kept


async def test_another_seal_does_not_open_it(store: Path) -> None:
    """Nor a row that was put under another number."""
    engine = SqliteEngine(store)
    with pytest.raises(EngineError, match="does not open"):
        await engine.seal_journal(seal(b"1" * 32))
    await engine.close()
    with closing(sqlite3.connect(store, isolation_level=None)) as db:
        db.execute("UPDATE journal SET number = 7 WHERE number = 2")
    engine = SqliteEngine(store)
    with pytest.raises(EngineError, match="does not open"):
        await engine.seal_journal(seal())
    await engine.close()


async def test_a_copy_holds_what_the_sealed_journal_held(store: Path, tmp_path: Path) -> None:
    """In its place, like all the rest; without the seal no copy is made."""
    copied = tmp_path / "copy.db"
    copy_store(store, copied, (), seal())
    engine = SqliteEngine(copied)
    assert await engine.read([LATER]) == [b"of " + LATER.key]
    await engine.close()
    with pytest.raises(JournalSealedError):
        copy_store(store, tmp_path / "another.db")
