"""Boxes kept in one SQLite file: WAL, synchronous=FULL, one writer thread, many changes a commit.

What a commit brings is appended to a journal, and put into the tree of cells later (`journal.py`).
"""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from chappe.core import SHARD_COUNT, Kind, Owner
from chappe.ports import (
    MARK,
    Cell,
    EngineError,
    Mark,
    RowSeal,
    WriteSet,
    refuse_marked,
    unpack_mark,
)

from . import journal
from .journal import ABSENT
from .sqlite_cells import (
    APPEND,
    CELLS,
    CLEAR,
    COUNT,
    DONE,
    JOURNAL,
    KEYS_ASKED_AT_ONCE,
    LAST,
    META,
    META_GONE,
    META_KEPT,
    OWNERS,
    PAGE,
    PRESENT,
    READ,
    SCAN,
    SCHEMA,
    WALK,
    owner_columns,
    rows_from,
    rows_of,
)
from .sqlite_copy import copy_store
from .sqlite_errors import damaged, explain
from .sqlite_version import READ_VERSION, VERSION, refuse_other
from .threads import Threads

IDS_APART: Final = 4 * SHARD_COUNT  # between two owners of a kind: a guess, see `_owners`
IDS_FARTHER: Final = 64  # times as far apart they are taken to be where too few were found
LAST_ID: Final = (1 << 63) - 1
CACHE_KIB: Final = 8_192  # of pages each connection keeps
WAL_PAGES: Final = 2_000  # pages in the log before they are copied into the file
BUSY_MS: Final = 5_000  # milliseconds a statement waits for another process that has the file
EMPTYING_MS: Final = 20  # milliseconds an attempt to empty the log waits for who reads from it
EMPTYING_PAUSE_S: Final = 0.05  # seconds between two attempts: commits go on meanwhile
EMPTYING_TRIES_MAX: Final = 100  # attempts until whoever erases is told that it failed


