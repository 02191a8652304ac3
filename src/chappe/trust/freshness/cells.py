"""The engine below all sealing: any engine, with sums over what it holds kept in the same commit.

A commit must know what was in each cell before. That one is new is known of whatever is behind the last of
its kind, such as a message or an event; of what is written again and again, such as a dialog, the tag is
remembered. The others are read, together.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final
from zlib import crc32

from chappe.core import Owner
from chappe.ports import Cell, Engine, WriteSet, hidden_parts

from .kept import STORE, StoreSum, SumSeal
from .sums import (
    PLACE_AT,
    TABLE,
    TAG_BYTES,
    Numbers,
    Sum,
    changed,
    part_of,
    place_of,
    upper_of,
    weight_of_box,
)

BOXES_KNOWN_MAX: Final = 5_000  # boxes of which last keys are known: a KiB each, mostly
LAST_KNOWN_MAX: Final = 200  # of one box
PRODUCTS_KNOWN_MAX: Final = (
    40_000  # cells of which is remembered what lies there: 250 bytes each, mostly
)
CELLS_AT_ONCE: Final = 1_000  # cells looked at together of a box that is erased
NUMBER_BYTES: Final = 9  # of a key, that by which its last part says its order
BEHIND_ALL: Final = b"\xff"  # in no key


_tables: Final[dict[str, tuple[int, bool]]] = {}


def _known_table(table: str) -> tuple[int, bool]:
    """Return what the weights of a table's cells share, and whether its keys end in one number that rises."""
    parts = hidden_parts(table)
    rises = parts is not None and parts[-1:] == (False,) and all(parts[:-1])
    found = _tables[table] = (upper_of(table) << PLACE_AT, rises)
    return found


class _Box:
    """What is known of a box."""

    __slots__ = ("last", "part", "products", "weight")

    def __init__(self, owner: Owner) -> None:
        self.part = part_of(owner)
        self.weight = weight_of_box(owner)
        # keys that none lies behind, by table and beginning; one that is too high only costs a look
        self.last: dict[tuple[str, bytes], bytes] = {}
        # of what was written over and may be again; what is written once, as most is, is not in it
        self.products: dict[tuple[str, bytes], int] = {}


class _Touched:
    """Cells of one part of the store that a commit writes, and what lay there."""

    __slots__ = ("gone", "kept", "new", "new_weights", "old", "old_weights", "tags", "weights")

    def __init__(self) -> None:
        # what is put and remembered: where, its tag and its weight
        self.kept: list[tuple[_Box, tuple[str, bytes]]] = []
        self.tags: list[bytes] = []
        self.weights: list[int] = []
        self.new: list[bytes] = []  # the tags of whatever else is put, and its weights
        self.new_weights: list[int] = []
        self.old: list[bytes] = []  # of what was looked up, and is gone
        self.old_weights: list[int] = []
        self.gone: list[int] = []  # the products of what was remembered, and is gone

    def products(self, numbers: Numbers) -> list[int]:
        """Return those of what is remembered, of whatever else is put, and of what was looked up."""
        tags = self.tags + self.new + self.old
        return numbers.products(tags, self.weights + self.new_weights + self.old_weights)

    def changed(self, before: Sum, products: Sequence[int]) -> Sum:
        """Return the sum of the part afterwards, given `products`."""
        put = len(self.tags) + len(self.new)
        lost = sum(self.gone) + sum(products[put:])
        size = put - len(self.old) - len(self.gone)
        return changed(before, sum(products[:put]), lost, size)


