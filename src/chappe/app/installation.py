"""A data directory: made, opened, backed up, restored and checked."""

import asyncio
import os
import resource
import shutil
import tarfile
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from chappe import __version__, updates
from chappe.core import Entropy, Kind, Owner
from chappe.core.configuration import Configuration, load, place_of
from chappe.core.system import SystemEntropy
from chappe.crypto import rsa
from chappe.engines.files import FileBlobs
from chappe.engines.memory import MemoryEngine
from chappe.engines.space import ENDLESS
from chappe.engines.sqlite import SqliteEngine
from chappe.features import auth
from chappe.gateways.cli import OperatorError, Running, Show, Step, refusal
from chappe.ports import Blobs, Engine, EngineError
from chappe.rpc import OperatorCommand, operator_command
from chappe.trust import sealing
from chappe.updates import House

from .certificate import Certificate

BOXES: Final = "chappe.db"
KEYS: Final = "keys.db"
FILES: Final = "files"
SERVER_KEY: Final = "server.key"
PUBLIC_KEY: Final = "server.pub.pem"
CELLS_CHECKED_AT_ONCE: Final = 1_000
MIB: Final = 1 << 20  # bytes
BACKED_UP: Final = {BOXES, KEYS, SERVER_KEY, PUBLIC_KEY, sealing.SEALED_FILE}
RESTORED: Final = "restored"  # present until a restored store has begun its new epoch
SESSIONS_KEPT: Final = "sessions kept"  # what is in it where the operator wants that
FLEETING_TABLES: Final = (
    "code",
    "code_mail",
    "login_token",
    "challenge",
    "temporary_key",
    "challenge_recovery",
    "pending_password",
    "owing",
    "code_guessed",
)  # never in a backup


def open_root(data: Path, passphrase: str | None, entropy: Entropy) -> bytes:
    """Return the root key; make one in the open (L0) if the directory is new.

    Raises:
        RootError: there is data without its root key, or it does not open.
    """
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not _is_created(data) and not _holds_store(data):
        return sealing.create_root(data, entropy)[0]
    return sealing.open_root(data, passphrase)


def _holds_store(data: Path) -> bool:
    return any((data / name).exists() for name in (BOXES, KEYS))