class SqliteEngine:
    """See `ports.Engine`. One process at a time; a second one is refused."""

    def __init__(self, path: Path, *, forget: bool = False, marked: bool = False) -> None:
        """`forget` overwrites what is deleted, for the key store, which has no journal for that reason.

        With `marked` it is opened even if it is one end of a move.

        Raises:
            EngineError: the file cannot be used; the text says why and what to do.
        """
        self.path = path
        self._forget = forget
        self._lock = self._take_lock()
        self._open: list[sqlite3.Connection] = []
        try:
            self._reader = self._connect()
            self._reader.executescript(SCHEMA)
            self._check_version()
            if not marked:
                refuse_marked(path.name, self._mark())
            self._writer = self._connect()
            # A file that cannot be written is refused here, rather than at the first commit.
            self._writer.execute("UPDATE meta SET value=value")
            self._waiting = journal.Unsettled()
            self._seal: RowSeal | None = None
            self._doubtful = False  # the journal may hold a row that is not known to be kept
            self._catch_up_if_open()
            if forget:  # the last run may have ended between an erasure and this
                self._try_to_empty_log()
        except BaseException as error:
            self._let_go()
            if isinstance(error, sqlite3.Error):
                raise explain(error, path) from error
            raise
        self._apart: dict[int, int] = {}  # between two owners of a kind, about
        self._erased = self._emptied = 0  # erasures so far; those the log was emptied after
        self._emptying = asyncio.Lock()
        self._thread = Threads(1, "sqlite")
        self._turn = asyncio.Lock()  # to write: what waits is as the last to write has left it
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
        self._open.append(db)
        (mode,) = db.execute("PRAGMA journal_mode=WAL").fetchone()
        if mode != "wal":  # it tells so, and goes on in another way
            raise EngineError(
                f"{self.path.parent} cannot hold {self.path.name}: its file system shares no memory"
                " between processes. Put it on a local disk."
            )
        db.execute("PRAGMA synchronous=FULL")
        db.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        db.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES}")
        # A statement of many rows keeps what it changes until it ends; in files, that is half its cost.
        db.execute("PRAGMA temp_store=MEMORY")
        db.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        if self._forget:
            db.execute("PRAGMA secure_delete=ON")
        return db

    def _check_version(self) -> None:
        row = self._reader.execute(READ_VERSION).fetchone()
        if row is None:
            self._reader.execute("INSERT INTO meta VALUES ('version', ?)", (str(VERSION),))
            return
        refuse_other(self.path, row[0])
        if int(row[0]) < VERSION:
            self._reader.execute("UPDATE meta SET value=? WHERE name='version'", (str(VERSION),))

    def _catch_up(self) -> None:
        """Take what the journal has beyond what is known: all of it at a start, or after a failure."""
        rows = self._reader.execute(JOURNAL, (self._waiting.number,)).fetchall()
        for number, kept in rows:
            row = journal.opened_row(kept, number, self._seal, self.path.name)
            try:
                self._waiting.add(number, journal.decode_row(row), len(row))
            except ValueError as error:
                raise EngineError(damaged(self.path)) from error
        self._doubtful = False

    def _catch_up_if_open(self) -> None:
        """Take what the journal has, unless it is sealed: then whatever asks for a cell is refused."""
        try:
            self._catch_up()
        except journal.JournalSealedError:
            self._doubtful = True

    async def seal_journal(self, seal: RowSeal) -> None:
        """Seal the rows of the journal from now on, and read those that are sealed already.

        Raises:
            EngineError: one of those does not open.
        """
        self._seal = seal
        if self._doubtful:
            self._look_again()

    async def read(self, cells: Sequence[Cell]) -> list[bytes | None]:
        """See `ports.Engine`."""
        execute = self._reader.execute
        try:
            if self._doubtful:
                self._catch_up()
            found: list[Any] = [self._waiting.get(cell) for cell in cells]
            sought = [at for at, value in enumerate(found) if value is ABSENT]
            # in one transaction, since a commit may come between two statements
            together = len(sought) > 1
            if together:
                execute("BEGIN")
            try:
                for at in sought:
                    owner, table, key = cells[at]
                    row = execute(READ, (*owner_columns(owner), table, key)).fetchone()
                    found[at] = row and row[0]
            finally:
                if together:
                    execute("COMMIT")
        except sqlite3.Error as error:
            raise explain(error, self.path) from error
        return found

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
        try:
            if self._doubtful:
                self._catch_up()
            laid, removed, low, high = self._waiting.first(
                owner, table, low, high, limit, reverse=reverse
            )
            where = (*owner_columns(owner), table, low, high, limit + removed)
            rows = self._reader.execute(SCAN + order, where).fetchall()
        except sqlite3.Error as error:
            raise explain(error, self.path) from error
        if not laid:
            return rows
        merged = dict(rows) | laid
        keys = sorted(merged, reverse=reverse)
        return [(key, value) for key in keys if (value := merged[key]) is not None][:limit]

    async def count(self, owner: Owner, table: str, low: bytes, high: bytes, *, limit: int) -> int:
        """See `ports.Engine`."""
        where = (*owner_columns(owner), table, low, high)
        execute = self._reader.execute
        try:
            if self._doubtful:
                self._catch_up()
            laid = dict(self._waiting.between(owner, table, low, high))
            removed = sum(value is None for value in laid.values())
            if not laid:
                return int(execute(COUNT, (*where, limit)).fetchone()[0])
            execute("BEGIN")  # of one moment: what waits may settle between two statements
            try:
                placed = int(execute(COUNT, (*where, limit + removed)).fetchone()[0])
                present = self._present(where, list(laid))
            finally:
                execute("COMMIT")
        except sqlite3.Error as error:
            raise explain(error, self.path) from error
        return min(limit, placed + len(laid) - removed - present)

    def _present(self, where: tuple[object, ...], keys: Sequence[bytes]) -> int:
        """Return how many of the keys of a range are in the tree."""
        execute = self._reader.execute
        last = execute(LAST, where).fetchone()[0] or b""  # most of what waits comes behind it
        keys = [key for key in keys if key <= last]
        present = 0
        for at in range(0, len(keys), KEYS_ASKED_AT_ONCE):
            some = keys[at : at + KEYS_ASKED_AT_ONCE]
            asked = f"{PRESENT}({','.join('?' * len(some))})"
            present += execute(asked, (*where[:4], *some)).fetchone()[0]
        return present

    async def commit(self, batch: Sequence[WriteSet]) -> None:
        """See `ports.Engine`."""
        writes = batch[0].writes if batch else {}
        if len(batch) > 1:
            writes = {cell: value for ws in batch for cell, value in ws.writes.items()}
        if self._forget:
            await self._write(rows_from(writes).write)
            return
        async with self._turn:
            if self._doubtful:
                self._look_again()
            number = self._waiting.number + 1
            row = journal.sealed_row(journal.encode_row(writes), number, self._seal)
            portion = self._waiting.portion(max(journal.CELLS_SETTLED_A_COMMIT, len(writes)))
            settling = None if portion is None else rows_of(portion)

            def write(db: sqlite3.Connection) -> None:
                db.execute(APPEND, (number, row))
                if settling is not None:
                    settling.write(db)
                if portion is not None and portion.last:
                    db.execute(DONE, (portion.until,))

            await self._write(write, alone=portion is None)
            self._waiting.add(number, writes, len(row))
            if portion is not None:
                self._waiting.settled(portion)

    async def settle(self) -> None:
        """Put everything that waits in its place."""
        async with self._turn:
            await self._settle()

    async def _settle(self) -> None:
        """See `settle`, for whoever has the turn."""
        if self._doubtful:
            self._look_again()
        portions = [rows_of(portion) for portion in self._waiting.everything()]
        if not portions:
            return

        def write(db: sqlite3.Connection) -> None:
            for rows in portions:
                rows.write(db)
            db.execute(DONE, (self._waiting.number,))

        await self._write(write)
        self._waiting.clear()

    def _look_again(self) -> None:
        """See `_catch_up`, for whoever does not explain errors."""
        try:
            self._catch_up()
        except sqlite3.Error as error:
            raise explain(error, self.path) from error

    async def _write(
        self, work: Callable[[sqlite3.Connection], Any], *, alone: bool = False
    ) -> None:
        """Do it in the writer's thread, in one transaction; `alone` if it is a single statement."""

        def transaction() -> None:
            db = self._writer
            try:
                if alone:
                    work(db)
                    return
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

        done = self._thread.do(transaction)
        try:
            await asyncio.shield(done)
        except BaseException:
            self._doubtful = True
            if not done.done():  # cancelled; the thread goes on, and what it does must be known
                await asyncio.wait([done])
            raise

    async def owners(self, kind: int, *, after: int = -1, limit: int = 1000) -> list[Owner]:
        """See `ports.Engine`."""
        added, sure = self._waiting.owners(kind)
        if not sure:
            await self.settle()
        try:
            if self._doubtful:
                self._catch_up()
            rows = self._owners(kind, after, limit)
        except sqlite3.Error as error:
            raise explain(error, self.path) from error
        numbers = {row[0] for row in rows}.union(number for number in added if number > after)
        return [Owner(Kind(kind), number) for number in sorted(numbers)[:limit]]

    def _owners(self, kind: int, after: int, limit: int) -> list[Any]:
        """Return rows of the owners that are in their place: first those whose ids lie close behind `after`.

        How close they lie is what the last page has shown. So a page of many costs as much as the page, and
        not as all that follow it.
        """
        apart, behind = self._apart.get(kind, IDS_APART), after
        rows: list[Any] = []
        while len(rows) < limit and behind < LAST_ID:
            near = min(behind + limit * apart, LAST_ID)
            left = (kind, behind, limit - len(rows), near)
            rows += self._reader.execute(OWNERS, left).fetchall()
            apart, behind = apart * IDS_FARTHER, near
        if len(rows) == limit:
            self._apart[kind] = max(IDS_APART, (rows[-1][0] - after) * 2 // limit)
        return rows

    async def walk(
        self, owner: Owner, after: tuple[str, bytes], *, limit: int
    ) -> list[tuple[str, bytes, bytes]]:
        """See `ports.Engine`."""
        if self._doubtful:
            self._look_again()
        if self._waiting.holds(owner):
            await self.settle()
        where = (*owner_columns(owner), *after, limit)
        try:
            return self._reader.execute(WALK, where).fetchall()
        except sqlite3.Error as error:
            raise explain(error, self.path) from error

    async def erase(self, owner: Owner) -> None:
        """See `ports.Engine`. With `forget`, the log is emptied too, so that no copy stays in it."""
        where = owner_columns(owner)
        async with self._turn:
            if self._waiting.holds(owner):
                await self._settle()
            await self._write(
                lambda db: db.execute(
                    "DELETE FROM cell WHERE shard=? AND kind=? AND owner=?", where
                )
            )
        if self._forget:
            self._erased += 1
            await self._empty_log(self._erased)

    async def page(
        self, table: str, key: bytes, after: Owner | None, *, limit: int
    ) -> list[tuple[Owner, bytes]]:
        """See `ports.KeyEngine`."""
        await self.settle()
        first = (-1, 0, 0) if after is None else owner_columns(after)
        try:
            rows = self._reader.execute(PAGE, (*first, table, key, limit)).fetchall()
        except sqlite3.Error as error:
            raise explain(error, self.path) from error
        return [(Owner(Kind(kind), number), value) for kind, number, value in rows]

    async def forget(self, cells: Sequence[Cell]) -> None:
        """See `ports.KeyEngine`. With `forget`, the log is emptied too."""
        if cells:
            await self.commit([WriteSet(dict.fromkeys(cells))])
        if self._forget:
            self._erased += 1
            await self._empty_log(self._erased)

    async def _empty_log(self, erased: int) -> None:
        """Empty the log after so many erasures; those that wait for it together need it once.

        Raises:
            EngineError: somebody reads from the log all the time; whoever erases does it again later.
        """
        async with self._emptying:
            if self._emptied >= erased:
                return
            for _ in range(EMPTYING_TRIES_MAX):
                so_far = self._erased
                try:
                    done = await self._thread.do(self._try_to_empty_log)
                except sqlite3.Error as error:
                    raise explain(error, self.path) from error
                if done:
                    self._emptied = so_far
                    return
                await asyncio.sleep(EMPTYING_PAUSE_S)
        raise EngineError(
            f"What was erased is still in the log of {self.path.name}, from which another program"
            " reads: end it (a backup or a shell of SQLite). It is tried again."
        )

    def _try_to_empty_log(self) -> bool:
        """Copy the log into the file and cut it to nothing; False if somebody reads from it."""
        db = self._writer
        db.execute(f"PRAGMA busy_timeout={EMPTYING_MS}")
        try:
            # The row is read and the cursor done with here: one that is open lets no commit through.
            (busy, _, _) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0]
        finally:
            db.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        return not busy

    def _mark(self) -> Mark | None:
        row = self._reader.execute(META, (MARK,)).fetchone()
        return unpack_mark(row and row[0])

    async def mark(self) -> Mark | None:
        """See `ports.MovableEngine`."""
        try:
            return self._mark()
        except sqlite3.Error as error:
            raise explain(error, self.path) from error

    async def set_mark(self, mark: Mark | None) -> None:
        """See `ports.MovableEngine`."""
        if mark is None:
            await self._write(lambda db: db.execute(META_GONE, (MARK,)))
        else:
            await self._write(lambda db: db.execute(META_KEPT, (MARK, mark.pack())))

    async def cells(self) -> int:
        """See `ports.MovableEngine`."""
        await self.settle()
        try:
            return int(self._reader.execute(CELLS).fetchone()[0])
        except sqlite3.Error as error:
            raise explain(error, self.path) from error

    async def clear(self) -> None:
        """See `ports.MovableEngine`. With `forget`, the log is emptied too."""
        async with self._turn:
            await self._settle()
            await self._write(lambda db: db.execute(CLEAR))
        if self._forget:
            self._erased += 1
            await self._empty_log(self._erased)

    async def backup(self, target: Path, *, without: Sequence[str] = ()) -> None:
        """Copy the store, whole and of one moment, while it is in use; some tables may be left out.

        It is read by a connection and a thread of its own, in one transaction: commits go on meanwhile,
        and what they bring is not in the copy.
        """
        await asyncio.to_thread(copy_store, self.path, target, without, self._seal)

    async def rewrite(self) -> None:
        """Write the file anew, so that nothing that was removed is left in its pages, journal or log.

        Raises:
            EngineError: the store fails, has no room for it, or somebody reads from the log all the time.
        """
        await self.settle()
        await self._write(lambda db: db.execute("VACUUM"), alone=True)
        self._erased += 1
        await self._empty_log(self._erased)

    async def check(self) -> list[str]:
        """Return what SQLite's own check finds wrong; empty when all is well."""
        try:
            rows = self._reader.execute("PRAGMA integrity_check(20)").fetchall()
        except sqlite3.Error as error:
            return [str(explain(error, self.path))]
        return [row[0] for row in rows if row[0] != "ok"]

    async def close(self) -> None:
        """See `ports.Engine`."""
        if self._closed:
            return
        with suppress(EngineError):  # it stays in the journal, and is there at the next start
            await self.settle()
        self._closed = True
        self._thread.close()
        self._let_go()

    def _let_go(self) -> None:
        """Close whatever is open."""
        for db in self._open:
            db.close()
        os.close(self._lock)
