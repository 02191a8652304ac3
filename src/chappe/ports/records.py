"""Records: what a slice keeps, and how its keys sort."""

import struct
from collections.abc import Sequence
from typing import ClassVar, Final

import msgspec

KeyPart = int | str
_HALF: Final = 1 << 63
_ONE: Final = struct.Struct(">BQ").pack
_TWO: Final = struct.Struct(">BQBQ").pack


class Record(msgspec.Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """One thing kept in an owner's box, found by (`table`, key).

    A subclass names its table and which of its fields, in order, make the key. Fields are stored by
    position: add new ones at the end with a default, and never reorder or remove any. Records cannot
    form cycles, so the garbage collector is spared them.
    """

    table: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    cached: ClassVar[bool] = True  # kept in memory; False for what is often written and seldom read
    cache_recent_only: ClassVar[bool] = (
        False  # of what is cached: only the latest of a box stay there
    )


def encode_key(parts: Sequence[KeyPart], first: int = 0) -> bytes:
    """Return bytes that compare as the parts do, and of which a prefix of the parts is a prefix.

    Integers (-2⁶³ … 2⁶³-1) sort as numbers and before strings; strings sort by their UTF-8 bytes. What
    stands before the `first` part is none of the key.

    Raises:
        OverflowError: an integer has more than 64 bits.
    """
    try:
        match len(parts) - first:  # most keys are one number or two, and those are made at once
            case 1 if (one := parts[first]).__class__ is int:
                return _ONE(1, one + _HALF)
            case 2 if (one := parts[first]).__class__ is (two := parts[-1]).__class__ is int:
                return _TWO(1, one + _HALF, 1, two + _HALF)
    except struct.error:
        raise OverflowError("a number has more than 64 bits") from None
    out = b""
    for part in parts[first:]:
        if isinstance(part, int):
            out += b"\x01" + (part + _HALF).to_bytes(8, "big")
        else:
            raw = part.encode("utf-8", "surrogatepass")
            out += b"\x02" + raw.replace(b"\0", b"\0\xff") + b"\0\0"
    return out
