"""The files of a log: tiles of hashes and bundles of entries, their paths and their contents.

Source: https://c2sp.org/tlog-tiles; each rule stands under the sentence it comes from.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from .errors import LedgerError
from .merkle import HASH_BYTES, SIZE_MAX, node_hash

#   "Full tiles MUST be exactly 256 hashes wide, or 8,192 bytes."
TILE_WIDTH: Final = 256
_TILE_BITS: Final = 8
#   "<L> is the 'level' of the tile, and MUST be a decimal ASCII integer between 0 and 63". A tree of SIZE_MAX
#   entries has no tile above this one.
LEVEL_MAX: Final = 7  # level of a tile
ENTRIES: Final = -1  # stands for a level where a tile holds entries, not hashes
#   "Entry bundles are sequences of big-endian uint16 length-prefixed log entries."
ENTRY_BYTES_MAX: Final = 65_535  # bytes of an entry, as two bytes of length can say
_LENGTH_BYTES: Final = 2
_GROUP: Final = 1000

_path = re.compile(
    r"tile/(?:(?P<level>0|[1-9][0-9]?)|entries)/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


class LogTile(NamedTuple):
    """A file of the log: `width` hashes of a level, or as many entries (level ENTRIES)."""

    level: int
    position: int
    width: int

    @property
    def is_full(self) -> bool:
        """Whether nothing can be added to it any more."""
        return self.width == TILE_WIDTH

    @property
    def path(self) -> str:
        """Where it is served, below the log's prefix."""
        #   "a non-negative integer encoded into zero-padded 3-digit path elements. All but the last path
        #   element MUST begin with an x."
        index, rest = divmod(self.position, _GROUP)
        named = f"{rest:03}"
        while index:
            index, rest = divmod(index, _GROUP)
            named = f"x{rest:03}/{named}"
        level = "entries" if self.level == ENTRIES else str(self.level)
        #   "The .p/<W> suffix is only present for partial tiles"
        return f"tile/{level}/{named}" + ("" if self.is_full else f".p/{self.width}")


def parse_path(path: str) -> LogTile:
    """Return the tile that is served at a path below the log's prefix.

    Raises:
        LedgerError: No tile is served there; there is one path for each.
    """
    found = _path.fullmatch(path)
    if found is None:
        raise LedgerError("not the path of a tile")
    digits = found["index"].replace("x", "").replace("/", "")
    if len(digits) > len(str(SIZE_MAX)) + 2:
        raise LedgerError("the tile's index is too large")
    level = ENTRIES if found["level"] is None else int(found["level"])
    width = TILE_WIDTH if found["width"] is None else int(found["width"])
    tile = LogTile(level, int(digits), width)
    if level > LEVEL_MAX or width > TILE_WIDTH or tile.path != path:
        raise LedgerError("not the path of a tile")
    return tile


def tile_at(level: int, index: int, size: int) -> LogTile:
    """Return the tile at a place, as wide as a tree of this size has it.

    Raises:
        LedgerError: Such a tree has no such tile.
    """
    #   "The partial tile at level l for a tree of size s has floor(s / 256**l) mod 256 entries. Empty tiles
    #   MUST NOT be served."
    there = size >> (_TILE_BITS * max(level, 0))
    width = min(there - index * TILE_WIDTH, TILE_WIDTH)
    if width <= 0 or index < 0:
        raise LedgerError(f"a tree of {size} entries has no tile {index} of level {level}")
    return LogTile(level, index, width)


def tiles_of(size: int, since: int = 0) -> Iterator[LogTile]:
    """Give the tiles of a tree that a smaller one of `since` entries lacks, bundles first, then upwards."""
    for level in range(ENTRIES, LEVEL_MAX + 1):
        shift = _TILE_BITS * max(level, 0)
        before, there = since >> shift, size >> shift
        if before == there:
            if level == ENTRIES:
                return
            continue
        for index in range(before // TILE_WIDTH, -(-there // TILE_WIDTH)):
            yield tile_at(level, index, size)


def parse_hashes(tile: LogTile, content: bytes) -> tuple[bytes, ...]:
    """Return the hashes of a tile.

    Raises:
        LedgerError: It has another width.
    """
    if len(content) != tile.width * HASH_BYTES:
        raise LedgerError(f"{tile.path} has not {tile.width} hashes")
    return tuple(content[i : i + HASH_BYTES] for i in range(0, len(content), HASH_BYTES))


def write_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the content of a bundle.

    Raises:
        LedgerError: An entry is longer than a bundle can say.
    """
    for entry in entries:
        if len(entry) > ENTRY_BYTES_MAX:
            raise LedgerError(f"an entry has {len(entry)} bytes, more than {ENTRY_BYTES_MAX}")
    return b"".join(len(e).to_bytes(_LENGTH_BYTES, "big") + e for e in entries)


def parse_bundle(tile: LogTile, content: bytes) -> list[bytes]:
    """Return the entries of a bundle.

    Raises:
        LedgerError: It ends inside an entry, or has another number of them.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(content) and len(entries) < tile.width:
        begin = at + _LENGTH_BYTES
        at = begin + int.from_bytes(content[at:begin], "big")
        entries.append(content[begin:at])
    if at != len(content) or len(entries) != tile.width:
        raise LedgerError(f"{tile.path} has not {tile.width} entries")
    return entries


class TileNodes:
    """The nodes of a tree of one size, out of its tiles: `merkle.Nodes`.

    Keeps no tile longer than an answer takes; who asks often caches in `read`.
    """

    def __init__(self, size: int, read: Callable[[LogTile], bytes]) -> None:
        self._size = size
        self._read = read

    def __call__(self, level: int, index: int) -> bytes:
        """Return a node.

        Raises:
            LedgerError: The tree has no such node, or the tile is not whole.
        """
        #   "a tile represents the entire subtree of height 8 with its hashes as the leaves. The Merkle Tree
        #   levels between those expressed by the tile hashes are reconstructed by hashing the leaves."
        above, inside = divmod(level, _TILE_BITS)
        first = index << inside
        tile = tile_at(above, first // TILE_WIDTH, self._size)
        begin = first % TILE_WIDTH
        found = parse_hashes(tile, self._read(tile))[begin : begin + (1 << inside)]
        if len(found) != 1 << inside:
            raise LedgerError(
                f"a tree of {self._size} entries has no node {index} of level {level}"
            )
        while len(found) > 1:
            found = tuple(node_hash(found[i], found[i + 1]) for i in range(0, len(found), 2))
        return found[0]
