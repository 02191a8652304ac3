"""Boxes kept in PostgreSQL: one table, one writer connection, many changes a commit, a fenced lease.

Plain SQL only: no sequence, no NOTIFY, no join between shards, and the shard first in every key and
every statement, so that databases which speak PostgreSQL and spread tables by shard will do as well.
"""

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import asyncpg

from chappe.core import Kind, Owner
from chappe.ports import (
    MARK,
    Cell,
    EngineError,
    Fenced,
    Mark,
    StoreFull,
    StoreReadOnly,
    WriteSet,
    refuse_marked,
    unpack_mark,
)

VERSION: Final = 3  # of the tables below; a store of a later version is refused
VERSION_BEFORE: Final = (
    1  # had ids in the open, which are hidden at a start; 2 kept no sums over boxes
)
READERS_MAX: Final = 8  # connections that read
CONNECT_S_MAX: Final = 10.0  # seconds until a server that does not answer counts as unreachable
COMMAND_S_MAX: Final = 60.0  # seconds one statement may take
ABANDONED_S_MAX: Final = 10  # seconds a transaction whose client is gone may keep the lease locked
OTHERS_LOOKS_MAX: Final = 20  # how often it is looked whether another program is connected
OTHERS_PAUSE_S: Final = 0.1  # seconds between two of these looks
CLOSE_S_MAX: Final = 5.0  # seconds readers may take to finish when the engine is closed

