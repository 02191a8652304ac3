"""Opening what a server stands on: stores, files, addresses and certificate."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final

from chappe.core import HOUSE, Entropy, Kind
from chappe.core.configuration import Configuration, host_and_port
from chappe.core.months import month_of
from chappe.core.system import SystemClock, SystemEntropy
from chappe.engines.files import FileBlobs
from chappe.engines.memory import MemoryEngine
from chappe.engines.sqlite import SqliteEngine
from chappe.gateways.cli import OperatorError, refusal
from chappe.ports import Cell, Engine, EngineError, KeyEngine, MovableBlobs, refuse_marked
from chappe.trust import sealing

from ..certificate import Certificate, CertificateFiles, tell
from ..ordered_certificate import OrderedCertificate
from .freshness import take_up_sums
from .hiding import hide_ids, refuse_in_the_open
from .labels import label_of
from .layout import BOXES, EPOCHS, FILES, KEYS
from .telling import tell_counting, tell_hiding

VALUES_TRIED: Final = 16  # values of the house, of which one must open
HERE: Final = "127.0.0.1"  # where a server listens that was told nothing else
BUCKET_S_MAX: Final = 5.0  # seconds a bucket may take to say whether it was moved
BESIDE: Final = "::1"  # the same machine in IPv6


async def open_store(
    config: Configuration,
    data: Path | None,
    root: bytes,
    entropy: Entropy,
    *,
    look: bool = False,
    check: Callable[[], Awaitable[None]] | None = None,
) -> tuple[sealing.SealedEngine, sealing.KeyStore]:
    """Return the sealed store of a data directory (None: in memory) and its keys.

    With `look`, a store in PostgreSQL is not taken from the server that writes it. Else it is taken last
    of all, when the keys were found to be its own and `check` has raised nothing: a start that fails
    leaves the server that runs alone. Where an earlier version left ids in the open they are hidden, of
    which the log hears, as it does where sums are made.

    Raises:
        EngineError: a store cannot be used, the keys are those of another one, or only a look was asked for
            and ids are in the open still.
    """
    opened: list[Engine] = []
    try:
        key_engine: KeyEngine
        if data is None:
            key_engine = MemoryEngine()
            opened += [key_engine, MemoryEngine()]
        else:
            key_engine = await _open_keys(config.keys_store, data / KEYS)
            opened.append(key_engine)
            opened.append(await _open_boxes(config.store, data / BOXES))
        keys = sealing.KeyStore(key_engine, root, entropy, epochs_of(key_engine, data))
        if not await keys.is_new():
            await keys.open()
            await let_read(opened[1], keys)
        await refuse_strange(opened[1], keys)
        if check is not None:
            await check()
        if not look:
            await _take(opened)
        await keys.open(month_of(SystemClock().now()))
        await let_read(opened[1], keys)
        if not look:
            await keys.settle()
        sealed = sealing.seal(opened[1], keys, entropy)
        await refuse_older(sealed)
        if not look:
            await renew_older(sealed)
            await hide_ids(sealed, tell_hiding)
            await take_up_sums(sealed, entropy, data, tell_counting)
        else:
            await refuse_in_the_open(sealed)
    except BaseException:
        for engine in opened:
            await engine.close()
        raise
    return sealed, keys


async def let_read(boxes: Engine, keys: sealing.KeyStore) -> None:
    """Give an engine that keeps a journal what seals it.

    Raises:
        EngineError: the journal does not open by these keys.
    """
    if isinstance(boxes, SqliteEngine):
        await boxes.seal_journal(sealing.JournalSeal(keys.secret(sealing.JOURNAL), SystemEntropy()))


async def _take(opened: Sequence[Engine]) -> None:
    """Take the stores that only one server may write from the one that has them."""
    for engine in opened:
        if not isinstance(engine, SqliteEngine | MemoryEngine):
            from chappe.engines.postgres import PostgresEngine  # noqa: PLC0415  as below

            if isinstance(engine, PostgresEngine):
                await engine.take()


async def refuse_strange(boxes: Engine, keys: sealing.KeyStore) -> None:
    """Refuse boxes these keys do not open: written to, they would be lost under new keys.

    Raises:
        EngineError: there is data and no key to it.
    """
    for owner in await boxes.owners(Kind.HOUSE, limit=1):
        if await keys.cipher(owner) is None:
            raise EngineError(
                "The store holds data, but its keys are not here: restore them from a backup,"
                " or give an empty store."
            )


async def refuse_older(sealed: sealing.SealedEngine) -> None:
    """Refuse boxes from before keys were renewed, where the keys of then were dropped since.

    Boxes of the house are renewed last of all: if these open, so does the rest.

    Raises:
        EngineError: they are.
    """
    if not sealed.keys.renewals.dropping:
        return
    rows = await sealed.inner.walk(HOUSE, ("", b""), limit=VALUES_TRIED)
    for table, key, _ in rows:
        with contextlib.suppress(sealing.SealBrokenError):
            await sealed.read([Cell(HOUSE, table, key)])
            return
    if not rows:
        return
    raise EngineError(
        "These boxes were sealed by keys that were dropped since owners' keys were renewed: restore a newer"
        " backup, or this one by the keys of its own time."
    )


async def renew_older(sealed: sealing.SealedEngine) -> None:
    """Have owners' keys renewed again where the boxes are older than the last time: of a backup, say.

    What they hold is under keys that are to be dropped, and none of it was sealed anew.
    """
    rows = await sealed.inner.walk(HOUSE, ("", b""), limit=VALUES_TRIED)
    newest = await sealed.keys.cipher(HOUSE)
    if not rows or newest is None or not sealed.keys.former(HOUSE):
        return
    if not any(
        sealed.opens_by(newest, Cell(HOUSE, table, key), value) for table, key, value in rows
    ):
        await sealed.keys.want_renewal()


def epochs_of(keys: KeyEngine, data: Path | None) -> sealing.EpochPlace:
    """Return where the epoch keys lie to these keys: in a file beside SQLite's, in a database with them."""
    if data is None:
        return sealing.EpochCell(keys)
    if isinstance(keys, SqliteEngine):
        return sealing.EpochFile(data / EPOCHS, keys)
    return sealing.EpochCell(keys, data / EPOCHS)


