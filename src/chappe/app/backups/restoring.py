"""Restoring a backup from where it lies into an empty data directory.

Cut short at any moment, it is begun anew, and files that came whole are not fetched again.
"""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from chappe.core import Kind
from chappe.core.configuration import Backups
from chappe.engines.places import is_ssh, open_place
from chappe.gateways.cli import OperatorError, Restored, RestoreWanted, RootSource
from chappe.ports import OBJECTS_AT_ONCE, BackupPlace
from chappe.trust import sealing

from ..installation.backups import BESIDE_STORES, OLDER_THAN_KEYS, mark_of
from ..installation.layout import ERASED, FILES, PUBLIC_KEY, RESTORED
from ..installation.moving_in import give_up, move_in, note_whole, room_to_restore
from .job import MovedBytes, Tell
from .layout import BACKUPS, KeptFile, Manifest, PlaceMark, file_name, lies_at, local_files
from .layout import FILES as FAR_FILES
from .making import fresh
from .trial import fetch_stores, fitting_keys, is_whole
from .vault import Vault, keys_by_root, look_at

WORK: Final = "work"  # in the directory that is fetched into


def settings_of(wanted: RestoreWanted, settings: Backups | None) -> Backups:
    """Return where a backup is fetched from: as given, or as the settings of the data directory say.

    Raises:
        OperatorError: neither says it.
    """
    if not wanted.source:
        if settings is None:
            raise OperatorError(
                "From where is it restored? Name the place, or put a chappe.toml with `backups` into the"
                " data directory."
            )
        return settings
    if not is_ssh(wanted.source) and not Path(wanted.source).is_dir():
        raise OperatorError(f"There is no {wanted.source}: name a backup, or the place of backups.")
    to = wanted.source if is_ssh(wanted.source) else str(Path(wanted.source).absolute())
    return msgspec.structs.replace(settings or Backups(), to=to, s3=None)


def list_backups(
    data: Path, wanted: RestoreWanted, settings: Backups | None, secret: RootSource
) -> list[dict[str, int]]:
    """Return the backups of a place, the newest last."""
    with room_to_restore(data) as staged:
        try:
            with _opened(data, staged, wanted, settings_of(wanted, settings), secret) as (
                vault,
                *_,
            ):
                return [
                    {
                        "number": one.number,
                        "at": one.made_at,
                        "bytes": one.size,
                        "files": one.file_count,
                    }
                    for one in _manifests(vault)
                ]
        finally:
            shutil.rmtree(staged / WORK, ignore_errors=True)
            if not (staged / FILES).exists():  # else a restore was cut short, and goes on later
                give_up(data)


def restore_from_place(
    data: Path, wanted: RestoreWanted, settings: Backups | None, secret: RootSource, tell: Tell
) -> Restored:
    """Restore a backup; see `cli.Application.restore`."""
    with room_to_restore(data) as staged:
        if move_in(data):
            return Restored(missing="", lost=0, number=0)
        try:
            with _opened(data, staged, wanted, settings_of(wanted, settings), secret) as opened:
                restored = _fetch(data, staged, wanted, opened, tell)
        except BaseException:
            if not (staged / FILES).exists():  # else it goes on later with those that came whole
                give_up(data)
            raise
        shutil.rmtree(staged / WORK)
        note_whole(staged)
        move_in(data)
        return restored


@contextmanager
def _opened(
    data: Path, staged: Path, wanted: RestoreWanted, settings: Backups, secret: RootSource
) -> Iterator[tuple[Vault, Vault]]:
    """Yield the places of backups and of keys.

    Raises:
        OperatorError: one is no such place.
        RootError: the root key cannot be had.
        PlaceError: a place fails, or the root key is not its own.
    """
    work = fresh(staged / WORK)
    with ExitStack() as closing:
        marks: list[tuple[BackupPlace, PlaceMark]] = []
        far_keys = wanted.keys_from or settings.keys_to or settings.to
        for to in dict.fromkeys((settings.to, far_keys)):
            place = open_place(settings, data, to)
            closing.callback(place.close)
            mark = look_at(place, work)
            if mark is None:
                raise OperatorError(f"{place.name} holds no backups: name the right place.")
            marks.append((place, mark))
        root = _root_of(data, marks[0][1], secret)
        vaults = [Vault(place, keys_by_root(place, mark, root), work) for place, mark in marks]
        yield vaults[0], vaults[-1]


