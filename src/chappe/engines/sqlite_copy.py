"""Copies of SQLite stores for backups, made beside the server that writes them, and what is done with copies.

A copy of the boxes says by which key each owner was sealed, so that a restore knows who was erased since:
whose key is gone, or is another one now.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from chappe.core import SHARD_COUNT, Kind, Owner
from chappe.ports import EngineError, RowSeal

from . import journal
from .sqlite_cells import JOURNAL, READ, owner_columns, rows_from
from .sqlite_errors import damaged, explain

Marks = Mapping[tuple[int, int], bytes]  # by kind and id
_BY: Final = """
CREATE TABLE IF NOT EXISTS sealed_by (
  kind INTEGER NOT NULL, owner INTEGER NOT NULL, mark BLOB NOT NULL, PRIMARY KEY (kind, owner)
) STRICT, WITHOUT ROWID;
"""


def copy_store(
    source: Path, target: Path, without: Sequence[str] = (), seal: RowSeal | None = None
) -> None:
    """Copy a store into a new file, whole and of one moment, while it is in use; without some tables.

    It is read in one transaction: commits go on meanwhile, and what they bring is not in the copy. What was
    deleted is not in it either, since its pages are made anew. `seal` opens the journal, if that is sealed.

    Raises:
        EngineError: one of the two fails, or the source is damaged; the text says what to do.
    """
    try:
        _copy(source, target, without, seal)
    except sqlite3.Error as error:
        raise explain(error, target) from error
    except ValueError as error:
        raise EngineError(damaged(source)) from error


def _copy(source: Path, target: Path, without: Sequence[str], seal: RowSeal | None) -> None:
    with closing(sqlite3.connect(source, isolation_level=None)) as read:
        read.execute("VACUUM INTO ?", (str(target),))
    with closing(sqlite3.connect(target)) as other:
        other.execute("PRAGMA journal_mode=OFF")
        other.execute("PRAGMA secure_delete=ON")
        for number, kept in other.execute(JOURNAL, (0,)).fetchall():
            row = journal.opened_row(kept, number, seal, source.name)
            rows_from(journal.decode_row(row)).write(other)
        other.execute("DELETE FROM journal")
        other.executemany("DELETE FROM cell WHERE tbl=?", [(table,) for table in without])
        other.commit()


def marks_of_keys(keys: Path, name_of: Callable[[bytes], bytes]) -> Marks:
    """Return by which key each owner is sealed, as one moment's store of keys has it.

    `name_of` tells a key, as it lies there, from any other.

    Raises:
        EngineError: it cannot be read.
    """
    with _opened(keys) as read:
        rows = read.execute("SELECT kind, owner, value FROM cell WHERE tbl='key' AND key=x''")
        return {(kind, owner): name_of(value) for kind, owner, value in rows}


def holds_cell(store: Path, owner: Owner, table: str, key: bytes) -> bool:
    """Whether a copy of a store has something in this cell.

    Raises:
        EngineError: it cannot be read.
    """
    with _opened(store) as read:
        return read.execute(READ, (*owner_columns(owner), table, key)).fetchone() is not None


def finish_copy(boxes: Path, marks: Marks) -> int:
    """Write into a copy of the boxes by which keys they are sealed; return how many cells it has."""
    with _opened(boxes) as other:
        other.executescript(_BY)
        rows = ((kind, owner, mark) for (kind, owner), mark in marks.items())
        other.executemany("INSERT OR REPLACE INTO sealed_by VALUES (?, ?, ?)", rows)
        other.commit()
        return int(other.execute("SELECT count(*) FROM cell").fetchone()[0])


class Erased(NamedTuple):
    """Who was erased since a copy of the boxes was made."""

    owners: list[Owner]
    cells: int  # that they had in it


def drop_erased(boxes: Path, newest: Marks, show: Callable[[Owner], Owner]) -> Erased:
    """Empty the boxes of whoever was erased since a copy was made; return who, by their own ids.

    `newest` says by which keys owners are sealed now. Ids are hidden or, in a copy that an earlier version
    made, in the open: `show` returns either as the latter. Doing it twice does no harm.
    """

    def shown(who: tuple[int, int]) -> Owner:
        return show(Owner(Kind(who[0]), who[1]))

    now = {shown(who): mark for who, mark in newest.items()}
    with _opened(boxes) as db:
        db.executescript(_BY)
        sealed_by = db.execute("SELECT kind, owner, mark FROM sealed_by")
        then = {shown((kind, owner)): mark for kind, owner, mark in sealed_by}
        there = db.execute("SELECT DISTINCT kind, owner FROM cell").fetchall()
        gone = [
            who
            for who in there
            if then.get(shown(who)) is None or now.get(shown(who)) != then[shown(who)]
        ]
        done = db.executemany(
            "DELETE FROM cell WHERE shard=? AND kind=? AND owner=?",
            [(owner % SHARD_COUNT, kind, owner) for kind, owner in gone],
        )
        db.commit()
        return Erased([shown(who) for who in gone], max(done.rowcount, 0))


def has_marks(boxes: Path) -> bool:
    """Whether a copy of the boxes says by which keys they are sealed; those of older Chappes do not."""
    with _opened(boxes) as db:
        found = db.execute("SELECT 1 FROM sqlite_schema WHERE name='sealed_by'").fetchone()
    return found is not None


def forget_marks(boxes: Path) -> None:
    """Make a copy of the boxes a store again, once nothing is asked of its marks any more."""
    with _opened(boxes) as db:
        db.execute("DROP TABLE IF EXISTS sealed_by")
        db.commit()


@contextmanager
def _opened(boxes: Path) -> Iterator[sqlite3.Connection]:
    """Open a store beside its server, or a copy of one.

    Raises:
        EngineError: it is none, or fails.
    """
    try:
        with closing(sqlite3.connect(boxes)) as db:
            db.execute("PRAGMA secure_delete=ON")
            yield db
    except sqlite3.Error as error:
        raise explain(error, boxes) from error
