"""Boxes kept in one SQLite file: WAL, synchronous=FULL, one writer thread, many changes a commit."""

import asyncio
import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from chappe.core import SHARD_COUNT, Kind, Owner
from chappe.ports import Cell, EngineError, StoreFull, StoreReadOnly, WriteSet

VERSION: Final = 1  # of the tables below; a store of another version is refused
CACHE_KIB: Final = 8_192  # of pages each connection keeps
WAL_PAGES: Final = 4_000  # pages in the log before they are copied into the file

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cell (
  shard INTEGER NOT NULL, kind INTEGER NOT NULL, owner INTEGER NOT NULL, tbl TEXT NOT NULL,
  key BLOB NOT NULL, value BLOB NOT NULL,
  PRIMARY KEY (shard, kind, owner, tbl, key)
) STRICT, WITHOUT ROWID;
"""
_WHERE: Final = "shard=? AND kind=? AND owner=? AND tbl=?"
_READ: Final = f"SELECT value FROM cell WHERE {_WHERE} AND key=?"  # noqa: S608  no outside text
_SCAN: Final = f"SELECT key, value FROM cell WHERE {_WHERE} AND key>=? AND key<? ORDER BY key "  # noqa: S608
_COUNT: Final = (
    f"SELECT count(*) FROM (SELECT 1 FROM cell WHERE {_WHERE} AND key>=? AND key<? LIMIT ?)"  # noqa: S608
)
_WALK: Final = (
    "SELECT tbl, key, value FROM cell WHERE shard=? AND kind=? AND owner=? AND (tbl, key) > (?, ?)"
    " ORDER BY tbl, key LIMIT ?"
)
# Goes from one owner to the next by the primary key: costs as much as there are owners, not cells.
_OWNERS: Final = """
WITH RECURSIVE s (shard) AS (
  SELECT min(shard) FROM cell
  UNION ALL SELECT (SELECT min(c.shard) FROM cell c WHERE c.shard > s.shard) FROM s
    WHERE s.shard IS NOT NULL
), o (shard, owner) AS (
  SELECT shard, (SELECT min(c.owner) FROM cell c
    WHERE c.shard = s.shard AND c.kind = ?1 AND c.owner > ?2) FROM s WHERE shard IS NOT NULL
  UNION ALL SELECT o.shard, (SELECT min(c.owner) FROM cell c
    WHERE c.shard = o.shard AND c.kind = ?1 AND c.owner > o.owner) FROM o WHERE o.owner IS NOT NULL
)
SELECT owner FROM o WHERE owner IS NOT NULL ORDER BY owner LIMIT ?3
"""
ROWS_A_STATEMENT: Final = (512, 64, 8, 1)  # the interpreter lock changes hands once a statement
COLUMNS: Final = 6  # of the table above
_PUT: Final = "INSERT OR REPLACE INTO cell VALUES (?,?,?,?,?,?)"
_PUT_ROWS: Final = [(rows, _PUT + ",(?,?,?,?,?,?)" * (rows - 1)) for rows in ROWS_A_STATEMENT]
_DROP: Final = f"DELETE FROM cell WHERE {_WHERE} AND key=?"  # noqa: S608


def _place(owner: Owner) -> tuple[int, int, int]:
    """Return an owner's shard, kind and id, each a plain number: others are slow to bind."""
    kind, number = owner
    return number % SHARD_COUNT, int(kind), number


def explain(error: sqlite3.Error, path: Path) -> EngineError:
    """Return what an operator should read instead of SQLite's own words."""
    text = str(error).lower()
    name = path.name
    if "full" in text or ("disk i/o" in text and _is_full(path)):
        return StoreFull(f"The disk that holds {name} is full: free some space, nothing was lost.")
    if "readonly" in text or "read-only" in text:
        return StoreReadOnly(
            f"{name} cannot be written: check the owner and mount of its directory."
        )
    if "malformed" in text or "not a database" in text or "corrupt" in text:
        return EngineError(
            f"{name} is damaged: stop the server, run `chappe check`, restore a backup."
        )
    if "disk i/o" in text:
        return EngineError(
            f"The disk that holds {name} failed: look at the system's log, then run `chappe check`."
        )
    if "unable to open" in text:
        return EngineError(
            f"{name} cannot be opened: check that its directory exists and is yours."
        )
    return EngineError(f"{name} failed: {error}. Run `chappe check`.")