async def _open_keys(dsn: str, path: Path) -> KeyEngine:
    if not dsn:
        return SqliteEngine(path, forget=True)
    return await _open_postgres(dsn, purpose="keys", forget=True)


async def _open_boxes(dsn: str, path: Path) -> Engine:
    if not dsn:
        return SqliteEngine(path)
    return await _open_postgres(dsn)


async def _open_postgres(dsn: str, **how: Any) -> KeyEngine:
    from chappe.engines.postgres import PostgresEngine  # noqa: PLC0415  a driver few servers need

    engine = PostgresEngine(dsn, **how)
    await engine.open(look_only=True)
    return engine


def open_blobs(config: Configuration, data: Path) -> MovableBlobs:
    """Return the blob store: a bucket, or a directory beside the boxes."""
    if config.files_s3 is None:
        return FileBlobs(data / FILES)
    from chappe.engines.s3 import S3Blobs  # noqa: PLC0415  a library few servers need

    return S3Blobs(config.files_s3)


async def refuse_moved_blobs(config: Configuration, blobs: MovableBlobs) -> None:
    """Refuse a store of files that is one end of a move.

    A bucket that does not answer refuses nobody: a server starts without one, and what it keeps there in
    the meantime is nothing.

    Raises:
        EngineError: it is one.
    """
    try:
        mark = await asyncio.wait_for(blobs.mark(), BUCKET_S_MAX)
    except (EngineError, TimeoutError):
        if config.files_s3 is None:
            raise
        return
    refuse_marked(label_of("files", config), mark)


def has_beside(config: Configuration) -> bool:
    """Whether `::1` is listened on beside 127.0.0.1: browsers take `localhost` to be either."""
    named = {host_and_port(address)[0] for address in config.also}
    if config.host != HERE or named & {BESIDE, "::"} or not socket.has_ipv6:
        return False
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind((BESIDE, 0))
    except OSError:
        return False
    return True


async def refuse_taken(config: Configuration) -> None:
    """Find out whether the addresses to listen on are free.

    Raises:
        OperatorError: one is taken, or not ours to listen on.
        OSError: the system refuses one for another reason.
    """
    places = [(config.host, config.port), *map(host_and_port, config.also)]
    if config.tls_port:
        places.append((config.host, config.tls_port))
    if has_beside(config):
        places += [(BESIDE, port) for port in (config.port, config.tls_port) if port]
    if config.metrics_port:
        places.append((config.metrics_host, config.metrics_port))
    loop = asyncio.get_running_loop()
    for host, port in places:
        try:
            server = await loop.create_server(asyncio.Protocol, host, port)
        except OSError as error:
            sentence = refusal(host, port, error)
            if sentence:
                raise OperatorError(sentence) from None
            raise
        server.close()


def certificate(config: Configuration, data: Path) -> Certificate | None:
    """Return the TLS certificate; None if TLS is off.

    Raises:
        ConfigurationError: certificate and key are not there, or do not belong together.
        ModuleNotFoundError: it is ordered, and the library for that is not installed.
    """
    if not config.tls_port:
        return None
    kind = OrderedCertificate if config.certificate == "acme" else CertificateFiles
    return kind(config, data, SystemClock(), tell)
