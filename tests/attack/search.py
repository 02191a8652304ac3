"""Search of bytes for markers: in the clear, in other alphabets, and in whatever is compressed inside."""

import bz2
import lzma
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from .markers import Marker, Place

PACKED_BYTES_MAX: Final = 1 << 24  # bytes that are unpacked of one stream
DIGITS_MAX: Final = 6  # digits that are found by chance
DEPTH_MAX: Final = 3  # streams inside streams that are looked into
ZLIB: Final = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
GZIP: Final = b"\x1f\x8b\x08"
BZIP2: Final = b"BZh"
XZ: Final = b"\xfd7zXZ\0"
STREAM_BYTES_MIN: Final = (
    6  # bytes a stream gives at least: what begins like one by chance gives fewer
)


class Hit(NamedTuple):
    """A marker that was found, and in what."""

    place: Place
    where: str


def find(markers: Iterable[Marker], files: Mapping[str, bytes]) -> list[Hit]:
    """Return which markers are in which files, in any form."""
    forms = {form: (one.place, _seen_by(form)) for one in markers for form in one.forms()}
    found = {
        Hit(place, where)
        for where, content in files.items()
        for piece in unpacked(content)
        for form, (place, is_in) in forms.items()
        if form in piece and is_in(piece)
    }
    return sorted(found, key=lambda hit: (hit.where, hit.place.value))


def _seen_by(form: bytes) -> Callable[[bytes], object]:
    """Return what tells whether a form is there by itself, where chance makes the like within others."""
    if not form.isdigit() or len(form) > DIGITS_MAX:
        return lambda _: True
    # a login code: times, sizes and hashes are full of as many digits
    return re.compile(rb"(?<![0-9A-Za-z])" + form + rb"(?![0-9A-Za-z])").search


def unpacked(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """Return some bytes, and whatever is in the compressed streams that begin anywhere in them."""
    yield content
    if depth == DEPTH_MAX:
        return
    for magic in (*ZLIB, GZIP, BZIP2, XZ):
        at = content.find(magic)
        while at >= 0:
            inner = _unpack(magic, content[at : at + PACKED_BYTES_MAX])
            if len(inner) >= STREAM_BYTES_MIN:
                yield from unpacked(inner, depth + 1)
            at = content.find(magic, at + 1)


def _unpack(magic: bytes, stream: bytes) -> bytes:
    """Return as much as a stream gives before it ends or breaks."""
    match magic:
        case b"BZh":
            return _pieces(bz2.BZ2Decompressor(), stream)
        case b"\xfd7zXZ\0":
            return _pieces(lzma.LZMADecompressor(), stream)
    return _pieces(zlib.decompressobj(31 if magic == GZIP else 15), stream)


def _pieces(
    opener: "zlib._Decompress | bz2.BZ2Decompressor | lzma.LZMADecompressor", stream: bytes
) -> bytes:
    """Return what comes out before something is wrong: piece by piece, so that a broken end hides nothing."""
    found = bytearray()
    for at in range(0, len(stream), 64):
        try:
            found += opener.decompress(stream[at : at + 64])
        except (zlib.error, OSError, lzma.LZMAError, EOFError):
            break
        if getattr(opener, "eof", False) or len(found) > PACKED_BYTES_MAX:
            break
    return bytes(found)


def files_of(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by its path there, with its own name: that is on the disk as well."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            name = str(path.relative_to(folder))
            found[name] = name.encode() + b"\0" + path.read_bytes()
    return found