class FreshCells:
    """See `ports.Engine`. Before `begin` it counts nothing, and hides the sums that are there."""

    def __init__(self, inner: Engine) -> None:
        self.inner = inner
        self.seal: SumSeal | None = None
        self.passed_over = 0  # cells with sums that no walk has shown
        self._store: StoreSum | None = None  # None: to be read
        self._turn = asyncio.Lock()  # to write: sums are as the last to write has left them
        self._boxes: dict[Owner, _Box] = {}  # first who was first written
        self._remembered = 0  # products in all of them, or a few more

    async def begin(self, seal: SumSeal) -> None:
        """Keep sums from now on: everything has been counted. What was being erased, is."""
        self.seal = seal
        async with self._turn:
            await self._kept(seal)

    async def note(self, **what: Any) -> StoreSum:
        """Change what is kept beside the sums; return all that is kept."""
        if self.seal is None:
            raise RuntimeError("no sums are kept yet")
        async with self._turn:
            kept = (await self._kept(self.seal))._replace(**what)
            if what:
                await self._write(self.seal, {}, kept)
            return kept

    @property
    def is_counted(self) -> bool:
        """Whether sums are kept."""
        return self.seal is not None

    async def state(self) -> StoreSum:
        """Count a statement about the store as it is, and keep what it says; return all that is kept."""
        if self.seal is None:
            raise RuntimeError("no sums are kept yet")
        async with self._turn:
            kept = await self._kept(self.seal)
            kept = kept._replace(stated=kept.stated + 1)
            kept = kept._replace(digest=self.seal.digest(kept))
            await self._write(self.seal, {}, kept)
            return kept

    # -- writing -------------------------------------------------------------------------------

    async def commit(self, batch: Sequence[WriteSet]) -> None:
        """See `ports.Engine`."""
        seal = self.seal
        if seal is None:
            await self.inner.commit(batch)
            return
        writes = dict(batch[0].writes) if batch else {}
        for one in batch[1:]:
            writes.update(one.writes)
        async with self._turn:
            store = self._store or await self._kept(seal)
            touched = await self._touched(writes)
            parts = list(store.parts)
            written = []
            for part, cells in touched.items():
                products = cells.products(seal.numbers)
                parts[part] = cells.changed(parts[part], products)
                written.append((cells.kept, products))
            # as `_replace`, which takes three times as long
            after = (tuple(parts), store[1], store[2], store[3] + 1, *store[4:])
            try:
                await self._write(seal, writes, tuple.__new__(StoreSum, after))
            except BaseException:
                self._forget()  # it may be kept or not
                raise
            for kept, products in written:
                for (box, place), product in zip(kept, products, strict=False):
                    box.products[place] = product
            if self._remembered > PRODUCTS_KNOWN_MAX:
                self._make_room()

    async def _write(self, seal: SumSeal, writes: dict[Cell, bytes | None], kept: StoreSum) -> None:
        writes[STORE] = seal.seal(kept)
        self._store = (
            None  # it may be kept even if it is said to have failed: then it is read again
        )
        await self.inner.commit((WriteSet(writes),))
        self._store = kept

    async def _kept(self, seal: SumSeal) -> StoreSum:
        """Return what the store keeps; of one that was altered, nothing: whoever compares finds it.

        If an erasure was cut short, it is finished first.
        """
        if self._store is None:
            (sealed,) = await self.inner.read((STORE,))
            store = (None if sealed is None else seal.open(sealed)) or StoreSum()
            if store.erasing is not None:
                await self.inner.erase(store.erasing)
                store = store._replace(erasing=None)
                await self._write(seal, {}, store)
            self._store = store
        return self._store

    async def _touched(self, writes: Mapping[Cell, bytes | None]) -> dict[int, _Touched]:
        """Return what is put and what lay there before, by parts of the store."""
        touched: dict[int, _Touched] = {}
        asked: list[Cell] = []
        owner: Owner | None = None
        for cell, value in writes.items():
            who, table, key = cell
            if who is not owner:  # the cells of a change follow each other
                owner, box = who, self._boxes.get(who) or self._box(who)
                of_box, last, known = box.weight, box.last, box.products
                found = touched.get(box.part)
                if found is None:
                    found = touched[box.part] = _Touched()
                cells = found
            of_table, in_order = _tables.get(table) or _known_table(table)
            if in_order:
                place = (table, key[:-NUMBER_BYTES])
                highest = last.get(place)
                if highest is None:
                    highest = await self._read_last(who, *place)
                    if len(last) >= LAST_KNOWN_MAX:
                        last.clear()
                    last[place] = highest
                if key <= highest:
                    asked.append(cell)
                elif value is not None:
                    last[place] = key
                    cells.new.append(value[-TAG_BYTES:])
                    cells.new_weights.append(of_box + of_table + (crc32(key) << PLACE_AT))
                continue
            place = (table, key)
            product = known.get(place)
            if product is None:
                asked.append(cell)
                continue
            cells.gone.append(product)
            if value is None:
                del known[place]
            else:
                cells.kept.append((box, place))
                cells.tags.append(value[-TAG_BYTES:])
                cells.weights.append(of_box + of_table + (crc32(key) << PLACE_AT))
        if asked:
            await self._look(asked, writes, touched)
        return touched

    async def _look(
        self,
        asked: Sequence[Cell],
        writes: Mapping[Cell, bytes | None],
        touched: Mapping[int, _Touched],
    ) -> None:
        """Add cells of which must be asked what lies there; those that are written over are remembered."""
        for cell, lain in zip(asked, await self.inner.read(asked), strict=True):
            who, table, key = cell
            box = self._boxes.get(who) or self._box(who)
            of_table, in_order = _tables[table]
            weight = box.weight + of_table + (crc32(key) << PLACE_AT)
            cells = touched[box.part]
            value = writes[cell]
            if lain is not None:
                cells.old.append(lain[-TAG_BYTES:])
                cells.old_weights.append(weight)
            if value is None:
                continue
            if lain is None or in_order:
                cells.new.append(value[-TAG_BYTES:])
                cells.new_weights.append(weight)
            else:
                self._remembered += 1
                cells.kept.append((box, (table, key)))
                cells.tags.append(value[-TAG_BYTES:])
                cells.weights.append(weight)

    def _box(self, owner: Owner) -> _Box:
        """Return what is known of a box of which nothing was."""
        if len(self._boxes) >= BOXES_KNOWN_MAX:
            self._make_room()
        box = self._boxes[owner] = _Box(owner)
        return box

    def _make_room(self) -> None:
        """Forget half of the boxes, those that came first."""
        for owner in list(self._boxes)[: len(self._boxes) // 2 + 1]:
            del self._boxes[owner]
        self._remembered = sum(len(box.products) for box in self._boxes.values())

    def _forget(self) -> None:
        self._boxes.clear()
        self._remembered = 0

    async def _read_last(self, owner: Owner, table: str, prefix: bytes) -> bytes:
        """Return the last key of a table that begins so, or the beginning if there is none."""
        high = prefix + BEHIND_ALL
        rows = await self.inner.scan(owner, table, prefix, high, limit=1, reverse=True)
        return rows[0][0] if rows else prefix

    async def erase(self, owner: Owner) -> None:
        """See `ports.Engine`. Its cells are counted no more before they go; cut short, `begin` goes on."""
        seal = self.seal
        if seal is None:
            await self.inner.erase(owner)
            return
        async with self._turn:
            store = await self._kept(seal)
        gone = await sum_of_box(self.inner, owner, seal)  # nobody writes to who is erased
        async with self._turn:
            self._forget()
            store = await self._kept(seal)
            parts = list(store.parts)
            parts[part_of(owner)] = parts[part_of(owner)].minus(gone)
            kept = store._replace(parts=tuple(parts), commits=store.commits + 1, erasing=owner)
            await self._write(seal, {}, kept)
            self._store = None  # until it is erased: whoever comes next goes on with it
            await self.inner.erase(owner)
            await self._write(seal, {}, kept._replace(erasing=None))

    # -- reading -------------------------------------------------------------------------------

    async def read(self, cells: Sequence[Cell]) -> list[bytes | None]:
        """See `ports.Engine`."""
        return await self.inner.read(cells)

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
        return await self.inner.scan(owner, table, low, high, limit=limit, reverse=reverse)

    async def count(self, owner: Owner, table: str, low: bytes, high: bytes, *, limit: int) -> int:
        """See `ports.Engine`."""
        return await self.inner.count(owner, table, low, high, limit=limit)

    async def owners(self, kind: int, *, after: int = -1, limit: int = 1000) -> list[Owner]:
        """See `ports.Engine`."""
        return await self.inner.owners(kind, after=after, limit=limit)

    async def walk(
        self, owner: Owner, after: tuple[str, bytes], *, limit: int
    ) -> list[tuple[str, bytes, bytes]]:
        """See `ports.Engine`. Without the sums."""
        found: list[tuple[str, bytes, bytes]] = []
        while len(found) < limit:
            asked = limit - len(found)
            rows = await self.inner.walk(owner, after, limit=asked)
            others = [row for row in rows if row[0] != TABLE]
            self.passed_over += len(rows) - len(others)
            found += others
            if len(rows) < asked:
                break
            after = rows[-1][:2]
        return found

    async def close(self) -> None:
        """See `ports.Engine`."""
        await self.inner.close()


async def sum_of_box(boxes: Engine, owner: Owner, seal: SumSeal) -> Sum:
    """Return the sum of what lies in a box, as it is stored."""
    total, after, of_box = Sum(), ("", b""), weight_of_box(owner)
    while rows := await boxes.walk(owner, after, limit=CELLS_AT_ONCE):
        after = rows[-1][:2]
        cells = [row for row in rows if row[0] != TABLE]
        products = seal.numbers.products(
            [value[-TAG_BYTES:] for _, _, value in cells],
            [of_box + (place_of(table, key) << PLACE_AT) for table, key, _ in cells],
        )
        total = changed(total, sum(products), 0, len(products))
        await asyncio.sleep(0)  # others have their turn
    return total
