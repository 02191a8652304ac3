"""Backups: written from a running server, restored into an empty directory, and the new epoch after that."""

import asyncio
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Any, Final

from chappe import updates
from chappe.core import Kind, Owner
from chappe.engines.sqlite import SqliteEngine
from chappe.engines.sqlite_copy import (
    drop_erased,
    finish_copy,
    forget_marks,
    has_marks,
    holds_cell,
    marks_of_keys,
)
from chappe.features import accounts, auth, ledger, reentry
from chappe.gateways.cli import OperatorError, Restored, RestoredSessions
from chappe.ports import EngineError
from chappe.rpc import operator_command
from chappe.trust import sealing
from chappe.updates import Context

from .layout import (
    BOXES,
    EPOCHS,
    ERASED,
    FILES,
    KEYS,
    LOG,
    PUBLIC_KEY,
    RESTORED,
    SERVER_KEY,
    SERVER_KEY_FOLLOWING,
    VAULT,
    is_created,
)
from .moving_in import give_up, move_in, note_whole, room_to_restore

BESIDE_STORES: Final = (
    SERVER_KEY,
    SERVER_KEY_FOLLOWING,
    PUBLIC_KEY,
    sealing.SEALED_FILE,
    sealing.CUSTODY_FILE,
)
EPOCHS_BESIDE: Final = "chappe.epochs"  # beside the files of backups, in its newest form only
OLDER_THAN_KEYS: Final = (
    "It is opened by keys that are newer than it: months of conversations in which something was deleted"
    " or edited since are not in it any more. `chappe check` counts what they had."
)
BACKED_UP: Final = {BOXES, KEYS, *BESIDE_STORES}
SESSIONS_KEPT: Final = "sessions kept"  # what is in it where the operator wants that
SESSIONS_ENDED: Final = "sessions ended"  # likewise, all of them
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
    "reentry",
    "staff_link",
    "staff_session",
)  # never in a backup


_MARKS: Final = {
    RestoredSessions.ENDED: SESSIONS_ENDED,
    RestoredSessions.KEPT: SESSIONS_KEPT,
    RestoredSessions.OF_THE_LOST: "",
}


@operator_command("backup", "Write a sealed backup of the running server into a new file.")
async def backup(server: Any, *, target: str) -> dict[str, Any]:
    """Write a backup of a running server into a new tar file; it stays sealed.

    What must not outlive its moment (codes, temporary keys) is left out, and so is a root key that
    lies in the open: without it the backup does not open. The epoch keys are written beside it, in place of
    those from before: so an older backup, whose epoch was destroyed, opens by newer keys only.
    """
    sealed: sealing.SealedEngine = server.context.store.engine
    boxes, keys = sealing.stored_in(sealed), sealed.keys.engine
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
    beside = file.with_name(EPOCHS_BESIDE)
    _refuse_strange_epochs(beside, sealed.keys.server)
    async with sealed.keys.changing:
        await _write(boxes, keys, data, file)
        epochs = await sealed.keys.sealed_epochs()
        await asyncio.to_thread(sealing.write_whole, beside, epochs)
    needs = [EPOCHS_BESIDE]
    if sealing.level_of(data) == "L0":
        needs.append(sealing.OPEN_FILE)
    needs += [f"{one}/" for one in (FILES, VAULT) if any((data / one).glob("*/*"))]
    size = file.stat().st_size
    return {
        "backup": str(file),
        "bytes": size,
        "epochs": str(beside),
        "also_keep": ", ".join(needs),
    }


def _refuse_strange_epochs(beside: Path, server: bytes) -> None:
    """Refuse to write where the epoch keys of another server lie.

    Raises:
        ValueError: it is so.
    """
    try:
        is_ours = sealing.server_of_epochs(beside.read_bytes()) == server
    except FileNotFoundError:
        return
    except EngineError:
        is_ours = False
    if not is_ours:
        raise ValueError(f"{beside} is of another server: choose another directory for the backup.")


async def _write(boxes: SqliteEngine, keys: SqliteEngine, data: Path, file: Path) -> None:
    """Copy both stores, as of one moment, and pack them."""
    with tempfile.TemporaryDirectory(dir=file.parent) as work:
        await keys.backup(Path(work) / KEYS)  # first: the boxes may hold no owner it does not know
        await boxes.backup(Path(work) / BOXES, without=FLEETING_TABLES)
        before = marks_of_keys(Path(work) / KEYS, sealing.name_of_key)
        (Path(work) / KEYS).unlink()
        await keys.backup(Path(work) / KEYS)
        after = marks_of_keys(Path(work) / KEYS, sealing.name_of_key)
        await asyncio.to_thread(finish_copy, Path(work) / BOXES, {**after, **before})
        await asyncio.to_thread(_pack, Path(work), data, file)


def _pack(work: Path, data: Path, target: Path) -> None:
    """Write the copied stores, and what opens them, into a new tar file that only its owner reads."""
    with tarfile.open(target, "x") as out:
        target.chmod(0o600)
        for name in (BOXES, KEYS):
            out.add(work / name, name)
        for name in BESIDE_STORES:
            if (data / name).exists():
                out.add(data / name, name)


def mark_of(sessions: RestoredSessions) -> str:
    """Return what is written into the mark of a restored store."""
    return _MARKS[sessions]


