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
    PARTS,
    TABLE,
    TAG_BYTES,
    Heap,
    Sum,
    changed_sums,
    number_of_box,
    part_of,
    place_of,
    upper_of,
)

BOXES_KNOWN_MAX: Final = 5_000  # boxes of which last keys are known: a KiB each, mostly
LAST_KNOWN_MAX: Final = 200  # of one box
TAGS_KNOWN_MAX: Final = (
    40_000  # cells of which is remembered what lies there: 200 bytes each, mostly
)
CELLS_AT_ONCE: Final = 1_000  # cells looked at together of a box that is erased
NUMBER_BYTES: Final = 9  # of a key, that by which its last part says its order
UNKNOWN: Final = b""  # no tag
BEHIND_ALL: Final = b"\xff"  # in no key


_tables: Final[dict[str, tuple[int, bool]]] = {}


def _known_table(table: str) -> tuple[int, bool]:
    """Return the upper part of the places of a table, and whether its keys end in one number that rises."""
    parts = hidden_parts(table)
    rises = parts is not None and parts[-1:] == (False,) and all(parts[:-1])
    found = _tables[table] = (upper_of(table), rises)
    return found


class FreshCells:
    """See `ports.Engine`. Before `begin` it counts nothing, and hides the sums that are there."""

    def __init__(self, inner: Engine) -> None:
        self.inner = inner
        self.seal: SumSeal | None = None
        self.passed_over = 0  # cells with sums that no walk has shown
        self._store: StoreSum | None = None  # None: to be read
        self._turn = asyncio.Lock()  # to write: sums are as the last to write has left them
        # keys that none lies behind, by box, table and beginning; one that is too high only costs a look
        self._last: dict[Owner, dict[tuple[str, bytes], bytes]] = {}
        # tags of what was written, None where a cell was emptied; a cell under way is not among them
        self._tags: dict[Cell, bytes | None] = {}

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
        written: dict[Cell, bytes | None] = {}
        async with self._turn:
            store = self._store or await self._kept(seal)
            parts = changed_sums(store.parts, await self._heaps(writes, written), seal.numbers)
            # as `_replace`, which takes three times as long
            after = (parts, store[1], store[2], store[3] + 1, *store[4:])
            await self._write(seal, writes, tuple.__new__(StoreSum, after))
            if len(self._tags) > TAGS_KNOWN_MAX:
                self._tags.clear()
            self._tags.update(written)

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

    async def _heaps(
        self, writes: Mapping[Cell, bytes | None], written: dict[Cell, bytes | None]
    ) -> dict[int, Heap]:
        """Return what is put and what lay there before, by parts of the store.

        `written` gets the tags to be remembered once this is kept. Until then they are not known: a write
        that fails may be kept or not.
        """
        heaps: dict[int, Heap] = {}
        known = self._tags
        asked: list[Cell] = []
        owner: Owner | None = None
        for cell, value in writes.items():
            who, table, key = cell
            if who is not owner:  # the cells of a change follow each other
                owner, box = who, number_of_box(who)
                tags, signs, boxes, places = _heap(heaps, who)
                last = self._last.get(who) or self._last_of(who)
            upper, in_order = _tables.get(table) or _known_table(table)
            tag = None
            if value is not None:
                tag = value[-TAG_BYTES:]
                tags.append(tag)
                signs.append(1)
                boxes.append(box)
                places.append(upper | crc32(key))
            if in_order:
                place = (table, key[:-NUMBER_BYTES])
                highest = last.get(place)
                if highest is None:
                    if len(last) >= LAST_KNOWN_MAX:
                        last.clear()
                    highest = last[place] = await self._read_last(who, *place)
                if key > highest:
                    if value is not None:
                        last[place] = key
                    continue
            else:
                written[cell] = tag
            old = known.pop(cell, UNKNOWN)
            if old is UNKNOWN:
                asked.append(cell)
            elif old is not None:
                tags.append(old)
                signs.append(-1)
                boxes.append(-box)
                places.append(-(upper | crc32(key)))
        found = await self.inner.read(asked) if asked else ()
        owner = None
        for (who, table, key), lain in zip(asked, found, strict=True):
            if lain is None:
                continue
            if who is not owner:
                owner, box = who, number_of_box(who)
                tags, signs, boxes, places = _heap(heaps, who)
            tags.append(lain[-TAG_BYTES:])
            signs.append(-1)
            boxes.append(-box)
            places.append(-(_tables[table][0] | crc32(key)))
        return heaps

    def _last_of(self, owner: Owner) -> dict[tuple[str, bytes], bytes]:
        """Return what is known of the last keys of a box."""
        if len(self._last) >= BOXES_KNOWN_MAX:
            self._last.clear()
        return self._last.setdefault(owner, {})

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
            self._tags.clear()
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


def _heap(heaps: dict[int, Heap], owner: Owner) -> Heap:
    part = owner[1] % PARTS
    found = heaps.get(part)
    if found is None:
        found = heaps[part] = Heap([], [], [], [])
    return found


async def sum_of_box(boxes: Engine, owner: Owner, seal: SumSeal) -> Sum:
    """Return the sum of what lies in a box, as it is stored."""
    total, after, box = Sum(), ("", b""), number_of_box(owner)
    while rows := await boxes.walk(owner, after, limit=CELLS_AT_ONCE):
        after = rows[-1][:2]
        cells = [row for row in rows if row[0] != TABLE]
        heap = Heap(
            [value[-TAG_BYTES:] for _, _, value in cells],
            [1] * len(cells),
            [box] * len(cells),
            [place_of(table, key) for table, key, _ in cells],
        )
        (total,) = changed_sums((total,), {0: heap}, seal.numbers)
        await asyncio.sleep(0)  # others have their turn
    return total
