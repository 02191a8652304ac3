"""Boxes kept in memory: for tests, and for trying things out."""

from bisect import bisect_left, insort
from collections.abc import Sequence
from typing import Any

from chappe.core import Owner
from chappe.ports import Cell, Mark, WriteSet


class MemoryEngine:
    """See `ports.Engine`. Durable only as long as the process."""

    def __init__(self) -> None:
        self._values: dict[Cell, bytes] = {}
        self._keys: dict[tuple[Owner, str], list[bytes]] = {}
        self.closed = False
        self._mark: Mark | None = None

    async def read(self, cells: Sequence[Cell]) -> list[bytes | None]:
        """See `ports.Engine`."""
        return [self._values.get(cell) for cell in cells]

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
        keys = self._keys.get((owner, table), [])
        found: Any = keys[bisect_left(keys, low) : bisect_left(keys, high)]
        if reverse:
            found = found[::-1]
        return [(key, self._values[Cell(owner, table, key)]) for key in found[:limit]]

    async def count(self, owner: Owner, table: str, low: bytes, high: bytes, *, limit: int) -> int:
        """See `ports.Engine`."""
        keys = self._keys.get((owner, table), [])
        return min(limit, max(0, bisect_left(keys, high) - bisect_left(keys, low)))

    async def commit(self, batch: Sequence[WriteSet]) -> None:
        """See `ports.Engine`."""
        for write_set in batch:
            for cell, value in write_set.writes.items():
                self._write(cell, value)

    def _write(self, cell: Cell, value: bytes | None) -> None:
        place = (cell.owner, cell.table)
        known = cell in self._values
        if value is not None:
            self._values[cell] = value
            if not known:
                insort(self._keys.setdefault(place, []), cell.key)
        elif known:
            del self._values[cell]
            keys = self._keys[place]
            del keys[bisect_left(keys, cell.key)]
            if not keys:
                del self._keys[place]

    async def owners(self, kind: int, *, after: int = -1, limit: int = 1000) -> list[Owner]:
        """See `ports.Engine`."""
        found = {o for o, _ in self._keys if o.kind == kind and o.id > after}
        return sorted(found)[:limit]

    async def walk(
        self, owner: Owner, after: tuple[str, bytes], *, limit: int
    ) -> list[tuple[str, bytes, bytes]]:
        """See `ports.Engine`."""
        found = sorted(
            (cell.table, cell.key, value)
            for cell, value in self._values.items()
            if cell.owner == owner and (cell.table, cell.key) > after
        )
        return found[:limit]

    async def erase(self, owner: Owner) -> None:
        """See `ports.Engine`."""
        for cell in [c for c in self._values if c.owner == owner]:
            self._write(cell, None)

    async def page(
        self, table: str, key: bytes, after: Owner | None, *, limit: int
    ) -> list[tuple[Owner, bytes]]:
        """See `ports.KeyEngine`."""

        def place(owner: Owner) -> tuple[int, int, int]:
            return owner.shard, owner.kind, owner.id

        first = (-1, 0, 0) if after is None else place(after)
        cells = (Cell(owner, table, key) for owner, its in self._keys if its == table)
        found = [cell for cell in cells if cell in self._values and place(cell.owner) > first]
        found.sort(key=lambda cell: place(cell.owner))
        return [(cell.owner, self._values[cell]) for cell in found[:limit]]

    async def forget(self, cells: Sequence[Cell]) -> None:
        """See `ports.KeyEngine`."""
        for cell in cells:
            self._write(cell, None)

    async def mark(self) -> Mark | None:
        """See `ports.MovableEngine`."""
        return self._mark

    async def set_mark(self, mark: Mark | None) -> None:
        """See `ports.MovableEngine`."""
        self._mark = mark

    async def cells(self) -> int:
        """See `ports.MovableEngine`."""
        return len(self._values)

    async def clear(self) -> None:
        """See `ports.MovableEngine`."""
        self._values.clear()
        self._keys.clear()

    async def close(self) -> None:
        """See `ports.Engine`."""
        self.closed = True