def _is_full(path: Path) -> bool:
    """Whether there is no room where a file is: SQLite calls that a failure when it maps a file."""
    try:
        return shutil.disk_usage(path.parent).free == 0
    except OSError:
        return False


class SqliteEngine:
    """See `ports.Engine`. One process at a time; a second one is refused."""

    def __init__(self, path: Path, *, forget: bool = False) -> None:
        """`forget` overwrites what is deleted, for the key store.

        Raises:
            EngineError: the file cannot be used; the text says why and what to do.
        """
        self.path = path
        self._forget = forget
        self._lock = self._take_lock()
        try:
            self._reader = self._connect()
            self._reader.executescript(SCHEMA)
            self._check_version()
            self._writer = self._connect()
            # A file that cannot be written is refused here, rather than at the first commit.
            self._writer.execute("UPDATE meta SET value=value")
        except BaseException as error:
            os.close(self._lock)
            if isinstance(error, sqlite3.Error):
                raise explain(error, path) from error
            raise
        self._thread = ThreadPoolExecutor(1, "sqlite")
        self._closed = False

    def _take_lock(self) -> int:
        try:
            lock = os.open(self.path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise EngineError(
                f"{self.path.parent} cannot be written: check that it exists and is yours."
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise EngineError(
                f"{self.path.name} is in use by another Chappe: stop that one first."
            ) from None
        return lock

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, cached_statements=64
        )
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        db.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES}")
        # A statement of many rows keeps what it changes until it ends; in files, that is half its cost.
        db.execute("PRAGMA temp_store=MEMORY")
        db.execute("PRAGMA busy_timeout=5000")
        if self._forget:
            db.execute("PRAGMA secure_delete=ON")
        return db

    def _check_version(self) -> None:
        row = self._reader.execute("SELECT value FROM meta WHERE name='version'").fetchone()
        if row is None:
            self._reader.execute("INSERT INTO meta VALUES ('version', ?)", (str(VERSION),))
        elif not row[0].isdigit():
            raise EngineError(
                f"{self.path.name} is damaged: stop the server, run `chappe check`, restore a backup."
            )
        elif int(row[0]) > VERSION:
            raise EngineError(
                f"{self.path.name} was written by a newer Chappe (version {row[0]}): upgrade this one."
            )
        elif int(row[0]) < VERSION:
            raise EngineError(
                f"{self.path.name} was written by an older Chappe (version {row[0]}): start that one again."
            )

    async def read(self, cells: Sequence[Cell]) -> list[bytes | None]:
        """See `ports.Engine`."""
        execute = self._reader.execute
        together = (
            len(cells) > 1
        )  # in one transaction, since a commit may come between two statements
        try:
            if together:
                execute("BEGIN")
            try:
                rows = [
                    execute(_READ, (*_place(o), table, key)).fetchone() for o, table, key in cells
                ]
            finally:
                if together:
                    execute("COMMIT")
        except sqlite3.Error as error:
            raise explain(error, self.path) from error
        return [row and row[0] for row in rows]

    async def scan(
        self,
        owner: Owner,
        table: str,
        low: bytes,
        high: bytes,
        *,
        limit: int,
        reverse: bool = False,
    ) -> list[tuple[bytes, bytes]]:
        """See `ports.Engine`."""
        order = "DESC LIMIT ?" if reverse else "ASC LIMIT ?"
        where = (*_place(owner), table, low, high, limit)
        try:
            return self._reader.execute(_SCAN + order, where).fetchall()
        except sqlite3.Error as error:
            raise explain(error, self.path) from error

    async def count(self, owner: Owner, table: str, low: bytes, high: bytes, *, limit: int) -> int:
        """See `ports.Engine`."""
        where = (*_place(owner), table, low, high, limit)
        try:
            return int(self._reader.execute(_COUNT, where).fetchone()[0])
        except sqlite3.Error as error:
            raise explain(error, self.path) from error

    async def commit(self, batch: Sequence[WriteSet]) -> None:
        """See `ports.Engine`."""
        writes = batch[0].writes if batch else {}
        if len(batch) > 1:
            writes = {cell: value for ws in batch for cell, value in ws.writes.items()}
        puts: list[object] = []  # one row after the other
        drops: list[tuple[object, ...]] = []
        owner, place = None, (0, 0, 0)
        for cell, value in writes.items():
            if cell[0] is not owner:
                owner = cell[0]
                place = _place(owner)
            if value is None:
                drops.append((*place, cell[1], cell[2]))
            else:
                puts += (*place, cell[1], cell[2], value)

        def write(db: sqlite3.Connection) -> None:
            at = 0
            for rows, statement in _PUT_ROWS:
                size = rows * COLUMNS
                while at + size <= len(puts):
                    db.execute(statement, puts[at : at + size])
                    at += size
            if drops:
                db.executemany(_DROP, drops)

        await self._write(write)

    async def _write(self, work: Callable[[sqlite3.Connection], Any]) -> None:
        def transaction() -> None:
            db = self._writer
            try:
                db.execute("BEGIN IMMEDIATE")
                try:
                    work(db)
                    db.execute("COMMIT")
                except BaseException:
                    if db.in_transaction:
                        db.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise explain(error, self.path) from error

        await asyncio.get_running_loop().run_in_executor(self._thread, transaction)

    async def owners(self, kind: int, *, after: int = -1, limit: int = 1000) -> list[Owner]:
        """See `ports.Engine`."""
        try:
            rows = self._reader.execute(_OWNERS, (kind, after, limit)).fetchall()
        except sqlite3.Error as error:
            raise explain(error, self.path) from error
        return [Owner(Kind(kind), row[0]) for row in rows]

    async def walk(
        self, owner: Owner, after: tuple[str, bytes], *, limit: int
    ) -> list[tuple[str, bytes, bytes]]:
        """See `ports.Engine`."""
        where = (*_place(owner), *after, limit)
        try:
            return self._reader.execute(_WALK, where).fetchall()
        except sqlite3.Error as error:
            raise explain(error, self.path) from error

    async def erase(self, owner: Owner) -> None:
        """See `ports.Engine`. With `forget`, the log is emptied too, so that no copy stays in it."""
        where = _place(owner)
        await self._write(
            lambda db: db.execute("DELETE FROM cell WHERE shard=? AND kind=? AND owner=?", where)
        )
        if self._forget:
            await asyncio.get_running_loop().run_in_executor(
                self._thread, lambda: self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            )

    async def backup(self, target: Path, *, without: Sequence[str] = ()) -> None:
        """Copy the store, whole and of one moment, while it is in use; some tables may be left out.

        It is read by a connection and a thread of its own, in one transaction: commits go on meanwhile,
        and what they bring is not in the copy.
        """

        def copy() -> None:
            source = self._connect()
            other = sqlite3.connect(target)
            try:
                source.backup(other)
                other.executemany("DELETE FROM cell WHERE tbl=?", [(table,) for table in without])
                other.commit()
                other.execute("VACUUM")
            finally:
                source.close()
                other.close()

        try:
            await asyncio.to_thread(copy)
        except sqlite3.Error as error:
            raise explain(error, target) from error

    async def check(self) -> list[str]:
        """Return what SQLite's own check finds wrong; empty when all is well."""
        rows = self._reader.execute("PRAGMA integrity_check(20)").fetchall()
        return [row[0] for row in rows if row[0] != "ok"]

    async def close(self) -> None:
        """See `ports.Engine`."""
        if self._closed:
            return
        self._closed = True
        self._thread.shutdown(wait=True)
        self._reader.close()
        self._writer.close()
        os.close(self._lock)
