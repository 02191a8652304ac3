"""Comparing a store with its sums: which boxes are not as they were left, and which cells of them."""

from collections.abc import Callable
from typing import Final, NamedTuple

from chappe.core import Kind, Owner
from chappe.ports import Engine

from .cells import CELLS_AT_ONCE, sum_of_box
from .counting import owners_of
from .kept import STORE, SumSeal
from .sums import (
    EMPTY,
    Sum,
    box_of_number,
    is_of_table,
    is_place,
    part_of,
    place_of,
)

ALTERED: Final = "the sums of the store were altered or removed: nothing can be said of its boxes"
_KINDS: Final = frozenset(int(kind) for kind in Kind)

Show = Callable[[Owner], Owner]  # returns an owner by their own id
Step = Callable[[int, int], None]  # told how many boxes are done, and of how many


class Compared(NamedTuple):
    """What a comparison found."""

    boxes: int  # that were compared
    cells: int
    wrong: tuple[str, ...] = ()  # a sentence for each part of the store that is not as it was left
    is_busy: bool = False  # it was written meanwhile: nothing is said of it


async def compare(
    boxes: Engine, seal: SumSeal, tables: frozenset[str], show: Show, step: Step
) -> Compared | None:
    """Compare what lies in a store with its sums; None if it was never counted.

    `tables` are those a cell may be in, by name.
    """
    (sealed,) = await boxes.read((STORE,))
    if sealed is None:
        return None
    before = seal.open(sealed)
    if before is None:
        return Compared(0, 0, (ALTERED,))
    if not before.is_whole:
        return None
    owners = [owner async for owner in owners_of(boxes)]
    parts = list(EMPTY)
    for number, owner in enumerate(owners):
        if owner != before.erasing:
            parts[part_of(owner)] = parts[part_of(owner)].plus(await sum_of_box(boxes, owner, seal))
        step(number + 1, len(owners))
    cells = sum(part.size for part in parts)
    if (await boxes.read((STORE,)))[0] != sealed:
        return Compared(len(owners), cells, is_busy=True)
    wrong = [
        await _named(boxes, tables, found.minus(kept), show, frozenset(owners), part)
        for part, (found, kept) in enumerate(zip(parts, before.parts, strict=True))
        if found != kept
    ]
    return Compared(len(owners), cells, tuple(wrong))


async def _named(
    boxes: Engine,
    tables: frozenset[str],
    difference: Sum,
    show: Show,
    owners: frozenset[Owner],
    part: int,
) -> str:
    """Say of a part of the store what is wrong in it, by the difference of its sums."""
    kind, number = box_of_number(difference.box)
    if kind not in _KINDS or part_of(stored := Owner(Kind(kind), number)) != part:
        among = sum(part_of(owner) == part for owner in owners)
        return f"several of {among} boxes: what they hold is not what was written last{_more(difference)}"
    who = show(stored)
    name = f"{who.kind.name.lower()} box {who.id}"
    if stored not in owners:
        return f"{name}: it was removed as a whole"
    place = difference.place
    if not is_place(place):
        return f"{name}: several values are not those that were written last{_more(difference)}"
    table = next((one for one in sorted(tables) if is_of_table(place, one)), "an unknown table")
    if difference.size < 0:
        return f"{name}: a value of {table} was removed"
    if difference.size > 0:
        return f"{name}: a value of {table} was added, or put back after it was removed"
    key = await _key_at(boxes, stored, place)
    cell = f", cell {key.hex()}" if key else ""
    return f"{name}: a value of {table} is not the one that was written last{cell}"


def _more(difference: Sum) -> str:
    if not difference.size:
        return ""
    return f"; there are {abs(difference.size)} {'fewer' if difference.size < 0 else 'more'}"


async def _key_at(boxes: Engine, owner: Owner, place: int) -> bytes:
    """Return the key of the cell at a place of a box."""
    after = ("", b"")
    while rows := await boxes.walk(owner, after, limit=CELLS_AT_ONCE):
        for table, key, _ in rows:
            if place_of(table, key) == place:
                return key
        after = rows[-1][:2]
    return b""
