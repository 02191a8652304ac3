"""A place of backups together with its key: what goes there is sealed, what comes from there is opened."""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from chappe.core import Entropy
from chappe.core.system import SystemEntropy
from chappe.ports import BackupPlace, Moved, PlaceError, PlaceObjectMissing
from chappe.trust.sealing import BackupKeys, SealBrokenError

from .layout import (
    BACKUPS,
    EPOCH_KEYS,
    FORMAT,
    KEY_COPIES,
    MANIFEST,
    MANIFEST_BYTES_MAX,
    PART_BYTES,
    PLACE,
    KeptFile,
    KeysManifest,
    Manifest,
    Parts,
    PlaceMark,
    folder_of,
    numbers_in,
    part_of,
    read_mark,
)

SALT_BYTES: Final = 16
M = TypeVar("M", Manifest, KeysManifest)


def unmoved(_bytes: int) -> None:
    """Heed no progress."""


def look_at(place: BackupPlace, work: Path) -> PlaceMark | None:
    """Return what a place says of itself; None if it is no place of backups yet.

    Raises:
        PlaceError: it cannot be reached, or what it says is damaged or a newer Chappe's.
    """
    file = work / "mark"
    try:
        place.get([(PLACE, file)], unmoved)
    except PlaceObjectMissing:
        return None
    return read_mark(file.read_bytes(), place.name)


def write_mark(place: BackupPlace, mark: PlaceMark, work: Path) -> None:
    """Write what a place says of itself."""
    file = work / "mark"
    file.write_bytes(msgspec.json.encode(mark))
    place.put([(PLACE, file)], unmoved)


def mark_of_keys(keys: BackupKeys, root: bytes, entropy: Entropy) -> PlaceMark:
    """Return what a place says of itself whose keys are these."""
    salt = entropy.token(SALT_BYTES)
    wrapped = keys.wrap(root, salt, entropy)
    return PlaceMark(format=FORMAT, salt=salt, keys=wrapped)


def keys_by_root(place: BackupPlace, mark: PlaceMark, root: bytes) -> BackupKeys:
    """Return the keys of a place.

    Raises:
        PlaceError: the root key is not the one they are wrapped under.
    """
    try:
        return BackupKeys.unwrap(root, mark.salt, mark.keys)
    except SealBrokenError:
        raise PlaceError(
            f"The backups in {place.name} are of another server, or this is not its root key:"
            " choose another place, or the right key."
        ) from None