def _is_created(data: Path) -> bool:
    return sealing.is_sealed(data) or (data / sealing.OPEN_FILE).exists()


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
    leaves the server that runs alone.

    Raises:
        EngineError: a store cannot be used, or the keys are those of another one.
    """
    opened: list[Engine] = []
    try:
        if data is None:
            opened += [MemoryEngine(), MemoryEngine()]
        else:
            opened.append(await _open_keys(config.keys_store, data / KEYS))
            opened.append(await _open_boxes(config.store, data / BOXES))
        keys = sealing.KeyStore(opened[0], root, entropy)
        if not await keys.is_new():
            await keys.open()
        await _refuse_strange(opened[1], keys)
        if check is not None:
            await check()
        if not look:
            await _take(opened)
        await keys.open()
    except BaseException:
        for engine in opened:
            await engine.close()
        raise
    return sealing.SealedEngine(opened[1], keys, entropy), keys


async def _take(opened: Sequence[Engine]) -> None:
    """Take from another server what only one may write."""
    for engine in opened:
        if not isinstance(engine, SqliteEngine | MemoryEngine):
            from chappe.engines.postgres import PostgresEngine  # noqa: PLC0415  as below

            if isinstance(engine, PostgresEngine):
                await engine.take()


async def refuse_taken(config: Configuration) -> None:
    """Find out whether the addresses to listen on are free.

    Raises:
        OperatorError: one is taken, or not ours to listen on.
        OSError: the system refuses one for another reason.
    """
    places = [(config.host, config.port), *map(place_of, config.also)]
    if config.tls_port:
        places.append((config.host, config.tls_port))
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


async def _refuse_strange(boxes: Engine, keys: sealing.KeyStore) -> None:
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


def certificate(config: Configuration, data: Path) -> Certificate | None:
    """Return what TLS is spoken with; None where it is not.

    Raises:
        ConfigurationError: certificate and key are not there, or do not belong together.
    """
    return Certificate(config, data) if config.tls_port else None


def open_blobs(config: Configuration, data: Path) -> Blobs:
    """Return where the bytes of files are kept: a bucket, or a directory beside the boxes."""
    if config.files_s3 is None:
        return FileBlobs(data / FILES)
    from chappe.engines.s3 import S3Blobs  # noqa: PLC0415  a library few servers need

    return S3Blobs(config.files_s3)


async def _open_keys(dsn: str, path: Path) -> Engine:
    if not dsn:
        return SqliteEngine(path, forget=True)
    return await _open_postgres(dsn, purpose="keys", forget=True)


async def _open_boxes(dsn: str, path: Path) -> Engine:
    if not dsn:
        return SqliteEngine(path)
    return await _open_postgres(dsn)


async def _open_postgres(dsn: str, **how: Any) -> Engine:
    from chappe.engines.postgres import PostgresEngine  # noqa: PLC0415  a driver few servers need

    engine = PostgresEngine(dsn, **how)
    await engine.open(look_only=True)
    return engine


def server_key(data: Path, root: bytes, entropy: Entropy) -> rsa.ServerKey:
    """Return the server's RSA key, made at the first start and kept sealed under the root key.

    Raises:
        EngineError: it is gone or damaged; clients would not know the server by another one.
    """
    sealed, public = data / SERVER_KEY, data / PUBLIC_KEY
    context = b"server key"
    if sealed.exists():
        try:
            key = rsa.load(sealing.unwrap(root, sealed.read_bytes(), context))
        except sealing.SealBrokenError:
            raise EngineError(f"{sealed} does not open: restore it from a backup.") from None
    elif public.exists():
        raise EngineError(
            f"{sealed} is missing: restore it from a backup;"
            f" or delete {public.name}, and give every client the new key."
        )
    else:
        key = rsa.generate()
        sealing.write_whole(
            sealed, sealing.wrap(root, key.private_pem(), context, entropy.token(12))
        )
    if not public.exists() or public.read_bytes() != key.public_pem():
        sealing.write_whole(public, key.public_pem(), 0o644)
    return key


async def begin_epoch(data: Path, house: House) -> None:
    """Let a store that was restored count from new numbers, before anybody is served.

    Sessions end, unless the operator keeps them: the backup does not know which were ended since.
    """
    mark = data / RESTORED
    if mark.exists():
        await updates.begin_epoch(house)
        if mark.read_text("ascii") != SESSIONS_KEPT:
            await auth.end_every_session(house)
        mark.unlink()


@operator_command("status", "Show how the server is.", audited=False)
async def status(server: Any) -> dict[str, Any]:
    """Return how a running server is."""
    gateway = server.gateway
    return {
        "version": __version__,
        "ready": server.ready(),
        "sealed": server.level,
        "listens": f"{server.config.host}:{server.config.port}",
        "connections": gateway.open_connections if gateway else 0,
        "memory_mib": memory_mib(),
        **_disk_of(server),
        "sign_up": server.config.sign_up,
        "bugs": server.metrics.bugs_counted,
    }


def _disk_of(server: Any) -> dict[str, Any]:
    """Return how much room is left on a running server's disks; nothing where none is asked."""
    free = server.space.free()
    if free >= ENDLESS:
        return {}
    low = free < server.config.disk_reserve_mib * MIB
    return {"free_mib": free // MIB, "files": "refused until there is room" if low else "taken"}


def memory_mib() -> int:
    """Return how much memory this process has now; where the system does not say, the most it had."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MIB  # macOS counts bytes
    return pages * resource.getpagesize() // MIB


@operator_command("backup", "Write a sealed backup of the running server into a new file.")
async def backup(server: Any, *, target: str) -> dict[str, Any]:
    """Write a backup of a running server into a new tar file; it stays sealed.

    What must not outlive its moment (codes, temporary keys) is left out, and so is a root key that
    lies in the open: without it the backup does not open.
    """
    sealed: sealing.SealedEngine = server.house.store.engine
    boxes, keys = sealed.inner, sealed.keys.engine
    if not isinstance(boxes, SqliteEngine) or not isinstance(keys, SqliteEngine):
        raise ValueError(  # noqa: TRY004  a matter of configuration
            "Only a store in SQLite is backed up here; use your database's own backup."
        )
    file = Path(target)
    if file.exists():
        raise ValueError(f"{file} exists already: choose another name.")
    if not file.parent.is_dir():
        raise ValueError(f"There is no directory {file.parent}: choose another place.")
    data = boxes.path.parent
    with tempfile.TemporaryDirectory(dir=file.parent) as work:
        await keys.backup(Path(work) / KEYS)  # first: the boxes may hold no owner it does not know
        await boxes.backup(Path(work) / BOXES, without=FLEETING_TABLES)
        await keys.backup(Path(work) / KEYS)
        await asyncio.to_thread(_pack, Path(work), data, file)
    needs = [] if sealing.is_sealed(data) else [sealing.OPEN_FILE]
    if any((data / FILES).glob("??/*")):
        needs.append(f"{FILES}/")
    size = file.stat().st_size
    return {"backup": str(file), "bytes": size, "also_keep": ", ".join(needs)}


COMMANDS: Final = (status, backup)


def _pack(work: Path, data: Path, target: Path) -> None:
    """Write the copied stores, and what opens them, into a new tar file that only its owner reads."""
    with tarfile.open(target, "x") as out:
        target.chmod(0o600)
        for name in (BOXES, KEYS):
            out.add(work / name, name)
        for name in (SERVER_KEY, PUBLIC_KEY, sealing.SEALED_FILE):
            if (data / name).exists():
                out.add(data / name, name)


def _unpack(packed: tarfile.TarFile, data: Path) -> None:
    """Write the files of a backup, whose names are known to be ours, readable by nobody new.

    Done by hand: the filters of `tarfile` are missing from the first releases of Python 3.11.

    Raises:
        tarfile.TarError: there is something else than files in it.
    """
    for member in packed.getmembers():
        content = packed.extractfile(member) if member.isreg() else None
        if content is None:
            raise tarfile.ReadError("something else than a file is in it")
        place = data / member.name
        with content, open(place, "wb", opener=partial(os.open, mode=0o600)) as out:
            shutil.copyfileobj(content, out)
        place.chmod(member.mode & 0o644)


class Installation:
    """See `cli.Application`."""

    def __init__(
        self,
        start: Callable[[Configuration, Path, str | None], Awaitable[Running]],
        commands: Iterable[OperatorCommand[Any, ..., Any]],
    ) -> None:
        self._start = start
        self._commands: tuple[OperatorCommand[Any, ..., Any], ...] = (*COMMANDS, *commands)

    def commands(self) -> tuple[OperatorCommand[Any, ..., Any], ...]:
        """See `cli.Application`."""
        return self._commands

    def create(self, data: Path, passphrase: str | None) -> str:
        """See `cli.Application`."""
        if _holds_store(data):
            raise OperatorError(
                f"{data} holds a store, and a new root key would not open it: choose an empty directory."
            )
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        return sealing.create_root(data, SystemEntropy(), passphrase)[1]

    def is_created(self, data: Path) -> bool:
        """See `cli.Application`."""
        return _is_created(data)

    def is_sealed(self, data: Path) -> bool:
        """See `cli.Application`."""
        return sealing.is_sealed(data)

    async def start(self, config: Configuration, data: Path, passphrase: str | None) -> Running:
        """See `cli.Application`."""
        return await self._start(config, data, passphrase)

    async def check(self, data: Path, passphrase: str | None, show: Show, step: Step) -> list[str]:
        """See `cli.Application`."""
        root = sealing.open_root(data, passphrase)
        config = load(data, os.environ, {})
        engine, keys = await open_store(config, data, root, SystemEntropy(), look=True)
        wrong: list[str] = []
        try:
            if (data / PUBLIC_KEY).exists():
                server_key(data, root, SystemEntropy())
        except EngineError as error:
            wrong.append(str(error))
        try:
            for store in (engine.inner, keys.engine):
                if isinstance(store, SqliteEngine):
                    wrong += [f"{store.path.name}: {text}" for text in await store.check()]
            owners = {kind: await _owners(engine, kind) for kind in Kind}
            done, of = 0, sum(map(len, owners.values()))
            for kind, boxes in owners.items():
                wrong += await _check_kind(
                    engine, kind, boxes, show, partial(_step, step, done, of)
                )
                done += len(boxes)
        finally:
            await engine.close()
        return wrong

    def restore(self, backup: Path, data: Path, *, keep_sessions: bool) -> str:
        """See `cli.Application`."""
        if _holds_store(data):
            raise OperatorError(f"{data} holds a store already: restore into an empty directory.")
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with tarfile.open(backup) as packed:
                names = set(packed.getnames())
                if not {BOXES, KEYS} <= names or not names <= BACKED_UP:
                    raise tarfile.ReadError("no store is in it")
                # first: a store that was unpacked is never served without it
                (data / RESTORED).write_text(SESSIONS_KEPT if keep_sessions else "", "ascii")
                _unpack(packed, data)
        except tarfile.TarError as error:
            raise OperatorError(f"{backup} cannot be read as a backup: it is none.") from error
        except OSError as error:
            text = f"{backup} cannot be read as a backup: {error.strerror or error}."
            raise OperatorError(text) from error
        return "" if _is_created(data) else sealing.OPEN_FILE


def _step(step: Step, before: int, of: int, done: int) -> None:
    step(before + done, of)


async def _owners(engine: sealing.SealedEngine, kind: Kind) -> list[Owner]:
    """Return every owner of a kind."""
    found: list[Owner] = []
    while page := await engine.owners(kind, after=found[-1].id if found else -(1 << 62)):
        found += page
    return found


async def _check_kind(
    engine: sealing.SealedEngine,
    kind: Kind,
    owners: list[Owner],
    show: Show,
    step: Callable[[int], None],
) -> list[str]:
    """Open every value of every owner of a kind."""
    wrong: list[str] = []
    count = 0
    for number, owner in enumerate(owners):
        try:
            count += await _open_all(engine, owner)
        except EngineError:
            wrong.append(f"{kind.name.lower()} box {owner.id}: a value does not open")
        step(number + 1)
    if count:
        show(f"{kind.name.lower()}: {count} values open")
    return wrong


async def _open_all(engine: sealing.SealedEngine, owner: Owner) -> int:
    """Open every value of an owner; return how many there are."""
    count, after = 0, ("", b"")
    while rows := await engine.walk(owner, after, limit=CELLS_CHECKED_AT_ONCE):
        count += len(rows)
        after = rows[-1][:2]
    return count
