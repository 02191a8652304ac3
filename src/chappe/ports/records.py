"""Records: what a slice keeps, and how its keys sort."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

KeyPart = int | str


class Record(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """One thing kept in an owner's box, found by (`table`, key).

    A subclass names its table and which of its fields, in order, make the key. Fields are stored by
    position: add new ones at the end with a default, and never reorder or remove any.
    """

    table: ClassVar[str]
    key: ClassVar[tuple[str, ...]]


def encode_key(parts: Sequence[KeyPart]) -> bytes:
    """Return bytes that compare as the parts do, and of which a prefix of the parts is a prefix.

    Integers (-2⁶³ … 2⁶³-1) sort as numbers and before strings; strings sort by their UTF-8 bytes.

    Raises:
        OverflowError: an integer has more than 64 bits.
    """
    out = bytearray()
    for part in parts:
        if isinstance(part, int):
            out += b"\x01" + (part + (1 << 63)).to_bytes(8, "big")
        else:
            out += (
                b"\x02" + part.encode("utf-8", "surrogatepass").replace(b"\0", b"\0\xff") + b"\0\0"
            )
    return bytes(out)
