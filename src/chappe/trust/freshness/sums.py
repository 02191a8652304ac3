"""Sums over cells: of all values that lie in a store, in no order, so that one is added or removed at once.

Each sealed value ends with the tag of AES-GCM, which is bound to its cell, its nonce and its content: it
stands for this version of this cell. The tag under a secret cipher is a number that nobody without the secret
knows, and the sum of these numbers is a multiset hash (MSet-Add-Hash: Clarke and others, Asiacrypt 2003). Two
further sums weight each number by whose it is, and by where in the box. Of what is not as it should be, the
weighted difference is the plain one times that weight, which so is named.
"""

import struct
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from operator import mul
from typing import Final, NamedTuple
from zlib import crc32

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from chappe.core import Owner

TABLE: Final = "freshness"  # in which the house keeps the sums of the store
PARTS: Final = 8  # of a store, each with sums of its own: of each, one box can be named
PRIME: Final = (1 << 128) - 159  # sums are modulo the largest prime of 128 bits
TAG_BYTES: Final = 16  # of AES-GCM, at the end of every sealed value
KEY_BITS: Final = 32  # of a place: the check sum of the key of a cell
TABLE_BITS: Final = 16  # above them: likewise, of its table
OWNER_BITS: Final = 64  # of a box as a number: its id, below its kind
# where in a product, and in a sum of four billions of them, that of the place begins, and that of the box
PLACE_AT: Final = 96
BOX_AT: Final = 240
COUNTS_KNOWN_MAX: Final = 256  # numbers of tags whose reader is kept
_VALUES: Final = (1 << PLACE_AT) - 1
_PLACES: Final = (1 << BOX_AT - PLACE_AT) - 1


class Sum(NamedTuple):
    """What is kept of a part: the sum of its numbers, those by boxes and by places, and how many they are."""

    values: int = 0
    boxes: int = 0
    places: int = 0
    size: int = 0

    def plus(self, other: "Sum") -> "Sum":
        """Return both together."""
        return Sum(
            (self.values + other.values) % PRIME,
            (self.boxes + other.boxes) % PRIME,
            (self.places + other.places) % PRIME,
            self.size + other.size,
        )

    def minus(self, other: "Sum") -> "Sum":
        """Return this without the other."""
        return Sum(
            (self.values - other.values) % PRIME,
            (self.boxes - other.boxes) % PRIME,
            (self.places - other.places) % PRIME,
            self.size - other.size,
        )

    @property
    def box(self) -> int:
        """Of a difference: in which box it is, if it is in one only; else any number."""
        return self.boxes * pow(self.values, -1, PRIME) % PRIME if self.values else PRIME

    @property
    def place(self) -> int:
        """Of a difference: at which place in a box it is, if it is at one only; else any number."""
        return self.places * pow(self.values, -1, PRIME) % PRIME if self.values else PRIME


_new_tuple: Final = tuple.__new__
NOTHING: Final = Sum()
Sums = tuple[Sum, ...]  # of each part
EMPTY: Final[Sums] = (NOTHING,) * PARTS


class Numbers:
    """What makes a number of a tag, under a secret of 32 bytes."""

    def __init__(self, secret: bytes) -> None:
        # single blocks that never repeat, as a pseudorandom function
        self._encrypt = Cipher(AES(secret), ECB()).encryptor()  # noqa: S305

    def products(self, tags: Sequence[bytes], weights: Iterable[int]) -> list[int]:
        """Return for each tag its number times the weight of the cell where it lies.

        A weight is one, the place and the box side by side, so that one product, and one addition, is three.

        Raises:
            ValueError: one is no tag.
        """
        joined = b"".join(tags)
        if len(joined) != TAG_BYTES * len(tags):
            raise ValueError("a value that is not sealed has no tag")
        # 64 bits each: whoever tries has one attempt a check, and cannot try without the secret
        made = _first_halves(len(tags))(self._encrypt.update(joined))
        return list(map(mul, made, weights))


@lru_cache(maxsize=COUNTS_KNOWN_MAX)
def _first_halves(count: int) -> Callable[[bytes], tuple[int, ...]]:
    """Return what reads the first halves of so many blocks as numbers."""
    return struct.Struct("<" + "Q8x" * count).unpack


def changed(before: Sum, put: int, gone: int, size: int) -> Sum:
    """Return a sum after values were put and others are gone, given the sums of their products.

    `size` is how many more there are now.
    """
    values, boxes, places, count = before
    # its constructor runs Python, several times a commit
    return _new_tuple(
        Sum,
        (
            (values + (put & _VALUES) - (gone & _VALUES)) % PRIME,
            (boxes + (put >> BOX_AT) - (gone >> BOX_AT)) % PRIME,
            (places + (put >> PLACE_AT & _PLACES) - (gone >> PLACE_AT & _PLACES)) % PRIME,
            count + size,
        ),
    )


def weight_of_box(owner: Owner) -> int:
    """Return what the weights of all cells of a box have in common; see `Numbers.products`."""
    return number_of_box(owner) << BOX_AT | 1


@cache
def upper_of(table: str) -> int:
    """Return the upper part of the places of a table's cells."""
    return (crc32(table.encode()) & ((1 << TABLE_BITS) - 1)) << KEY_BITS


def place_of(table: str, key: bytes) -> int:
    """Return the place of a cell within its box; a few of a million cells share theirs with another."""
    return upper_of(table) | crc32(key)


def part_of(owner: Owner) -> int:
    """Return in which part of the store a box is."""
    return owner.id % PARTS


def number_of_box(owner: Owner) -> int:
    """Return a box, as it is stored, as a number."""
    return owner[0] << OWNER_BITS | owner[1]


def box_of_number(number: int) -> tuple[int, int]:
    """Return kind and id of the box that has this number."""
    return number >> OWNER_BITS, number & ((1 << OWNER_BITS) - 1)


def is_place(place: int) -> bool:
    """Whether a number can be the place of a cell; one that came of several places hardly ever can."""
    return place >> (KEY_BITS + TABLE_BITS) == 0


def is_of_table(place: int, table: str) -> bool:
    """Whether a place is of a cell of this table."""
    return place >> KEY_BITS == upper_of(table) >> KEY_BITS
