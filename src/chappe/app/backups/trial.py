"""A trial restore: the newest backup is fetched back, opened and checked in a directory that goes again."""

import asyncio
import hashlib
import random
import shutil
from pathlib import Path
from typing import Final

from chappe.core import Kind, Owner
from chappe.core.system import SystemEntropy
from chappe.engines.sqlite import SqliteEngine
from chappe.engines.sqlite_copy import Erased, drop_erased, forget_marks, marks_of_keys
from chappe.ports import BackupPlace, EngineError, PlaceError
from chappe.trust import sealing

from ..installation.hiding import hide_ids, is_hidden
from ..installation.layout import BOXES, EPOCHS, KEYS
from ..installation.opening import epochs_of
from .job import BackupWork, MovedBytes, Tell, Tried
from .layout import (
    BACKUPS,
    FILES,
    KEY_COPIES,
    KeptFile,
    KeysManifest,
    Manifest,
    file_name,
    folder_of,
)
from .making import MIB, fresh, open_vaults
from .vault import Vault, unmoved

WORK: Final = "backup-trial"  # in the data directory
FILES_TRIED_MAX: Final = 50  # files of one trial that are fetched and compared
CELLS_AT_ONCE: Final = 1_000  # cells opened between two looks at how far it is
WRONG_MAX: Final = 20  # sentences about what is wrong
GROWS: Final = 1.2  # times its size that the store may need while it is tried


def attempt(work: BackupWork, tell: Tell) -> Tried:
    """Try the newest backup.

    Raises:
        EngineError: it cannot be fetched, or does not open at all; the text says what to do.
        OSError: the disk of the data failed.
    """
    own = fresh(work.folder / WORK)
    places: list[BackupPlace] = []
    try:
        vault, keys_vault = open_vaults(work, own, places)
        number = newest(vault)
        if number < work.number:
            raise PlaceError(
                f"Backup {work.number} is not in {vault.place.name} any more, and {number} is the newest"
                " there: see who deletes there."
            )
        manifest = vault.manifest(BACKUPS, number, Manifest)
        copy, _ = fitting_keys(keys_vault, number)
        wrong: list[str] = []
        cells = _try_boxes(work, own, (vault, keys_vault), (manifest, copy), tell, wrong)
        files = _try_files(vault, manifest, own, tell, wrong)
        return Tried(number=number, cells=cells, files=files, wrong=wrong[:WRONG_MAX])
    finally:
        for place in places:
            place.close()
        shutil.rmtree(own, ignore_errors=True)


def newest(vault: Vault) -> int:
    """Return the number of the newest backup.

    Raises:
        PlaceError: there is none.
    """
    whole = [number for number, is_whole in vault.backups().items() if is_whole]
    if not whole:
        raise PlaceError(
            f"There is no backup in {vault.place.name} yet: make one by `chappe backup`."
        )
    return whole[-1]


def fitting_keys(vault: Vault, number: int) -> tuple[KeysManifest, list[str]]:
    """Return the newest copy of keys that can be read, and what is wrong with newer ones.

    Raises:
        PlaceError: none that can be read is as new as the backup.
    """
    wrong: list[str] = []
    copies = [copy for copy, whole in vault.key_copies().items() if whole and copy >= number]
    for copy in reversed(copies):
        try:
            return vault.manifest(KEY_COPIES, copy, KeysManifest), wrong
        except PlaceError as error:
            wrong.append(str(error))
    if wrong:
        raise PlaceError(wrong[0])
    raise PlaceError(
        f"The keys of the backups are not in {vault.place.name}: name their place (`keys_to`, `--keys`)."
    )


def fetch_stores(
    vaults: tuple[Vault, Vault],
    manifests: tuple[Manifest, KeysManifest],
    into: Path,
    reserve: int,
    tell: Tell,
) -> Erased:
    """Fetch boxes and keys into a directory and bring them together; return who was erased since.

    Raises:
        PlaceError: something is damaged, or there is no room for it.
    """
    (vault, keys_vault), (manifest, copy) = vaults, manifests
    boxes, keys = manifest.boxes, copy.keys
    needed = int(((boxes.size if boxes else 0) + (keys.size if keys else 0)) * GROWS)
    free = shutil.disk_usage(into).free - reserve
    if free < needed:
        raise PlaceError(
            f"Restoring needs {needed // MIB + 1} MiB of the disk of {into.parent}, and has"
            f" {max(free, 0) // MIB}: free some space."
        )
    moved = MovedBytes(tell, "fetching the store", boxes.size if boxes else 0)
    if keys is not None:
        keys_vault.fetch(f"{folder_of(KEY_COPIES, copy.number)}/keys", keys, into / KEYS, unmoved)
        if copy.epochs:
            epochs = keys_vault.epochs()
            sealing.write_whole(into / EPOCHS, epochs)
    if boxes is None:
        return Erased([], 0)
    vault.fetch(f"{folder_of(BACKUPS, manifest.number)}/boxes", boxes, into / BOXES, moved)
    erased = Erased([], 0)
    if keys is not None:
        owners = asyncio.run(_hidden_owners(into, copy.root))
        marks = marks_of_keys(into / KEYS, sealing.name_of_key)
        erased = drop_erased(into / BOXES, marks, owners.show)
    forget_marks(into / BOXES)
    return erased