class Vault:
    """What is kept at one place."""

    def __init__(self, place: BackupPlace, keys: BackupKeys, work: Path) -> None:
        """`work` is a directory of this machine for one part at a time."""
        self.place = place
        self.keys = keys
        self._work = work
        self._entropy = SystemEntropy()

    def send(self, stem: str, source: Path, moved: Moved) -> Parts:
        """Put a file there in sealed parts."""
        digest, size, parts = hashlib.sha256(), 0, 0
        sealed = self._work / "part"
        with source.open("rb") as file:
            while content := file.read(PART_BYTES):
                name = part_of(stem, parts)
                digest.update(content)
                sealed.write_bytes(self.keys.seal(name, content, self._entropy))
                self.place.put([(name, sealed)], unmoved)
                size, parts = size + len(content), parts + 1
                moved(len(content))
        sealed.unlink(missing_ok=True)
        return Parts(size=size, sha256=digest.digest(), parts=parts)

    def fetch(self, stem: str, stream: Parts, target: Path, moved: Moved) -> None:
        """Fetch what `send` put there.

        Raises:
            PlaceError: it is damaged.
        """
        digest = hashlib.sha256()
        with open(target, "wb", opener=_private) as out:
            for part in range(stream.parts):
                content = self._opened(part_of(stem, part))
                digest.update(content)
                out.write(content)
                moved(len(content))
            out.flush()
            os.fsync(out.fileno())
        if digest.digest() != stream.sha256:
            raise self._damaged(stem)

    def put_manifest(self, above: str, manifest: Manifest | KeysManifest) -> None:
        """Put the end of a backup, or of a copy of keys, there."""
        name = f"{folder_of(above, manifest.number)}/{MANIFEST}"
        self._put(name, msgspec.msgpack.encode(manifest))

    def put_epochs(self, number: int, content: bytes) -> None:
        """Put the epoch keys to a copy of keys. Those of older copies go by `drop_older_epochs`, later."""
        self._put(f"{folder_of(KEY_COPIES, number)}/{EPOCH_KEYS}", content)

    def drop_older_epochs(self) -> None:
        """Remove all epoch keys but the newest."""
        self.place.delete(self._epochs_there()[:-1])

    def epochs(self) -> bytes:
        """Return the newest epoch keys.

        Raises:
            PlaceError: they are damaged, or missing.
        """
        there = self._epochs_there()
        if not there:
            raise PlaceError(
                f"The epoch keys are missing in {self.place.name}: look who deletes there."
            )
        return self._opened(there[-1], MANIFEST_BYTES_MAX)

    def _epochs_there(self) -> list[str]:
        """Return the names of all epoch keys, by the number of their copy."""
        listed = self.place.listed(KEY_COPIES)
        stems = (folder_of(KEY_COPIES, number) for number in numbers_in(listed))
        return [name for stem in stems if (name := f"{stem}/{EPOCH_KEYS}") in listed]

    def _put(self, name: str, content: bytes) -> None:
        sealed = self._work / "manifest"
        sealed.write_bytes(self.keys.seal(name, content, self._entropy))
        self.place.put([(name, sealed)], unmoved)
        sealed.unlink()

    def manifest(self, above: str, number: int, kind: type[M]) -> M:
        """Return the manifest of a backup, or of a copy of keys.

        Raises:
            PlaceError: it is damaged, or a newer Chappe's.
        """
        name = f"{folder_of(above, number)}/{MANIFEST}"
        content = self._opened(name, MANIFEST_BYTES_MAX)
        try:
            found = msgspec.msgpack.decode(content, type=kind)
        except msgspec.MsgspecError:
            raise self._damaged(name) from None
        if found.format > FORMAT:
            raise PlaceError(
                f"The backups in {self.place.name} are of a newer Chappe: upgrade this one."
            )
        return found

    def backups(self) -> Mapping[int, bool]:
        """Return the numbers of all backups, and whether each is whole."""
        return numbers_in(self.place.listed(BACKUPS))

    def key_copies(self) -> Mapping[int, bool]:
        """Return the numbers of all copies of keys, and whether each is whole."""
        return numbers_in(self.place.listed(KEY_COPIES))

    def files_of(self, manifest: Manifest) -> Iterator[KeptFile]:
        """Yield the files that belong to a backup."""
        listed = self._work / "list"
        stem = f"{folder_of(BACKUPS, manifest.number)}/files"
        self.fetch(stem, manifest.files, listed, unmoved)
        try:
            yield from msgspec.msgpack.decode(listed.read_bytes(), type=list[KeptFile])
        except msgspec.MsgspecError:
            raise self._damaged(stem) from None
        finally:
            listed.unlink()

    def drop(self, above: str, numbers: Sequence[int]) -> None:
        """Remove backups, or copies of keys: the manifest first, so that no part of one passes for whole."""
        if not numbers:
            return
        folders = {folder_of(above, number) for number in numbers}
        self.place.delete(f"{folder}/{MANIFEST}" for folder in folders)
        gone = [n for n in self.place.listed(above) if n.rpartition("/")[0] in folders]
        self.place.delete(gone)

    def _opened(self, name: str, most: int = PART_BYTES) -> bytes:
        """Return an object, opened.

        Raises:
            PlaceError: it is missing, too large, or does not open.
        """
        sealed = self._work / "part"
        self.place.get([(name, sealed)], unmoved)
        try:
            if sealed.stat().st_size > most + PART_BYTES // 2:
                raise self._damaged(name)
            return self.keys.open(name, sealed.read_bytes())
        except SealBrokenError:
            raise self._damaged(name) from None
        finally:
            sealed.unlink(missing_ok=True)

    def _damaged(self, name: str) -> PlaceError:
        return PlaceError(
            f"{name} in {self.place.name} is damaged or was exchanged: look at that disk, make a new backup,"
            " and restore another one."
        )


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
