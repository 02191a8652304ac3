"""Records: what a slice keeps, and how its keys sort."""

import struct
from collections.abc import Sequence
from typing import ClassVar, Final

import msgspec

from chappe.core.months import month_of

from .boxes import Unit

KeyPart = int | str
_new_tuple: Final = tuple.__new__
_HALF: Final = 1 << 63
_ONE: Final = struct.Struct(">BQ").pack
_TWO: Final = struct.Struct(">BQBQ").pack


class InOrder(str):
    """A part of a key that stays readable, since ranges or sorting need its order; see `in_order`."""

    __slots__ = ()


def in_order(part: str) -> str:
    """Name a part of a key that must be found by its order: a number of the box's own, such as `pts`.

    Every other part is hidden on disk (`trust.sealing.HiddenCells`). Never an id of somebody or something
    else; whatever is in order here stands, with the reason, in the tests of hidden keys.
    """
    return InOrder(part)


class Record(msgspec.Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """One thing kept in an owner's box, found by (`table`, key).

    A subclass names its table and which of its fields, in order, make the key. Fields are stored by
    position: add new ones at the end with a default, and never reorder or remove any. Records cannot
    form cycles, so the garbage collector is spared them.

    On disk the parts of a key are hidden, but for those that are `in_order`, which come last: a scan that
    gives all of them finds what follows in its order. A scan over a hidden part has no order of its own.
    """

    table: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    cached: ClassVar[bool] = True  # kept in memory; False for what is often written and seldom read
    cache_recent_only: ClassVar[bool] = (
        False  # of what is cached: only the latest of a box stay there
    )
    # Where it is shredded with a month of a conversation, and not with its box: the fields that say of which
    # conversation, which is the first part of its key, and when it began. Where either changes, the record
    # is replaced by `Change.rewrite`.
    month_by: ClassVar[tuple[str, str] | None] = None

    def unit(self) -> Unit:
        """Return what it is shredded with, for a kind that has `month_by`."""
        if self.month_by is None:
            raise ValueError(f"{self.table} is shredded with its box")
        conversation, moment = self.month_by
        month = month_of(getattr(self, moment))
        # made as a tuple is: the constructor of a named one runs Python
        return _new_tuple(Unit, (getattr(self, conversation), month))

    def __init_subclass__(cls) -> None:
        """Note which parts of the key are hidden."""
        super().__init_subclass__()
        if "table" in cls.__dict__:
            _hidden_parts[cls.table] = tuple(not isinstance(part, InOrder) for part in cls.key)


class PassingRecord(Record, frozen=True):
    """A record that passes, such as a draft: shredded with what else passes in its conversation and month.

    Not with the messages of that month: those need not be sealed anew whenever somebody goes on writing.
    Without a field for the conversation it is shredded with whatever passes in its box.
    """

    def unit(self) -> Unit:
        """See `Record`."""
        if self.month_by is None:
            raise ValueError(f"{self.table} is shredded with its box")
        conversation, moment = self.month_by
        number = getattr(self, conversation) if conversation else 0
        return Unit(number, -month_of(getattr(self, moment)))


_hidden_parts: Final[dict[str, tuple[bool, ...]]] = {}  # of every table that has a record


def hidden_parts(table: str) -> tuple[bool, ...] | None:
    """Return for each part of a table's keys whether it is hidden; None if no record names the table."""
    return _hidden_parts.get(table)


def tables_of_records() -> frozenset[str]:
    """Return every table that a record names."""
    return frozenset(_hidden_parts)


def hides_from(kind: type[Record], part: int) -> bool:
    """Whether any part of the key of a kind, from this one on, is hidden: a scan there has no order."""
    return any(_hidden_parts[kind.table][part:])


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
