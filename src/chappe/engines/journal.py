"""Cells that are durable but not yet in their place: the latest commits, as a journal and in memory.

A commit has to make its cells durable; putting each where it belongs can wait. So a commit appends one row
to a journal, and its cells are laid over what the tree of all cells holds. Once there are enough of them they
settle: group by group, a portion with each commit, so that none takes long. By then most counters and
dialogs have been written over many times, and neighbours lie together: few pages of the tree are touched.

There are at most two generations: the fresh one takes new cells, the settling one takes none any more.
Nothing here reads or writes a file.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from heapq import merge
from typing import Any, Final

import msgspec

from chappe.core import Kind, Owner
from chappe.ports import Cell, EngineError, RowSeal

CELLS_FRESH_MAX: Final = 16_384  # cells that have come before the first of them settle
BYTES_FRESH_MAX: Final = 16 << 20  # bytes of them, if those are many before the cells are
CELLS_SETTLED_A_COMMIT: Final = 256  # or as many as the commit brings, if those are more

Value = bytes | None  # None where a cell was removed
Row = list[tuple[int, int, str, bytes, Value]]  # of the journal: kind, id, table, key, value
ABSENT: Final[Any] = object()  # what is known of a cell that waits in no generation

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(Row).decode


def encode_row(writes: Mapping[Cell, Value]) -> bytes:
    """Return the row of the journal that holds these cells."""
    return _encode(
        [
            (int(kind), number, table, key, value)
            for ((kind, number), table, key), value in writes.items()
        ]
    )


SEALED: Final = b"\x01"  # how a row begins that is sealed; one in the open begins as a list does


class JournalSealedError(EngineError):
    """A journal was sealed, and nobody has given what opens it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The journal of {name} is sealed: restore its keys from a backup.")


def sealed_row(row: bytes, number: int, seal: RowSeal | None) -> bytes:
    """Return a row as it is kept: sealed, where there is a seal."""
    return row if seal is None else SEALED + seal.seal(number, row)


def opened_row(kept: bytes, number: int, seal: RowSeal | None, name: str) -> bytes:
    """Return a row that was kept so, by an engine called `name`.

    Raises:
        JournalSealedError: it is sealed, and there is no seal.
        EngineError: it does not open.
    """
    if kept[:1] != SEALED:
        return kept
    if seal is None:
        raise JournalSealedError(name)
    return seal.open(number, kept[1:])


def decode_row(row: bytes) -> dict[Cell, Value]:
    """Return the cells of a row of the journal.

    Raises:
        ValueError: it is no such row.
    """
    try:
        return {
            Cell(Owner(Kind(kind), number), table, key): value
            for kind, number, table, key, value in _decode(row)
        }
    except (msgspec.DecodeError, ValueError) as error:
        raise ValueError("a row of the journal does not read") from error


class Group:
    """What waits of one table of one owner."""

    __slots__ = ("_ordered", "values")

    def __init__(self) -> None:
        self.values: dict[bytes, Value] = {}
        self._ordered: list[bytes] = []  # the keys; of another length when it must be made anew

    def between(self, low: bytes, high: bytes) -> list[bytes]:
        """Return the keys with low <= key < high, in order."""
        if len(self._ordered) != len(self.values):  # keys come and never go
            self._ordered = sorted(self.values)
        ordered = self._ordered
        return ordered[bisect_left(ordered, low) : bisect_left(ordered, high)]


OwnedTable = tuple[Owner, str]


class Portion:
    """Some of the cells that settle; all, if nothing is left behind it."""

    __slots__ = ("groups", "last", "until")

    def __init__(self, groups: list[tuple[OwnedTable, Group]], until: int, *, last: bool) -> None:
        self.groups = groups
        self.until = until  # the journal's rows up to here are done with, if this is the last
        self.last = last


