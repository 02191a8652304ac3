"""The tables of SQLite's file: how they are made, and the statements that read and write them."""

import sqlite3
from collections.abc import Mapping
from typing import Final

from chappe.core import SHARD_COUNT, Owner
from chappe.ports import Cell

from .journal import Portion

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cell (
  shard INTEGER NOT NULL, kind INTEGER NOT NULL, owner INTEGER NOT NULL, tbl TEXT NOT NULL,
  key BLOB NOT NULL, value BLOB NOT NULL,
  PRIMARY KEY (shard, kind, owner, tbl, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journal (number INTEGER PRIMARY KEY, cells BLOB NOT NULL) STRICT;
"""
_WHERE: Final = "shard=? AND kind=? AND owner=? AND tbl=?"
READ: Final = f"SELECT value FROM cell WHERE {_WHERE} AND key=?"  # noqa: S608  no outside text
SCAN: Final = f"SELECT key, value FROM cell WHERE {_WHERE} AND key>=? AND key<? ORDER BY key "  # noqa: S608
COUNT: Final = (
    f"SELECT count(*) FROM (SELECT 1 FROM cell WHERE {_WHERE} AND key>=? AND key<? LIMIT ?)"  # noqa: S608
)
LAST: Final = f"SELECT max(key) FROM cell WHERE {_WHERE} AND key>=? AND key<?"  # noqa: S608
PRESENT: Final = f"SELECT count(*) FROM cell WHERE {_WHERE} AND key IN "  # noqa: S608
WALK: Final = (
    "SELECT tbl, key, value FROM cell WHERE shard=? AND kind=? AND owner=? AND (tbl, key) > (?, ?)"
    " ORDER BY tbl, key LIMIT ?"
)
# Goes from one owner to the next by the primary key: costs as much as there are owners up to the last one
# asked for (?4), and shards, not cells.
OWNERS: Final = """
WITH RECURSIVE s (shard) AS (
  SELECT min(shard) FROM cell
  UNION ALL SELECT (SELECT min(c.shard) FROM cell c WHERE c.shard > s.shard) FROM s
    WHERE s.shard IS NOT NULL
), o (shard, owner) AS (
  SELECT shard, (SELECT min(c.owner) FROM cell c
    WHERE c.shard = s.shard AND c.kind = ?1 AND c.owner > ?2 AND c.owner <= ?4)
    FROM s WHERE shard IS NOT NULL
  UNION ALL SELECT o.shard, (SELECT min(c.owner) FROM cell c
    WHERE c.shard = o.shard AND c.kind = ?1 AND c.owner > o.owner AND c.owner <= ?4)
    FROM o WHERE o.owner IS NOT NULL
)
SELECT owner FROM o WHERE owner IS NOT NULL ORDER BY owner LIMIT ?3
"""
PAGE: Final = (
    "SELECT kind, owner, value FROM cell WHERE (shard, kind, owner) > (?, ?, ?) AND tbl=? AND key=?"
    " ORDER BY shard, kind, owner LIMIT ?"
)
ROWS_A_STATEMENT: Final = (512, 64, 8, 1)  # the interpreter lock changes hands once a statement
COLUMNS: Final = 6  # of the table above
_PUT: Final = "INSERT OR REPLACE INTO cell VALUES (?,?,?,?,?,?)"
_PUT_ROWS: Final = [(rows, _PUT + ",(?,?,?,?,?,?)" * (rows - 1)) for rows in ROWS_A_STATEMENT]
_DROP: Final = f"DELETE FROM cell WHERE {_WHERE} AND key=?"  # noqa: S608
APPEND: Final = "INSERT INTO journal VALUES (?, ?)"
JOURNAL: Final = "SELECT number, cells FROM journal WHERE number > ? ORDER BY number"
DONE: Final = "DELETE FROM journal WHERE number <= ?"
META: Final = "SELECT value FROM meta WHERE name=?"
META_KEPT: Final = "INSERT OR REPLACE INTO meta VALUES (?, ?)"
META_GONE: Final = "DELETE FROM meta WHERE name=?"
CELLS: Final = "SELECT count(*) FROM cell"
CLEAR: Final = "DELETE FROM cell"
KEYS_ASKED_AT_ONCE: Final = 64  # whether they are in the tree


def owner_columns(owner: Owner) -> tuple[int, int, int]:
    """Return an owner's shard, kind and id, each a plain number: others are slow to bind."""
    kind, number = owner
    return number % SHARD_COUNT, int(kind), number


class Rows:
    """Cells as the table takes them."""

    __slots__ = ("drops", "puts")

    def __init__(self) -> None:
        self.puts: list[object] = []  # one row after the other
        self.drops: list[tuple[object, ...]] = []

    def add(self, owner: Owner, table: str, values: Mapping[bytes, bytes | None]) -> None:
        """Add cells of one table of an owner, each once."""
        where = owner_columns(owner)
        puts = self.puts
        for key, value in values.items():
            if value is None:
                self.drops.append((*where, table, key))
            else:
                puts += (*where, table, key, value)

    def write(self, db: sqlite3.Connection) -> None:
        """Put or remove them, within a transaction of the caller's."""
        at, puts = 0, self.puts
        for rows, statement in _PUT_ROWS:
            size = rows * COLUMNS
            while at + size <= len(puts):
                db.execute(statement, puts[at : at + size])
                at += size
        if self.drops:
            db.executemany(_DROP, self.drops)


def rows_from(writes: Mapping[Cell, bytes | None]) -> Rows:
    """Return cells of any owners and tables as rows of the table."""
    rows = Rows()
    for cell, value in writes.items():
        rows.add(cell.owner, cell.table, {cell.key: value})
    return rows


def rows_of(portion: Portion) -> Rows:
    """Return what settles as rows of the table."""
    rows = Rows()
    for (owner, table), group in portion.groups:
        rows.add(owner, table, group.values)
    return rows
