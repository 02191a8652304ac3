"""The engine below the sealed one: any engine, with the ids in the keys of its cells hidden."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.ports import Cell, Engine, WriteSet

from .hidden_keys import HIDDEN_FROM, PERSONS, end_of_hidden, hides_any
from .keys import KeyStore
from .wrapping import SealBrokenError

LAST_IN_THE_OPEN: Final = HIDDEN_FROM - 1  # the highest id of an owner that is in the open
_new_tuple: Final = tuple.__new__


def _cell(owner: Owner | None, table: str, key: bytes) -> Cell:
    # made as a tuple is: the constructor of a named one runs Python for each of a thousand a commit
    cell: Cell = _new_tuple(Cell, (owner, table, key))
    return cell


class HiddenCells:
    """See `ports.Engine`. What is above it sees every id; what is below it sees none.

    Owners are those of the store's own permutation, and parts of keys those of each owner's (`HiddenKeys`).
    An owner without a key has no cells. Whoever is listed or scanned comes in the order of what is stored,
    which is none: always the same, so that one may go on behind the last of a page.
    """

    def __init__(self, inner: Engine, keys: KeyStore) -> None:
        self.inner = inner
        self.keys = keys

    async def _cell(self, cell: Cell) -> Cell | None:
        """Return a cell as it is stored; None if it cannot be."""
        owner = self.keys.owners.hide(cell[0])
        key = cell[2]
        if owner is None:
            return None
        if key and hides_any(cell[1]):
            hidden = self.keys.hidden_at_hand(cell[0]) or await self.keys.hidden(cell[0])
            if hidden is None:
                return None
            key = hidden.hide(cell[1], key)
        return Cell(owner, cell[1], key)

    async def read(self, cells: Sequence[Cell]) -> list[bytes | None]:
        """See `ports.Engine`."""
        stored: list[Cell] = []
        lost: list[int] = []  # which of them cannot be anywhere
        for at, (owner, table, key) in enumerate(cells):
            place = self.keys.owners.hide(owner)
            if place is not None and key and hides_any(table):
                hidden = self.keys.hidden_at_hand(owner) or await self.keys.hidden(owner)
                if hidden is None:
                    place = None
                else:
                    key = hidden.hide(table, key)  # noqa: PLW2901  as it is stored
            if place is None:
                lost.append(at)
            else:
                stored.append(_cell(place, table, key))
        found = await self.inner.read(stored) if stored else []
        for at in lost:
            found.insert(at, None)
        return found

    async def _range(
        self, owner: Owner, table: str, low: bytes, high: bytes
    ) -> tuple[Owner, bytes, bytes] | None:
        """Return where a range of keys is stored; None if nothing can be there."""
        first = await self._cell(Cell(owner, table, low))
        last = await self._cell(Cell(owner, table, high))
        return None if first is None or last is None else (first.owner, first.key, last.key)

    async def scan(
        self,
        owner: Owner,
        table: str,
        low: bytes,
        high: bytes,
        *,
        limit: int,
        reverse: bool = False,
    ) -> list[tuple[bytes, bytes]]:
        """See `ports.Engine`."""
        start = end_of_hidden(table, low)
        if start and high.startswith(low[:start]):  # what is hidden is the same of all in the range
            place = await self._cell(Cell(owner, table, low))
            if place is None:
                return []
            end = end_of_hidden(table, place.key)
            last = place.key[:end] + high[start:]
            rows = await self.inner.scan(
                place.owner, table, place.key, last, limit=limit, reverse=reverse
            )
            return [(low[:start] + key[end:], value) for key, value in rows]
        bounds = await self._range(owner, table, low, high)
        if bounds is None:
            return []
        stored, low, high = bounds
        rows = await self.inner.scan(stored, table, low, high, limit=limit, reverse=reverse)
        if not rows or not hides_any(table):
            return rows
        return await self._shown(owner, table, rows)

    async def _shown(
        self, owner: Owner, table: str, rows: Sequence[tuple[bytes, bytes]]
    ) -> list[tuple[bytes, bytes]]:
        hidden = await self.keys.hidden(owner)
        if hidden is None:  # destroyed meanwhile
            return []
        return [(hidden.show(table, key), value) for key, value in rows]

    async def count(self, owner: Owner, table: str, low: bytes, high: bytes, *, limit: int) -> int:
        """See `ports.Engine`."""
        place = await self._range(owner, table, low, high)
        if place is None:
            return 0
        stored, low, high = place
        return await self.inner.count(stored, table, low, high, limit=limit)

    async def commit(self, batch: Sequence[WriteSet]) -> None:
        """See `ports.Engine`."""
        await self.inner.commit([WriteSet(await self._stored(one.writes)) for one in batch])

    async def _stored(self, writes: Mapping[Cell, bytes | None]) -> dict[Cell, bytes | None]:
        stored: dict[Cell, bytes | None] = {}
        owner: Any = None
        at, hidden = None, None
        for cell, value in writes.items():
            who, table, key = cell
            if who is not owner:  # the cells of a change follow each other
                owner, at, hidden = who, self.keys.owners.hide(who), self.keys.hidden_at_hand(who)
            if key and hides_any(table):
                if hidden is None:
                    hidden = await self.keys.hidden(who)
                if hidden is None:
                    raise SealBrokenError  # whoever seals has made a key before
                key = hidden.hide(table, key)
            stored[_cell(at, table, key)] = value
        return stored

    async def owners(self, kind: int, *, after: int = -1, limit: int = 1000) -> list[Owner]:
        """See `ports.Engine`. People, groups and channels come by no order that says anything."""
        if kind not in PERSONS:
            return await self.inner.owners(kind, after=after, limit=limit)
        if after > LAST_IN_THE_OPEN:
            return []
        behind = self.keys.owners.hide(Owner(Kind(kind), after))
        first = LAST_IN_THE_OPEN if behind is None else behind.id
        found = await self.inner.owners(kind, after=first, limit=limit)
        return [self.keys.owners.show(owner) for owner in found]

    async def walk(
        self, owner: Owner, after: tuple[str, bytes], *, limit: int
    ) -> list[tuple[str, bytes, bytes]]:
        """See `ports.Engine`."""
        place = await self._cell(Cell(owner, *after))
        if place is None:
            return []
        rows = await self.inner.walk(place.owner, (after[0], place.key), limit=limit)
        hidden = await self.keys.hidden(owner)
        if hidden is None:
            if rows:
                raise SealBrokenError
            return []
        return [(table, hidden.show(table, key), value) for table, key, value in rows]

    async def erase(self, owner: Owner) -> None:
        """See `ports.Engine`."""
        stored = self.keys.owners.hide(owner)
        if stored is not None:
            await self.inner.erase(stored)

    async def close(self) -> None:
        """See `ports.Engine`."""
        await self.inner.close()
