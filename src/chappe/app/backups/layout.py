"""What lies at a place of backups: names of objects, and what the sealed ones of them hold.

    place.json                     which key, and how it is had (not sealed)
    backups/<number>/boxes.00000   the boxes, in parts
    backups/<number>/files.00000   the list of the files that belong to it, in parts
    backups/<number>/manifest      the end of it: a backup without it is none
    keys/<number>/keys.00000       the keys of the boxes, in parts
    keys/<number>/manifest         likewise
    keys/<number>/epochs           what those are wrapped by, under the root key; with the newest copy only
    files/<ab>/<name>              a file as the server keeps it, or a part of its vault: sealed by itself

Keys lie apart, because only the newest copy of them is wanted: it opens every older backup, but for what was
erased since. And only the newest has what keys are wrapped by: once
an epoch was destroyed, no older copy opens.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from chappe.ports import PlaceError

from ..installation.layout import FILES as LOCAL_FILES
from ..installation.layout import VAULT

FORMAT: Final = 1  # of all below; a place of a later one is refused
PLACE: Final = "place.json"
BACKUPS: Final = "backups"
KEY_COPIES: Final = "keys"
FILES: Final = "files"
MANIFEST: Final = "manifest"
EPOCH_KEYS: Final = "epochs"
PART_BYTES: Final = 16 << 20  # bytes of a part, before sealing
NUMBER_DIGITS: Final = 5  # at least; six in a row are kept out of the log
NUMBER_DIGITS_MAX: Final = 9  # digits of a number; what has more of them is none of ours
CASE_DIGITS: Final = 64  # hexadecimal digits of a case of the vault
MANIFEST_BYTES_MAX: Final = 1 << 20  # bytes of a manifest


class PlaceMark(msgspec.Struct, frozen=True, kw_only=True):
    """What a place says of itself to whoever looks."""

    format: int
    salt: bytes
    keys: bytes  # that seal what is here, wrapped under what is derived of the root key
    root: bytes = b""  # the root key under its passphrase and its recovery code; of L1 alone
    custody: bytes = b""  # who holds shares of the root key; of L2 alone, and not secret


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """Something in parts."""

    size: int
    sha256: bytes
    parts: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """One backup."""

    format: int
    number: int
    made_at: int  # Unix time
    version: str  # of the Chappe that made it
    cells: int  # in the boxes
    boxes: Parts | None  # None where they are in a database
    files: Parts  # the list of them
    file_count: int
    file_bytes: int

    @property
    def size(self) -> int:
        """How large the backup is, its files included."""
        return self.file_bytes + (self.boxes.size if self.boxes else 0)


class KeysManifest(msgspec.Struct, frozen=True, kw_only=True):
    """One copy of the keys, and what else is needed to open a store."""

    format: int
    number: int
    made_at: int
    keys: Parts | None  # None where they are in a database
    beside: dict[str, bytes]  # small files of the data directory, by name
    root: bytes  # the root key of that time: this manifest is sealed
    epochs: bool = False  # whether epoch keys belong to it, in an object of their own


class KeptFile(msgspec.Struct, frozen=True, array_like=True):
    """One line of the list of files."""

    name: (
        str  # 32 hexadecimal digits; of the vault those of the case, a point, and the part's number
    )
    size: int
    sha256: bytes


def folder_of(above: str, number: int) -> str:
    """Return where a backup, or a copy of keys, lies."""
    return f"{above}/{number:0{NUMBER_DIGITS}d}"


def part_of(stem: str, part: int) -> str:
    """Return the name of a part."""
    return f"{stem}.{part:05d}"


def file_name(name: str) -> str:
    """Return where a file lies."""
    return f"{FILES}/{name[:2]}/{name}"


def lies_at(data: Path, name: str) -> Path:
    """Return where a file of the list lies in a data directory."""
    case, point, part = name.partition(".")
    return data / VAULT / case / part if point else data / LOCAL_FILES / name[:2] / name


def local_files(data: Path, *, people: bool = True) -> Iterator[tuple[str, Path]]:
    """Yield the whole files of a data directory, by their names in the list; or the vault's alone."""
    for folder in sorted((data / LOCAL_FILES).glob("??")) if people else ():
        yield from ((path.name, path) for path in sorted(folder.iterdir()))
    for folder in sorted((data / VAULT).glob("?" * CASE_DIGITS)):
        for path in sorted(folder.iterdir()):
            if path.name.isdecimal():
                yield f"{folder.name}.{path.name}", path


def numbers_in(names: Iterable[str]) -> dict[int, bool]:
    """Return the numbers of what lies below, rising, and whether each has its manifest."""
    found: dict[int, bool] = {}
    for name in names:
        _, _, rest = name.partition("/")
        number, _, last = rest.partition("/")
        if number.isascii() and number.isdigit() and len(number) <= NUMBER_DIGITS_MAX:
            found[int(number)] = found.get(int(number), False) or last == MANIFEST
    return dict(sorted(found.items()))


def read_mark(content: bytes, place: str) -> PlaceMark:
    """Return what a place says of itself.

    Raises:
        PlaceError: it is no such place, or a newer Chappe's.
    """
    try:
        mark = msgspec.json.decode(content, type=PlaceMark)
    except msgspec.MsgspecError:
        raise PlaceError(
            f"{PLACE} in {place} is damaged: choose another place, or put it back."
        ) from None
    if mark.format > FORMAT:
        raise PlaceError(f"The backups in {place} are of a newer Chappe: upgrade this one.")
    return mark
