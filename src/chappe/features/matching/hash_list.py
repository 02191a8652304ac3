"""The operator's list of hashes: what its lines are, and how one is found among many. Pure.

A line has the kind of the hash, the hash in hexadecimal digits, and after a space why it is on the list, by
the first word of the menu of reports (`child abuse`, `terrorism`, …). `#` begins a remark.
"""

import re
from typing import Final

from chappe.features.reports import is_reason
from chappe.updates import PerServer

LINES_MAX: Final = 100_000  # hashes of one list
DISTANCE_MAX: Final = (
    31  # bits in which two PDQ hashes of one picture differ at most, as their authors advise
)
MD5_BYTES: Final = 16
PDQ_BITS: Final = 256
CHUNK_BITS: Final = (
    16  # with 16 of them, two hashes within 31 bits differ in some chunk by one bit at most
)
_CHUNKS: Final = range(0, PDQ_BITS, CHUNK_BITS)
_FLIPS: Final = (0, *(1 << bit for bit in range(CHUNK_BITS)))
_LINE: Final = re.compile(
    r"(?:(sha256|pdq):([0-9a-f]{64})|(md5):([0-9a-f]{32}))(?:[ \t]+(\S[^#]*?))?[ \t]*(?:#.*)?",
    re.IGNORECASE,
)


class HashList:
    """Hashes, each with why it is listed."""

    def __init__(self) -> None:
        self.is_loaded = False  # whether what staff added is in it: `banked.load_banked`
        self.by_bytes: dict[bytes, str] = {}  # SHA-256 or MD5, which their lengths tell apart
        self.pictures: dict[int, str] = {}  # PDQ
        self._by_chunk: list[dict[int, list[int]]] = [{} for _ in _CHUNKS]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.by_bytes) + len(self.pictures)

    def __bool__(self) -> bool:
        """Whether anything is listed, as far as that is known already."""
        return len(self) > 0 or not self.is_loaded

    @property
    def has_md5(self) -> bool:
        """Whether there are hashes that are made of a whole file for this list alone."""
        return any(len(one) == MD5_BYTES for one in self.by_bytes)

    def add_same(self, digest: bytes, why: str) -> None:
        """List these very bytes, by their SHA-256 or MD5."""
        self.by_bytes[digest] = why

    def add_alike(self, pdq: int, why: str) -> None:
        """List pictures like one, by its PDQ."""
        if pdq not in self.pictures:
            for table, shift in zip(self._by_chunk, _CHUNKS, strict=True):
                table.setdefault(pdq >> shift & 0xFFFF, []).append(pdq)
        self.pictures[pdq] = why

    def join(self, other: "HashList") -> None:
        """List what another list has."""
        for digest, why in other.by_bytes.items():
            self.add_same(digest, why)
        for pdq, why in other.pictures.items():
            self.add_alike(pdq, why)

    def remove(self, digest: bytes, pdq: int) -> None:
        """List some bytes, and a picture, no more."""
        self.by_bytes.pop(digest, None)
        if self.pictures.pop(pdq, None) is not None:
            for table, shift in zip(self._by_chunk, _CHUNKS, strict=True):
                table[pdq >> shift & 0xFFFF].remove(pdq)

    def same(self, digest: bytes) -> str | None:
        """Return why these very bytes are listed; None if they are not."""
        return self.by_bytes.get(digest)

    def alike(self, pdq: int) -> str | None:
        """Return why a picture like this one is listed; None if none is."""
        for table, shift in zip(self._by_chunk, _CHUNKS, strict=True):
            chunk = pdq >> shift & 0xFFFF
            for flip in _FLIPS:
                for near in table.get(chunk ^ flip, ()):
                    if (near ^ pdq).bit_count() <= DISTANCE_MAX:
                        return self.pictures[near]
        return None


HASH_LIST: Final[PerServer[HashList]] = PerServer(lambda _: HashList())


def read_hash_list(text: str) -> HashList:
    """Return the list that a file holds.

    Raises:
        ValueError: a line is none of a hash, or there are too many.
    """
    found_list = HashList()
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise ValueError(
                f"line {number} is none of a hash: write sha256:…, md5:… or pdq:…, and why after a space"
            )
        kind, digest = (found[1] or found[3]).lower(), found[2] or found[4]
        why = (found[5] or "other").lower()
        if not is_reason(why):
            raise ValueError(
                f"line {number} has no reason of the menu of reports: write `child abuse`, or the like"
            )
        if kind == "pdq":
            found_list.add_alike(int(digest, 16), why)
        else:
            found_list.add_same(bytes.fromhex(digest), why)
        if len(found_list) > LINES_MAX:
            raise ValueError(f"it has more than {LINES_MAX:,} hashes")
    return found_list