def _root_of(data: Path, mark: PlaceMark, source: RootSource) -> bytes:
    """Return the root key: of its custodians (L2), out of the place (L1), from beside the data, or as typed.

    Raises:
        RootError: what was typed is neither.
        OperatorError: custodians cannot be asked, or did not open it.
    """
    secret, custodians = source
    if mark.custody:
        return custodians(mark.custody).take()
    if mark.root:
        return sealing.unseal_root(
            mark.root, secret("passphrase or recovery code"), "the backup's key"
        )
    if (data / sealing.OPEN_FILE).exists():
        return sealing.open_root(data)
    root = sealing.root_of_letters(secret("backup key"))
    if root is None:
        raise sealing.RootError(
            "That is no backup key, or has a slip in it: type it as `chappe backup-key` shows it, or put"
            " root.key into the data directory."
        )
    return root


def _manifests(vault: Vault) -> list[Manifest]:
    whole = [number for number, is_done in vault.backups().items() if is_done]
    return [vault.manifest(BACKUPS, number, Manifest) for number in whole]


def chosen(made: Sequence[Manifest], at: str) -> Manifest:
    """Return the backup that is wanted: the newest, that of a number, or the last one made until a moment.

    Raises:
        OperatorError: there is none such.
    """
    fitting = list(made)
    if at.isdigit() and len(at) <= 5:  # noqa: PLR2004  a year and more digits are a date
        fitting = [one for one in made if one.number == int(at)]
    elif at:
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            raise OperatorError(
                f"`{at}` is no moment: write a number, 2026-11-30, or 2026-11-30T03:30 (UTC)."
            ) from None
        until = moment.replace(tzinfo=moment.tzinfo or UTC)
        until += timedelta(days=1) if len(at) <= len("2026-11-30") else timedelta(minutes=1)
        fitting = [one for one in made if one.made_at < until.timestamp()]
    if not fitting:
        raise OperatorError(
            "There is no such backup: `chappe restore --list` shows which there are."
        )
    return fitting[-1]


def _fetch(
    data: Path,
    staged: Path,
    wanted: RestoreWanted,
    opened: tuple[Vault, Vault],
    tell: Tell,
) -> Restored:
    """Fetch everything into the directory it is moved in from."""
    vault, keys_vault = opened
    made = _manifests(vault)
    manifest = chosen(made, wanted.at)
    copy, wrong = fitting_keys(keys_vault, manifest.number)
    erased = fetch_stores((vault, keys_vault), (manifest, copy), staged, 0, tell)
    erased_users = [who.id for who in erased.owners if who.kind is Kind.USER]
    written: dict[str, bytes] = {
        **{name: copy.beside[name] for name in BESIDE_STORES if name in copy.beside},
        RESTORED: mark_of(wanted.sessions).encode("ascii") or b"\n",
        ERASED: json.dumps(erased_users).encode(),
    }
    if not written.keys() & {sealing.SEALED_FILE, sealing.CUSTODY_FILE}:
        written[sealing.OPEN_FILE] = copy.root
    for name, content in written.items():
        sealing.write_whole(staged / name, content, 0o644 if name == PUBLIC_KEY else 0o600)
    lost = _fetch_files(vault, manifest, staged, staged / WORK, tell)
    return Restored(
        missing="",
        lost=lost,
        number=manifest.number,
        notes=(*wrong, *((OLDER_THAN_KEYS,) if manifest != made[-1] else ())),
        without_boxes=manifest.boxes is None,
    )


def _fetch_files(vault: Vault, manifest: Manifest, target: Path, work: Path, tell: Tell) -> int:
    """Fetch the files of a backup that are not here whole; return how many cannot be had."""
    files = {one.name: one for one in vault.files_of(manifest)}
    (target / FILES).mkdir(exist_ok=True, mode=0o700)
    for name, path in list(local_files(target)):
        if name not in files:
            path.unlink()
    there = vault.place.listed(FAR_FILES) if files else {}
    missing = [one for one in files.values() if not is_whole(lies_at(target, one.name), one)]
    lost = [one for one in missing if there.get(file_name(one.name)) != one.size]
    wanted = [one for one in missing if there.get(file_name(one.name)) == one.size]
    moved = MovedBytes(tell, "fetching files", sum(one.size for one in wanted))
    left = iter(wanted)
    damaged = 0
    while some := list(islice(left, OBJECTS_AT_ONCE)):
        vault.place.get([(file_name(one.name), work / one.name) for one in some], moved)
        damaged += sum(not _keep_file(one, work, target) for one in some)
    return len(lost) + damaged


def _keep_file(one: KeptFile, work: Path, target: Path) -> bool:
    """Put a file that came into its place; return whether it is what the list says."""
    came = work / one.name
    if not is_whole(came, one):
        came.unlink(missing_ok=True)
        return False
    place = lies_at(target, one.name)
    place.parent.mkdir(exist_ok=True, parents=True, mode=0o700)
    came.chmod(0o600)
    came.replace(place)
    return True