def restore(file: Path, data: Path, sessions: RestoredSessions, keys_from: str = "") -> Restored:
    """Unpack a backup into an empty data directory; return what is missing still, and what to know.

    With `keys_from`, the file of a newer backup, its boxes are opened by the keys of that one.

    Raises:
        OperatorError: the directory holds a store, or the file is no backup.
    """
    with room_to_restore(data) as staged:
        if not move_in(data):  # what an earlier one had fetched whole, if there is such
            try:
                _unpack_all(file, staged, Path(keys_from) if keys_from else file)
                _bring_together(staged, sessions)
            except BaseException:
                give_up(data)
                raise
            note_whole(staged)
            move_in(data)
    needs = [] if is_created(data) else [sealing.OPEN_FILE]
    notes = [OLDER_THAN_KEYS] if keys_from and Path(keys_from) != file else []
    if not (data / EPOCHS).exists() and not _is_of_before_epochs(data / KEYS):
        needs.append(EPOCHS)
        notes.append(
            f"No {EPOCHS_BESIDE} lies beside {keys_from or file}, and without it nothing opens: `chappe"
            f" backup` wrote both. Copy it to {data / EPOCHS}, or restore with --keys and a newer backup"
            " that has it beside it."
        )
    if sealing.is_shared(data) and not any((data / LOG).glob("*")):
        needs.append(f"{LOG}/ (its newest copy: custodians open nothing without it)")
    return Restored(missing=" and ".join(needs), notes=tuple(notes))


def _is_of_before_epochs(keys: Path) -> bool:
    cell = sealing.EPOCH_BEFORE
    return holds_cell(keys, cell.owner, cell.table, cell.key)


def _as_they_are(owner: Owner) -> Owner:
    """Return an owner as they are stored: alike in both stores, whose keys are not opened yet."""
    return owner


def _bring_together(staged: Path, sessions: RestoredSessions) -> None:
    """Empty the boxes of whoever is not in the keys any more, and note what a first start has to do."""
    if has_marks(staged / BOXES):
        erased = drop_erased(
            staged / BOXES, marks_of_keys(staged / KEYS, sealing.name_of_key), _as_they_are
        )
        forget_marks(staged / BOXES)
        users = [who.id for who in erased.owners if who.kind is Kind.USER]
        (staged / ERASED).write_text(json.dumps(users), "ascii")
    (staged / RESTORED).write_text(mark_of(sessions), "ascii")


def _unpack_all(file: Path, staged: Path, keys: Path) -> None:
    """Unpack a backup into the directory it is moved in from, with the keys in another one or in itself.

    Raises:
        OperatorError: one of the files is no backup.
    """
    wanted = {file: {BOXES}, keys: BACKED_UP - {BOXES}} if keys != file else {file: BACKED_UP}
    for one, names in wanted.items():
        _unpack_some(one, staged, names)
    beside = keys.with_name(EPOCHS_BESIDE)
    if beside.is_file() and not _is_of_before_epochs(staged / KEYS):
        sealing.write_whole(staged / EPOCHS, beside.read_bytes())


def _unpack_some(file: Path, staged: Path, wanted: Collection[str]) -> None:
    """Unpack some of the files of a backup.

    Raises:
        OperatorError: it is none.
    """
    try:
        with tarfile.open(file) as packed:
            names = set(packed.getnames())
            if not {BOXES, KEYS} <= names or not names <= BACKED_UP:
                raise tarfile.ReadError("no store is in it")
            _unpack(packed, staged, wanted)
    except tarfile.TarError as error:
        raise OperatorError(f"{file} cannot be read as a backup: it is none.") from error
    except OSError as error:
        text = f"{file} cannot be read as a backup: {error.strerror or error}."
        raise OperatorError(text) from error


def _unpack(packed: tarfile.TarFile, data: Path, wanted: Collection[str]) -> None:
    """Write the files of a backup, whose names are known to be ours, readable by nobody new.

    Done by hand: the filters of `tarfile` are missing from the first releases of Python 3.11.

    Raises:
        tarfile.TarError: there is something else than files in it.
    """
    for member in packed.getmembers():
        content = packed.extractfile(member) if member.isreg() else None
        if content is None:
            raise tarfile.ReadError("something else than a file is in it")
        if member.name not in wanted:
            continue
        place = data / member.name
        with content, open(place, "wb", opener=partial(os.open, mode=0o600)) as out:
            shutil.copyfileobj(content, out)
        place.chmod(member.mode & 0o644)


async def begin_epoch(data: Path, context: Context) -> None:
    """Let a store that was restored count from new numbers, before anybody is served.

    The backup does not know which sessions were ended since: so they end, but of people who could not log in
    again.
    """
    mark = data / RESTORED
    if mark.exists():
        await updates.begin_epoch(context)
        engine: sealing.SealedEngine = context.store.engine  # type: ignore[assignment]  # as servers have
        if engine.keys.renewals.round:
            await engine.keys.want_renewal()
        if context.config.public_log:
            await ledger.say_of_server(context, ledger.RESTORED, {}, again=True)
        wanted = mark.read_text("ascii").strip()
        await _bury(data, context)
        if wanted != SESSIONS_KEPT:
            await reentry.end_restored_sessions(context, spare=wanted != SESSIONS_ENDED)
        mark.unlink()


async def _bury(data: Path, context: Context) -> None:
    """See that who was erased since the backup is not somebody who never was, and is logged in nowhere."""
    listed = data / ERASED
    stored = json.loads(listed.read_bytes()) if listed.exists() else []
    sealed: Any = context.store.engine  # a `SealedEngine`, as every server has
    erased = frozenset(sealed.keys.owners.show(Owner.user(number)).id for number in stored)
    for user in erased:
        async with context.change(Owner(Kind.USER, user)) as change:
            change.put(accounts.User(id=user, first_name="", deleted=True))
    if erased:

        async def is_there(_context: Context, user: int) -> bool:
            return user not in erased

        await auth.end_every_session(context, is_there)
    listed.unlink(missing_ok=True)
