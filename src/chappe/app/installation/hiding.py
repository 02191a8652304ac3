"""Hiding the ids in a store that an earlier version wrote, which had them in the open.

Cell by cell, each moved in one commit from where it was to where it belongs: cut short at any moment, it goes
on with what is left. Ids in the open and hidden ones cannot be confused (`trust.sealing.hidden_keys`).
"""

from collections.abc import AsyncIterator, Callable
from typing import Any, Final

from chappe.core import HOUSE, Kind, Owner
from chappe.engines.sqlite import SqliteEngine
from chappe.ports import Cell, Engine, EngineError, WriteSet
from chappe.trust import sealing

HIDDEN: Final = Cell(HOUSE, "hidden", b"")  # says that nothing is in the open
ALL: Final = b"all"  # what it says, sealed
PERSONS: Final = (Kind.USER, Kind.CHAT, Kind.CHANNEL)  # whose ids are hidden
OTHERS: Final = tuple(kind for kind in Kind if kind not in PERSONS)
OWNERS_AT_ONCE: Final = 1_000  # owners listed together
CELLS_AT_ONCE: Final = 1_000  # cells moved in one commit, or a few more
CELLS_TOLD_EACH: Final = 50_000  # cells between two words about how far it is

Told = Callable[[int, int], None]  # told how many cells are done, and of how many
Rekey = Callable[[str, bytes], bytes]  # returns a key of a table as it is stored


async def is_hidden(sealed: sealing.SealedEngine) -> bool:
    """Whether no id of a store is in the open any more."""
    return (await sealed.read((HIDDEN,)))[0] is not None


async def refuse_in_the_open(sealed: sealing.SealedEngine) -> None:
    """Refuse to look into a store whose ids are in the open.

    Raises:
        EngineError: they are.
    """
    if await sealed.owners(Kind.HOUSE, limit=1) and not await is_hidden(sealed):
        raise EngineError(
            "An earlier version of Chappe wrote this store: start the server once, which hides the ids in it,"
            " and then look."
        )


async def hide_ids(sealed: sealing.SealedEngine, told: Told) -> None:
    """Hide every id that is in the open, unless that was done.

    Keys come first: what hides an owner's cells is found by the hidden id.

    Raises:
        EngineError: a store failed; what is left is done by the next start.
    """
    if await is_hidden(sealed):
        return
    await hide_keys(sealed.keys)
    boxes = sealing.stored_in(sealed)
    if await hide_boxes(boxes, sealed.keys, told):
        for engine in (sealed.keys.engine, boxes):
            if isinstance(engine, SqliteEngine):  # else names stay in pages that are free
                await engine.rewrite()
    await sealed.commit([WriteSet({HIDDEN: ALL})])


async def hide_keys(keys: sealing.KeyStore) -> None:
    """Hide whose the keys of a key store are."""
    moving = _Moving(keys.engine)
    async for owner in _in_the_open(keys.engine):
        await moving.owner(owner, keys.owners.hide(owner) or owner, lambda _, key: key)
    await moving.commit()


async def hide_boxes(boxes: Engine, keys: sealing.KeyStore, told: Told) -> int:
    """Hide the ids in the cells of all boxes, and see that none is lost; return how many there are.

    Raises:
        EngineError: there are more or fewer cells than before.
    """
    before = await _cells(boxes)
    moving = _Moving(boxes, told, before)
    async for owner in _in_the_open(boxes):
        hidden = await keys.hidden(owner)
        if hidden is not None:  # else it was erased, and its cells open to nobody
            await moving.owner(owner, keys.owners.hide(owner) or owner, hidden.hide)
    for kind in OTHERS:
        async for owner in _owners(boxes, kind):
            hidden = await keys.hidden(owner)
            if hidden is not None:
                await moving.owner(owner, owner, hidden.hide)
    await moving.commit()
    after = await _cells(boxes)
    if after != before:
        raise EngineError(
            f"The store had {before} values and has {after} since their ids were hidden: restore a backup."
        )
    return after


class _Moving:
    """Moves cells from where they are to where they belong, some in one commit."""

    def __init__(self, engine: Engine, told: Told = lambda _done, _of: None, of: int = 0) -> None:
        self._engine = engine
        self._told, self._of = told, of
        self._done = self._said = 0
        self._writes: dict[Cell, bytes | None] = {}

    async def owner(self, owner: Owner, to: Owner, rekey: Rekey) -> None:
        """Move all cells of an owner."""
        after = ("", b"")
        while rows := await self._engine.walk(owner, after, limit=CELLS_AT_ONCE):
            for table, key, value in rows:
                old, new = Cell(owner, table, key), Cell(to, table, rekey(table, key))
                if old != new:
                    self._writes |= {old: None, new: value}
            self._done += len(rows)
            after = rows[-1][:2]
            if len(self._writes) >= CELLS_AT_ONCE:
                await self.commit()
            if len(rows) < CELLS_AT_ONCE:
                return

    async def commit(self) -> None:
        """Move what has been seen so far."""
        if self._writes:
            await self._engine.commit([WriteSet(self._writes)])
            self._writes = {}
        if self._done - self._said >= CELLS_TOLD_EACH:
            self._said = self._done
            self._told(min(self._done, self._of), self._of)


async def _in_the_open(engine: Engine) -> AsyncIterator[Owner]:
    """Yield people, groups and channels whose ids are in the open: those come before all that are hidden."""
    for kind in PERSONS:
        async for owner in _owners(engine, kind):
            if sealing.is_hidden(owner):
                break
            yield owner


async def _owners(engine: Engine, kind: Kind) -> AsyncIterator[Owner]:
    after = -1
    while page := await engine.owners(kind, after=after, limit=OWNERS_AT_ONCE):
        for owner in page:
            yield owner
        after = page[-1].id


async def _cells(engine: Engine) -> int:
    movable: Any = engine  # every engine of a store is a `MovableEngine`
    count: int = await movable.cells()
    return count
