"""Counting everything anew: a store from before there were sums, or that was restored, or is believed.

Box by box; how far it is, is kept now and then. Cut short, it goes on from there: nobody writes meanwhile.
"""

from collections.abc import AsyncIterator, Callable
from typing import Final

from chappe.core import Kind, Owner
from chappe.ports import Engine, WriteSet

from .cells import sum_of_box
from .kept import STORE, StoreSum, SumSeal
from .sums import EMPTY, part_of

BOXES_AT_ONCE: Final = 1_000  # boxes listed together
CELLS_KEPT_EACH: Final = 200_000  # cells counted between two times that it is kept how far it is
LOWEST_ID: Final = -(1 << 62)  # below that of any owner

Told = Callable[[int, int], None]  # told how many boxes are done, and of how many


async def owners_of(boxes: Engine, behind: Owner | None = None) -> AsyncIterator[Owner]:
    """Yield every owner that has any cell, as they are stored, always in the same order."""
    for kind in Kind:
        if behind is not None and kind < behind.kind:
            continue
        after = behind.id if behind is not None and kind == behind.kind else LOWEST_ID
        while page := await boxes.owners(kind, after=after, limit=BOXES_AT_ONCE):
            for owner in page:
                yield owner
            after = page[-1].id


async def count_all(
    boxes: Engine, seal: SumSeal, before: StoreSum, told: Told, *, is_accepted: bool = False
) -> StoreSum:
    """Count every box, in the epoch that was begun, or in the next; nobody else may write meanwhile.

    What `is_accepted` may be older than what was said of it in public.

    Raises:
        EngineError: the store failed; counting goes on with the next start.
    """

    async def keep(kept: StoreSum) -> StoreSum:
        await boxes.commit((WriteSet({STORE: seal.seal(kept)}),))
        return kept

    now = before
    if before.is_whole or not before.epoch:
        if before.erasing is not None:
            await boxes.erase(before.erasing)
        now = before._replace(
            parts=EMPTY,
            epoch=before.epoch + 1,
            is_whole=False,
            erasing=None,
            counted=None,
            is_accepted=is_accepted or before.is_accepted,
        )
        now = await keep(now)
    owners = [owner async for owner in owners_of(boxes, now.counted)]
    parts, cells = list(now.parts), 0
    for number, owner in enumerate(owners):
        found = await sum_of_box(boxes, owner, seal)
        parts[part_of(owner)] = parts[part_of(owner)].plus(found)
        cells += found.size
        if cells >= CELLS_KEPT_EACH:
            cells = 0
            now = await keep(now._replace(parts=tuple(parts), counted=owner))
            told(number + 1, len(owners))
    return await keep(
        now._replace(parts=tuple(parts), is_whole=True, counted=None, commits=now.commits + 1)
    )