# The collation "C" sorts table names as every other engine does: by their bytes.
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS meta (name text PRIMARY KEY, value text NOT NULL);
CREATE TABLE IF NOT EXISTS lease (
  id integer PRIMARY KEY, epoch bigint NOT NULL, holder text NOT NULL
);
CREATE TABLE IF NOT EXISTS cell (
  shard integer NOT NULL, kind integer NOT NULL, owner bigint NOT NULL,
  tbl text COLLATE "C" NOT NULL, key bytea NOT NULL, value bytea NOT NULL,
  PRIMARY KEY (shard, kind, owner, tbl, key)
);
"""
_CELLS: Final = "unnest($1::integer[], $2::integer[], $3::bigint[], $4::text[], $5::bytea[])"
_WHERE: Final = "shard = $1 AND kind = $2 AND owner = $3 AND tbl = $4"
_READ: Final = f"SELECT value FROM cell WHERE {_WHERE} AND key = $5"  # noqa: S608  no outside text
_READ_MANY: Final = (
    f"SELECT value FROM {_CELLS} WITH ORDINALITY AS w (shard, kind, owner, tbl, key, n)"  # noqa: S608
    " LEFT JOIN cell USING (shard, kind, owner, tbl, key) ORDER BY n"
)
_RANGE: Final = f"{_WHERE} AND key >= $5 AND key < $6"
_SCAN: Final = f"SELECT key, value FROM cell WHERE {_RANGE} ORDER BY key LIMIT $7"  # noqa: S608
_SCAN_BACK: Final = f"SELECT key, value FROM cell WHERE {_RANGE} ORDER BY key DESC LIMIT $7"  # noqa: S608
_COUNT: Final = f"SELECT count(*) FROM (SELECT 1 FROM cell WHERE {_RANGE} LIMIT $7) AS counted"  # noqa: S608
_WALK: Final = (
    "SELECT tbl, key, value FROM cell WHERE shard = $1 AND kind = $2 AND owner = $3"
    " AND (tbl, key) > ($4, $5) ORDER BY tbl, key LIMIT $6"
)
_PAGE: Final = (
    "SELECT kind, owner, value FROM cell WHERE (shard, kind, owner) > ($1, $2, $3) AND tbl = $4 AND key = $5"
    " ORDER BY shard, kind, owner LIMIT $6"
)
_PUT: Final = (
    f"INSERT INTO cell SELECT * FROM {_CELLS[:-1]}, $6::bytea[])"  # noqa: S608
    " ON CONFLICT (shard, kind, owner, tbl, key) DO UPDATE SET value = excluded.value"
)
_DROP: Final = (
    f"DELETE FROM cell AS c USING {_CELLS} AS w (shard, kind, owner, tbl, key)"  # noqa: S608
    " WHERE c.shard = w.shard AND c.kind = w.kind AND c.owner = w.owner AND c.tbl = w.tbl"
    " AND c.key = w.key"
)
_ERASE: Final = "DELETE FROM cell WHERE shard = $1 AND kind = $2 AND owner = $3"
# Goes from one owner to the next by the primary key: costs as much as there are owners, not cells.
_OWNERS: Final = """
WITH RECURSIVE s (shard) AS (
  SELECT min(shard) FROM cell
  UNION ALL SELECT (SELECT min(c.shard) FROM cell c WHERE c.shard > s.shard) FROM s
    WHERE s.shard IS NOT NULL
), o (shard, owner) AS (
  SELECT shard, (SELECT min(c.owner) FROM cell c
    WHERE c.shard = s.shard AND c.kind = $1 AND c.owner > $2) FROM s WHERE shard IS NOT NULL
  UNION ALL SELECT o.shard, (SELECT min(c.owner) FROM cell c
    WHERE c.shard = o.shard AND c.kind = $1 AND c.owner > o.owner) FROM o WHERE o.owner IS NOT NULL
)
SELECT owner FROM o WHERE owner IS NOT NULL ORDER BY owner LIMIT $3
"""
_TAKE: Final = (
    "INSERT INTO lease VALUES (0, 1, $1) ON CONFLICT (id) DO UPDATE"
    " SET epoch = lease.epoch + 1, holder = excluded.holder RETURNING epoch"
)
_RENEW: Final = "UPDATE lease SET epoch = epoch + 1 WHERE id = 0 AND holder = $1 RETURNING epoch"
_HOLDS: Final = "SELECT 1 FROM lease WHERE id = 0 AND holder = $1 AND epoch = $2 FOR UPDATE"

_META: Final = "SELECT value FROM meta WHERE name = $1"
_META_KEPT: Final = (
    "INSERT INTO meta VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_META_GONE: Final = "DELETE FROM meta WHERE name = $1"
_CELLS_COUNTED: Final = "SELECT count(*) FROM cell"
_OTHERS: Final = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)

_LOST: Final = (  # what says that the connection is gone, not what was done on it
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.IdleInTransactionSessionTimeoutError,
)
_FAILED: Final = (*_LOST, asyncpg.PostgresError)

Purpose = Literal["boxes", "keys"]
Work = Callable[[Any], Awaitable[None]]


def database_label(dsn: str) -> str:
    """Return what names a database to its operator: never the password."""
    try:
        parts = urlsplit(dsn)
    except ValueError:
        return "PostgreSQL"
    return f"PostgreSQL at {parts.hostname or 'the local socket'}{parts.path}"


def explain(error: BaseException, place: str) -> EngineError:
    """Return what an operator should read instead of the database's own words."""
    e = asyncpg.exceptions
    match error:
        case e.DiskFullError():
            return StoreFull(
                f"The disk that holds {place} is full: free some space, nothing was lost."
            )
        case e.ReadOnlySQLTransactionError():
            return StoreReadOnly(f"{place} takes no writes: give the address of the primary.")
        case e.InsufficientPrivilegeError():
            return StoreReadOnly(f"{place} forbids it to this user: make it own the database.")
        case e.InvalidPasswordError() | e.InvalidAuthorizationSpecificationError():
            return EngineError(f"{place} refuses the user or password: correct `store`.")
        case e.InvalidCatalogNameError():
            return EngineError(f"{place} does not exist: create the database, or correct `store`.")
        case e.ClientConfigurationError():
            return EngineError(
                "`store` is no address: write postgresql://user:password@host/database."
            )
        case e.TooManyConnectionsError():
            return EngineError(f"{place} has no connection left: raise its max_connections.")
        case e.DataCorruptedError() | e.IndexCorruptedError():
            return EngineError(f"{place} is damaged: stop the server and restore a backup.")
    if isinstance(error, _LOST):
        return EngineError(f"{place} cannot be reached: check that it runs and the address.")
    return EngineError(f"{place} failed: {error}. Look at the database's log.")


