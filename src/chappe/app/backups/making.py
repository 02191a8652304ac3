"""Making one backup: the store is copied as of one moment, new files are added, what is too old dropped."""

import hashlib
import os
import shutil
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from chappe import __version__
from chappe.core.system import SystemEntropy
from chappe.engines.places import open_place
from chappe.engines.sqlite_copy import copy_store, finish_copy, marks_of_keys
from chappe.ports import OBJECTS_AT_ONCE, BackupPlace, PlaceError
from chappe.trust import sealing

from ..installation.backups import BESIDE_STORES, FLEETING_TABLES
from ..installation.layout import BOXES, EPOCHS, KEYS
from .job import TRY, BackupWork, ListedBackup, Made, MovedBytes, Tell
from .keeping import Dated, kept, kept_keys, kept_until
from .layout import (
    BACKUPS,
    FORMAT,
    KEY_COPIES,
    KeptFile,
    KeysManifest,
    Manifest,
    file_name,
    folder_of,
    lies_at,
    local_files,
)
from .layout import FILES as FAR_FILES
from .vault import Vault, keys_by_root, look_at, mark_of_keys, unmoved, write_mark

WORK: Final = "backup-work"  # in the data directory; what a run that was cut short left is removed
MIB: Final = 1 << 20
COPIES: Final = 1.1  # times the size of the store that its copy may need


def make(work: BackupWork, tell: Tell) -> Made:
    """Make a backup.

    Raises:
        EngineError: a place, or the store, failed; the text says what to do.
        OSError: the disk of the data failed.
    """
    own = fresh(work.folder / WORK)
    places: list[BackupPlace] = []
    try:
        vault, keys_vault = open_vaults(work, own, places)
        return _Making(work, own, vault, keys_vault, tell).run()
    finally:
        for place in places:
            place.close()
        shutil.rmtree(own, ignore_errors=True)