class Unsettled:
    """The cells of both generations, as if they were in the tree already."""

    def __init__(self) -> None:
        self.number = 0  # of the latest row of the journal that is in here
        self._fresh: dict[OwnedTable, Group] = {}
        self._fresh_cells = 0  # how often one was put; some more than once
        self._fresh_bytes = 0  # of the rows they came in
        self._settling: dict[OwnedTable, Group] = {}
        self._until = 0  # rows of the journal that hold nothing but what settles
        self._order: list[OwnedTable] = []  # of what has still to settle, the last one first

    def add(self, number: int, writes: Mapping[Cell, Value], row_bytes: int) -> None:
        """Lay the cells of a row of the journal over all others."""
        fresh = self._fresh
        for (owner, table, key), value in writes.items():
            group = fresh.get((owner, table))
            if group is None:
                group = fresh[owner, table] = Group()
            group.values[key] = value
        self._fresh_cells += len(writes)
        self._fresh_bytes += row_bytes
        self.number = number

    # -- looking -------------------------------------------------------------------------------

    def get(self, cell: Cell) -> Value:
        """Return what waits to be in a cell, None if it is to be empty, ABSENT if nothing waits."""
        owner, table, key = cell
        for generation in (self._fresh, self._settling):
            group = generation.get((owner, table))
            if group is not None and (found := group.values.get(key, ABSENT)) is not ABSENT:
                return found  # type: ignore[no-any-return]
        return ABSENT  # type: ignore[no-any-return]

    def between(
        self, owner: Owner, table: str, low: bytes, high: bytes, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, Value]]:
        """Yield what waits with low <= key < high, in the order of keys or its reverse."""
        place = (owner, table)
        groups = [g for part in (self._fresh, self._settling) if (g := part.get(place)) is not None]
        runs = [group.between(low, high) for group in groups]
        if reverse:
            for run in runs:
                run.reverse()
        last = None
        for key in runs[0] if len(runs) == 1 else merge(*runs, reverse=reverse):
            if key != last:  # in both, the fresh one counts
                last = key
                values = groups[0].values
                yield key, values[key] if key in values else groups[-1].values[key]

    def first(
        self, owner: Owner, table: str, low: bytes, high: bytes, limit: int, *, reverse: bool
    ) -> tuple[dict[bytes, Value], int, bytes, bytes]:
        """Return what waits among the first `limit` cells of a range, and how many of it are removals.

        Also the range in which the tree may have others of the first: behind `limit` cells that wait, it
        need not be looked at.
        """
        found: dict[bytes, Value] = {}
        removed = 0
        for key, value in self.between(owner, table, low, high, reverse=reverse):
            found[key] = value
            removed += value is None
            if len(found) - removed == limit:
                low, high = (key, high) if reverse else (low, key)
                break
        return found, removed, low, high

    def holds(self, owner: Owner) -> bool:
        """Whether anything of this owner waits."""
        return any(owner == other for part in (self._fresh, self._settling) for other, _ in part)

    def owners(self, kind: int) -> tuple[set[int], bool]:
        """Return which owners of a kind will have a cell for sure; False if others may have lost theirs."""
        having: set[int] = set()
        losing: set[int] = set()
        for (owner, table), group in (self._settling | self._fresh).items():
            if owner.kind != kind:
                continue
            older = self._settling.get((owner, table), group).values
            values = older | group.values
            if None in values.values():
                losing.add(owner.id)
            if any(value is not None for value in values.values()):
                having.add(owner.id)
        return having, losing <= having

    # -- settling ------------------------------------------------------------------------------

    def portion(self, cells: int) -> Portion | None:
        """Return what should settle next, about so many cells; None if that can wait.

        All that settles, if a generation is full again: memory and journal stay as small as two.
        """
        full = self._fresh_cells >= CELLS_FRESH_MAX or self._fresh_bytes >= BYTES_FRESH_MAX
        hurry = full and bool(self._order)
        if not self._order:
            if not full:
                return None
            self._settling, self._fresh = self._fresh, {}
            self._fresh_cells = self._fresh_bytes = 0
            self._until = self.number
            self._order = list(reversed(self._settling))
        taken: list[tuple[OwnedTable, Group]] = []
        for place in reversed(self._order):
            if cells <= 0 and not hurry:
                break
            group = self._settling[place]
            taken.append((place, group))
            cells -= len(group.values)
        return Portion(taken, self._until, last=len(taken) == len(self._order))

    def settled(self, portion: Portion) -> None:
        """Forget what is in its place now."""
        del self._order[len(self._order) - len(portion.groups) :]
        for place, _ in portion.groups:
            del self._settling[place]

    def everything(self) -> list[Portion]:
        """Return all there is, the older generation first."""
        return [
            Portion(list(generation.items()), self.number, last=True)
            for generation in (self._settling, self._fresh)
            if generation
        ]

    def clear(self) -> None:
        """Forget all there is: it is in its place now."""
        self._fresh, self._settling, self._order = {}, {}, []
        self._fresh_cells = self._fresh_bytes = 0