async def _hidden_owners(folder: Path, root: bytes) -> sealing.HiddenOwners:
    """Return what hides the ids of owners in a store whose keys were fetched.

    Raises:
        EngineError: the root key does not open them.
    """
    engine = SqliteEngine(folder / KEYS, forget=True)
    keys = sealing.KeyStore(engine, root, SystemEntropy(), epochs_of(engine, folder))
    try:
        await keys.open()
        return keys.owners
    finally:
        await keys.close()


def _try_boxes(
    work: BackupWork,
    own: Path,
    vaults: tuple[Vault, Vault],
    manifests: tuple[Manifest, KeysManifest],
    tell: Tell,
    wrong: list[str],
) -> int:
    """Fetch the store and open every value of it; return how many there are."""
    erased = fetch_stores(vaults, manifests, own, work.reserve, tell)
    manifest, copy = manifests
    if copy.keys is None:
        return 0
    cells = asyncio.run(_open_all(copy.root, own, manifest, tell, wrong))
    if not wrong and cells + erased.cells != manifest.cells:
        wrong.append(
            f"There are {cells} values, and {manifest.cells - erased.cells} should be there."
        )
    return cells


async def _open_all(
    root: bytes, own: Path, manifest: Manifest, tell: Tell, wrong: list[str]
) -> int:
    """Open every value; return how many there are."""
    engine_of_keys = SqliteEngine(own / KEYS)
    place = epochs_of(engine_of_keys, own)
    keys = sealing.KeyStore(engine_of_keys, root, SystemEntropy(), place)
    await keys.open()
    if manifest.boxes is None:
        await keys.close()
        return 0
    inner = SqliteEngine(own / BOXES)
    engine = sealing.seal(inner, keys, SystemEntropy())
    done = MovedBytes(tell, "opening every value", manifest.cells)
    cells = 0
    try:
        if not await is_hidden(engine):  # an earlier version made the backup
            await hide_ids(engine, lambda _done, _of: None)
            cells = -1  # what says so was not in it
        wrong += [f"The store: {text}" for text in await inner.check()]
        for kind in Kind:
            after = -(1 << 62)
            while owners := await engine.owners(kind, after=after):
                after = owners[-1].id
                for owner in owners:
                    try:
                        cells += await _open_box(engine, owner, done)
                    except EngineError:
                        wrong.append(f"A value of a {kind.name.lower()} box does not open.")
    finally:
        await engine.close()
    return cells + engine.shredded + sealing.fresh_cells(engine).passed_over


async def _open_box(engine: sealing.SealedEngine, owner: Owner, done: MovedBytes) -> int:
    count, after = 0, ("", b"")
    while rows := await engine.walk(owner, after, limit=CELLS_AT_ONCE):
        count += len(rows)
        after = rows[-1][:2]
        done(len(rows))
    return count


def _try_files(vault: Vault, manifest: Manifest, own: Path, tell: Tell, wrong: list[str]) -> int:
    """Fetch some files and compare them, and see that the others are there; return how many were fetched."""
    files = list(vault.files_of(manifest))
    there = vault.place.listed(FILES) if files else {}
    missing = sum(there.get(file_name(one.name)) != one.size for one in files)
    if missing:
        wrong.append(f"{missing} of {len(files)} files are missing or cut short.")
    files = [one for one in files if there.get(file_name(one.name)) == one.size]
    chosen = random.SystemRandom().sample(files, min(len(files), FILES_TRIED_MAX))
    moved = MovedBytes(tell, "fetching some files", sum(one.size for one in chosen))
    target = own / "file"
    damaged = 0
    for one in chosen:
        vault.place.get([(file_name(one.name), target)], moved)
        damaged += not is_whole(target, one)
    if damaged:
        wrong.append(f"{damaged} of {len(chosen)} files that were fetched are damaged.")
    return len(chosen)


def is_whole(path: Path, wanted: KeptFile) -> bool:
    """Whether a file is what a backup's list says."""
    if not path.is_file() or path.stat().st_size != wanted.size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest() == wanted.sha256