def fresh(folder: Path) -> Path:
    """Return a directory to work in, with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder


def open_vaults(work: BackupWork, own: Path, places: list[BackupPlace]) -> tuple[Vault, Vault]:
    """Return the places of backups and of keys; what was opened is added to `places`.

    A place that is not known and where nothing lies becomes one of backups.
    """
    settings, found = work.settings, list[Vault]()
    for to in dict.fromkeys((settings.to, settings.keys_to or settings.to)):
        place = open_place(settings, work.folder, to)
        places.append(place)
        found.append(Vault(place, _keys_of(work, place, own), own))
    return found[0], found[-1]


def _keys_of(work: BackupWork, place: BackupPlace, own: Path) -> sealing.BackupKeys:
    """Return the keys of a place.

    Where they are wrapped under the root key from before, a backup that is made gets a new one.

    Raises:
        PlaceError: the place was begun, and is empty now; or the keys are not ours.
    """
    entropy, known = SystemEntropy(), work.known.get(place.name)
    mark, older = look_at(place, own), None
    if mark is None and known is not None:
        raise PlaceError(
            f"{place.name} holds no backups, and did: mount its disk or correct `backups`; to begin"
            " anew there, delete backups.json in the data directory and start the server again."
        )
    if mark is not None:
        try:
            return keys_by_root(place, mark, work.root)
        except PlaceError:
            if known is None:
                raise
            older = sealing.BackupKeys.unwrap(work.secret, b"", known)
            if work.do == TRY:
                return older
    keys = sealing.BackupKeys.new(entropy, older)
    sealed = work.folder / sealing.SEALED_FILE
    custody = work.folder / sealing.CUSTODY_FILE
    mark = mark_of_keys(keys, work.root, entropy)
    if custody.exists():
        mark = msgspec.structs.replace(mark, custody=custody.read_bytes())
    elif sealed.exists():
        mark = msgspec.structs.replace(mark, root=sealed.read_bytes())
    write_mark(place, mark, own)
    return keys


class _Making:
    """One run."""

    def __init__(
        self, work: BackupWork, own: Path, vault: Vault, keys_vault: Vault, tell: Tell
    ) -> None:
        self._work = work
        self._data = work.folder
        self._own = own
        self._vault = vault
        self._keys = keys_vault
        self._tell = tell

    def run(self) -> Made:
        vault, keys = self._vault, self._keys
        there, copies = vault.backups(), keys.key_copies()
        vault.drop(BACKUPS, [n for n, whole in there.items() if not whole])
        keys.drop(KEY_COPIES, [n for n, whole in copies.items() if not whole])
        before = [vault.manifest(BACKUPS, n, Manifest) for n, whole in there.items() if whole]
        number = max(*there, *copies, self._work.number, 0) + 1
        cells = self._copy_stores()
        files, new = self._files(before[-1] if before else None)
        boxes = self._own / BOXES
        size = (boxes.stat().st_size if self._work.boxes else 0) + sum(one.size for one in new)
        moved = MovedBytes(self._tell, "copying", size)
        self._send_files(new, moved)
        stem = folder_of(BACKUPS, number)
        listed = self._own / "listed"
        listed.write_bytes(msgspec.msgpack.encode(files))
        sent = vault.send(f"{stem}/files", listed, unmoved)
        stream = vault.send(f"{stem}/boxes", boxes, moved) if self._work.boxes else None
        boxes.unlink(missing_ok=True)
        self._send_keys(number)
        made = Manifest(
            format=FORMAT,
            number=number,
            made_at=int(self._work.now),
            version=__version__,
            cells=cells,
            boxes=stream,
            files=sent,
            file_count=len(files),
            file_bytes=sum(one.size for one in files),
        )
        vault.put_manifest(BACKUPS, made)
        left = self._drop_old([*before, made])
        self._drop_keys()
        return Made(
            backups=self._listed(left),
            places={
                one.place.name: one.keys.wrap(self._work.secret, b"", SystemEntropy())
                for one in (vault, keys)
            },
            keeps_versions=keys.place.keeps_versions(),
        )

    def _copy_stores(self) -> int:
        """Copy boxes and keys as of one moment each; return how many cells there are.

        Keys are looked at before and copied after: so none is missing that a box needs, and who is erased
        between the two is known.
        """
        work, data = self._work, self._data
        self._tell("copying the store", 0, 0)
        before = marks_of_keys(data / KEYS, sealing.name_of_key) if work.keys else {}
        if work.boxes:
            needed = int((data / BOXES).stat().st_size * COPIES)
            free = shutil.disk_usage(self._own).free - work.reserve
            if free < needed:
                raise PlaceError(
                    f"A backup needs {needed // MIB + 1} MiB of the disk of the data for a while, and has"
                    f" {max(free, 0) // MIB}: free some space."
                )
            seal = sealing.JournalSeal(work.journal, SystemEntropy())
            copy_store(data / BOXES, self._own / BOXES, FLEETING_TABLES, seal)
        if work.keys:
            copy_store(data / KEYS, self._own / KEYS)
        if not work.boxes:
            return 0
        after = marks_of_keys(self._own / KEYS, sealing.name_of_key) if work.keys else {}
        return finish_copy(self._own / BOXES, {**after, **before})

    def _files(self, last: Manifest | None) -> tuple[list[KeptFile], list[KeptFile]]:
        """Return the files that belong to this backup, and those of them that are to be copied."""
        known = {one.name: one for one in self._vault.files_of(last)} if last is not None else {}
        there = self._vault.place.listed(FAR_FILES)
        files, new = list[KeptFile](), list[KeptFile]()
        for name, path in local_files(self._data, people=self._work.files):
            one = known.get(name) or _described(name, path)
            if one is None:
                continue
            files.append(one)
            if there.get(file_name(one.name)) != one.size:
                new.append(one)
        return files, new

    def _send_files(self, new: list[KeptFile], moved: MovedBytes) -> None:
        """Copy files as they lie here: sealed. One that was deleted meanwhile is passed over."""
        left = iter(new)
        while some := list(islice(left, OBJECTS_AT_ONCE)):
            pairs = [(file_name(one.name), lies_at(self._data, one.name)) for one in some]
            self._vault.place.put([pair for pair in pairs if pair[1].exists()], moved)

    def _send_keys(self, number: int) -> None:
        stem = folder_of(KEY_COPIES, number)
        stream = None
        if self._work.keys:
            stream = self._keys.send(f"{stem}/keys", self._own / KEYS, unmoved)
            (self._own / KEYS).unlink()
        has_epochs = self._work.keys and (self._data / EPOCHS).exists()
        if has_epochs:
            self._keys.put_epochs(number, (self._data / EPOCHS).read_bytes())
        paths = [self._data / name for name in BESIDE_STORES]
        manifest = KeysManifest(
            format=FORMAT,
            number=number,
            made_at=int(self._work.now),
            keys=stream,
            beside={path.name: path.read_bytes() for path in paths if path.exists()},
            root=self._work.root,
            epochs=has_epochs,
        )
        self._keys.put_manifest(KEY_COPIES, manifest)
        self._keys.drop_older_epochs()

    def _drop_old(self, made: list[Manifest]) -> list[Manifest]:
        """Drop what the rule does not keep, and files that belong to nothing any more; return the rest."""
        keep = kept([Dated(one.number, one.made_at) for one in made], self._work.settings)
        left = [one for one in made if one.number in keep]
        if len(left) == len(made):
            return left
        self._tell("dropping what is too old", 0, 0)
        self._vault.drop(BACKUPS, [one.number for one in made if one.number not in keep])
        wanted = {file_name(file.name) for one in left for file in self._vault.files_of(one)}
        self._vault.place.delete(
            name for name in self._vault.place.listed(FAR_FILES) if name not in wanted
        )
        return left

    def _drop_keys(self) -> None:
        """Drop old copies of keys: what was erased is not in the newest, and so is gone from all backups."""
        copies = [
            self._keys.manifest(KEY_COPIES, number, KeysManifest)
            for number in self._keys.key_copies()
        ]
        dated = [Dated(one.number, one.made_at) for one in copies]
        keep = kept_keys(dated, self._work.settings, self._work.now)
        self._keys.drop(KEY_COPIES, [one.number for one in dated if one.number not in keep])

    def _listed(self, made: list[Manifest]) -> list[ListedBackup]:
        dated = [Dated(one.number, one.made_at) for one in made]
        return [
            ListedBackup(
                number=one.number,
                at=one.made_at,
                size=one.size,
                kept_until=kept_until(date, dated, self._work.settings),
            )
            for one, date in zip(made, dated, strict=True)
        ]


def _described(name: str, path: Path) -> KeptFile | None:
    """Return a file's line of the list; None if it was deleted meanwhile."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
            return KeptFile(name=name, size=os.fstat(file.fileno()).st_size, sha256=digest)
    except FileNotFoundError:
        return None