class PostgresEngine:
    """See `ports.Engine`. Call `open` once before anything else.

    One process at a time writes: who opens the store takes its lease, and whoever had it is fenced off
    at the next commit. After a connection broke the lease is taken anew under a higher epoch, which
    waits for whatever the old connection was still doing; until then nothing is read, so that a commit
    of unknown fate has been decided before anybody looks.
    """

    def __init__(
        self,
        dsn: str,
        *,
        purpose: Purpose = "boxes",
        forget: bool = False,
        marked: bool = False,
    ) -> None:
        """`forget` clears away what is deleted, for the key store.

        With `marked` it is opened even if it is one end of a move, and only while nobody else has it.
        """
        self.place = database_label(dsn)
        self._dsn = dsn
        self._purpose = purpose
        self._forget = forget
        self._marked = marked
        self._holder = uuid.uuid4().hex
        self._epoch = 0
        self._readers: Any = None
        self._writer: Any = None
        self._turn = asyncio.Lock()
        self._erased = self._vacuumed = 0  # erasures so far; those the table was vacuumed after
        self._vacuuming = asyncio.Lock()
        self._in_doubt = False  # a commit was under way when the connection broke
        self._fenced = False
        self._looks_only = False
        self._closed = False

    async def open(self, *, look_only: bool = False) -> None:
        """Connect and take the lease; with `look_only` leave it to who has it, and write nothing.

        Who looked, and found that all is well, may `take` it after all.

        Raises:
            EngineError: the store cannot be used; the text says why and what to do.
        """
        self._looks_only = look_only
        try:
            self._writer = await self._connect()
            await self._check()
            if not look_only:
                await self._hold()
            self._readers = await asyncpg.create_pool(
                self._dsn,
                min_size=0,
                max_size=READERS_MAX,
                timeout=CONNECT_S_MAX,
                command_timeout=COMMAND_S_MAX,
            )
        except BaseException as error:
            await self.close()
            if isinstance(error, _FAILED):
                raise explain(error, self.place) from error
            raise

    async def take(self) -> None:
        """Take the lease after a look: from here on this engine writes, and whoever had it is fenced off.

        Raises:
            EngineError: the store cannot be used; the text says why and what to do.
        """
        async with self._turn:
            try:
                if self._writer is None or self._writer.is_closed():
                    self._writer = await self._connect()
                await self._hold()
            except _FAILED as error:
                raise explain(error, self.place) from error
            self._looks_only = False

    async def _hold(self) -> None:
        """Become the one that writes; from here on an older Chappe refuses the store."""
        self._epoch = await self._writer.fetchval(_TAKE, self._holder)
        await self._writer.execute(_META_KEPT, "version", str(VERSION))

    async def _connect(self) -> Any:
        settings = {
            "synchronous_commit": "on",
            "idle_in_transaction_session_timeout": str(ABANDONED_S_MAX * 1000),
        }
        return await asyncpg.connect(
            self._dsn,
            timeout=CONNECT_S_MAX,
            command_timeout=COMMAND_S_MAX,
            server_settings=settings,
        )

    async def _check(self) -> None:
        """Make the tables in an empty database; refuse another version's, or another purpose's."""
        db = self._writer
        try:
            meta = {row[0]: row[1] for row in await db.fetch("SELECT name, value FROM meta")}
        except asyncpg.UndefinedTableError:
            meta = {}
        if not meta:
            meta = {"version": str(VERSION), "purpose": self._purpose}
            async with db.transaction():
                await db.execute(SCHEMA)
                await db.executemany("INSERT INTO meta VALUES ($1, $2)", list(meta.items()))
        try:
            version, purpose = int(meta["version"]), meta["purpose"]
        except (KeyError, ValueError):
            raise EngineError(
                f"{self.place} holds something else: give Chappe a database of its own."
            ) from None
        if version > VERSION:
            raise EngineError(
                f"{self.place} was written by a newer Chappe (version {version}): upgrade this one."
            )
        if version < VERSION_BEFORE:
            raise EngineError(
                f"{self.place} was written by an older Chappe (version {version}):"
                " start that one again."
            )
        if purpose != self._purpose:
            raise EngineError(
                f"{self.place} holds the {purpose} of a store: give `store` and"
                " `keys_store` a database each, so that keys can be destroyed apart."
            )
        if not self._marked:
            refuse_marked(self.place, unpack_mark(meta.get(MARK)))
        else:
            await self._refuse_others()

    async def _refuse_others(self) -> None:
        """Refuse to have the database beside anybody; who has just ended is given a moment to be gone.

        Raises:
            EngineError: another program is connected to it.
        """
        for _ in range(OTHERS_LOOKS_MAX):
            if not await self._writer.fetchval(_OTHERS):
                return
            await asyncio.sleep(OTHERS_PAUSE_S)
        raise EngineError(
            f"{self.place} is in use by another program, perhaps another Chappe: stop that one first."
        )

    # -- reading -------------------------------------------------------------------------------

    async def _fetch(self, sql: str, *values: object) -> list[Any]:
        """Run a statement that reads, in a task: callers may have none, and the driver needs one."""
        return await asyncio.create_task(self._fetch_twice(sql, values))

    async def _fetch_twice(self, sql: str, values: Sequence[object]) -> list[Any]:
        """Run a statement that reads; once more if its connection turned out to be dead."""
        if self._fenced:
            raise self._fence()
        for again in (True, False):
            try:
                if self._in_doubt:
                    async with self._turn:
                        await self._writing()
                found: list[Any] = await self._readers.fetch(sql, *values)
            except _LOST as error:
                if self._closed or not again:
                    raise explain(error, self.place) from error
                await self._readers.expire_connections()
            except asyncpg.PostgresError as error:
                raise explain(error, self.place) from error
            else:
                return found
        raise AssertionError("the loop returns or raises")

    async def read(self, cells: Sequence[Cell]) -> list[bytes | None]:
        """See `ports.Engine`."""
        if len(cells) == 1:
            owner, table, key = cells[0]
            rows = await self._fetch(_READ, owner.shard, owner.kind, owner.id, table, key)
            return [rows[0][0] if rows else None]
        if not cells:
            return []
        return [row[0] for row in await self._fetch(_READ_MANY, *_columns(cells))]

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
        sql = _SCAN_BACK if reverse else _SCAN
        where = (owner.shard, owner.kind, owner.id, table, low, high, limit)
        return [(key, value) for key, value in await self._fetch(sql, *where)]

    async def count(self, owner: Owner, table: str, low: bytes, high: bytes, *, limit: int) -> int:
        """See `ports.Engine`."""
        where = (owner.shard, owner.kind, owner.id, table, low, high, limit)
        return int((await self._fetch(_COUNT, *where))[0][0])

    async def owners(self, kind: int, *, after: int = -1, limit: int = 1000) -> list[Owner]:
        """See `ports.Engine`."""
        rows = await self._fetch(_OWNERS, int(kind), after, limit)
        return [Owner(Kind(kind), row[0]) for row in rows]

    async def walk(
        self, owner: Owner, after: tuple[str, bytes], *, limit: int
    ) -> list[tuple[str, bytes, bytes]]:
        """See `ports.Engine`."""
        rows = await self._fetch(_WALK, owner.shard, owner.kind, owner.id, *after, limit)
        return [(table, key, value) for table, key, value in rows]

    # -- writing -------------------------------------------------------------------------------

    def _fence(self) -> Fenced:
        self._fenced = True
        return Fenced(f"{self.place} was taken over by another Chappe: this one ends.")

    async def _writing(self) -> Any:
        """Return the writer connection; a new one has the lease under a new epoch."""
        if self._fenced:
            raise self._fence()
        if self._writer is None or self._writer.is_closed():
            self._drop_writer()
            writer = await self._connect()
            try:
                epoch = await writer.fetchval(_RENEW, self._holder)
            except BaseException:
                writer.terminate()
                raise
            if epoch is None:
                writer.terminate()
                raise self._fence()
            self._writer, self._epoch = writer, epoch
        self._in_doubt = False
        return self._writer

    def _drop_writer(self, *, in_doubt: bool = False) -> None:
        self._in_doubt = self._in_doubt or in_doubt
        if self._writer is not None:
            self._writer.terminate()
        self._writer = None

    async def _transact(self, work: Work) -> None:
        """Do some work in one transaction that holds only while the lease does.

        A connection that breaks before the end is asked for is made anew, once, since nothing was
        kept; one that breaks in the end itself leaves the outcome unknown.
        """
        if self._looks_only:
            raise StoreReadOnly(f"{self.place} was opened to look only.")
        async with self._turn:
            for again in (True, False):
                ending = False
                try:
                    db = await self._writing()
                    transaction = db.transaction()
                    await transaction.start()
                    await self._check_lease(db)
                    await work(db)
                    ending = True
                    await transaction.commit()
                except _LOST as error:
                    self._drop_writer(in_doubt=ending)
                    if self._closed or ending or not again:
                        raise explain(error, self.place) from error
                except asyncpg.PostgresError as error:
                    self._drop_writer()  # the database has rolled back
                    raise explain(error, self.place) from error
                except BaseException:
                    self._drop_writer(in_doubt=ending)
                    raise
                else:
                    return

    async def _check_lease(self, db: Any) -> None:
        """Lock the lease until the transaction ends.

        Raises:
            Fenced: another process has it.
        """
        if await db.fetchval(_HOLDS, self._holder, self._epoch) is None:
            raise self._fence()

    async def commit(self, batch: Sequence[WriteSet]) -> None:
        """See `ports.Engine`."""
        writes = batch[0].writes if batch else {}
        if len(batch) > 1:
            writes = {cell: value for ws in batch for cell, value in ws.writes.items()}
        puts = {cell: value for cell, value in writes.items() if value is not None}
        drops = [cell for cell, value in writes.items() if value is None]

        async def write(db: Any) -> None:
            if puts:
                await db.execute(_PUT, *_columns(list(puts)), list(puts.values()))
            if drops:
                await db.execute(_DROP, *_columns(drops))

        if writes:
            await asyncio.create_task(self._transact(write))

    async def erase(self, owner: Owner) -> None:
        """See `ports.Engine`. With `forget`, the table is vacuumed, so that no dead row stays in it.

        What the database archives of its log elsewhere is for its operator to keep short.
        """

        async def remove(db: Any) -> None:
            await db.execute(_ERASE, owner.shard, owner.kind, owner.id)

        await asyncio.create_task(self._transact(remove))
        if self._forget:
            self._erased += 1
            await asyncio.create_task(self._vacuum(self._erased))

    async def page(
        self, table: str, key: bytes, after: Owner | None, *, limit: int
    ) -> list[tuple[Owner, bytes]]:
        """See `ports.KeyEngine`."""
        first = (-1, 0, 0) if after is None else (after.shard, int(after.kind), after.id)
        rows = await self._fetch(_PAGE, *first, table, key, limit)
        return [(Owner(Kind(kind), number), value) for kind, number, value in rows]

    async def forget(self, cells: Sequence[Cell]) -> None:
        """See `ports.KeyEngine`. With `forget` the table is vacuumed, as by `erase`."""
        if cells:
            await self.commit([WriteSet(dict.fromkeys(cells))])
        if self._forget:
            self._erased += 1
            await asyncio.create_task(self._vacuum(self._erased))

    async def _vacuum(self, erased: int) -> None:
        """Vacuum after so many erasures, once for all that wait for it; commits go on beside it.

        Whoever began to read before, a dump for instance, keeps dead rows until the next time.
        """
        async with self._vacuuming:
            if self._vacuumed >= erased:
                return
            so_far = self._erased
            for again in (True, False):
                try:
                    await self._readers.execute("VACUUM cell")
                except _LOST as error:
                    if self._closed or not again:
                        raise explain(error, self.place) from error
                    await self._readers.expire_connections()
                except asyncpg.PostgresError as error:
                    raise explain(error, self.place) from error
                else:
                    self._vacuumed = so_far
                    return

    async def mark(self) -> Mark | None:
        """See `ports.MovableEngine`."""
        rows = await self._fetch(_META, MARK)
        return unpack_mark(rows[0][0] if rows else None)

    async def set_mark(self, mark: Mark | None) -> None:
        """See `ports.MovableEngine`."""

        async def write(db: Any) -> None:
            if mark is None:
                await db.execute(_META_GONE, MARK)
            else:
                await db.execute(_META_KEPT, MARK, mark.pack())

        await asyncio.create_task(self._transact(write))

    async def cells(self) -> int:
        """See `ports.MovableEngine`."""
        return int((await self._fetch(_CELLS_COUNTED))[0][0])

    async def clear(self) -> None:
        """See `ports.MovableEngine`. Whole files go, so that no dead row stays."""

        async def remove(db: Any) -> None:
            await db.execute("TRUNCATE cell")

        await asyncio.create_task(self._transact(remove))

    async def close(self) -> None:
        """See `ports.Engine`."""
        if self._closed:
            return
        self._closed = True
        if self._readers is not None:
            try:
                await asyncio.wait_for(self._readers.close(), CLOSE_S_MAX)
            except _LOST:
                self._readers.terminate()
        if self._writer is not None:
            with contextlib.suppress(*_LOST):
                await self._writer.close(timeout=CLOSE_S_MAX)


def _columns(cells: Sequence[Cell]) -> tuple[list[Any], ...]:
    """Return cells turned into the five arrays that `_CELLS` takes."""
    return (
        [cell.owner.id % 4096 for cell in cells],
        [int(cell.owner.kind) for cell in cells],
        [cell.owner.id for cell in cells],
        [cell.table for cell in cells],
        [cell.key for cell in cells],
    )
