"""Copying a whole store: sealed cells from engine to engine, sealed parts of blobs from store to store.

Nothing is opened. What is copied is the same at any time, since nobody writes the source: so copying may
begin anywhere before the point it had come to, and finds there what it would write.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import files
from chappe.ports import Blobs, Cell, Engine, EngineError, WriteSet
from chappe.trust import sealing
from chappe.updates import Store, View

OWNERS_AT_ONCE: Final = 20_000  # owners whose ids are asked for together
CELLS_READ_AT_ONCE: Final = 1_000  # cells of one owner read together
CELLS_A_COMMIT: Final = 4_096  # cells written together,
BYTES_A_COMMIT: Final = 4 << 20  # or bytes of them, if those are many before
BLOBS_AT_ONCE: Final = 16  # blobs copied beside each other: a bucket takes its time for each
LOWEST_ID: Final = -(1 << 62)  # below that of any owner

Rows = list[tuple[str, bytes, bytes]]  # table, key, value


class Point(msgspec.Struct, frozen=True):
    """How far a copy has come: everything up to here is durable at the destination."""

    kind: int = 0
    owner: int = LOWEST_ID
    table: str = ""
    key: bytes = b""
    done: int = 0  # cells or blobs
    size: int = 0  # bytes of them
    missing: int = 0  # blobs that are named and not there


Reached = Callable[[Point], None]  # told of what is durable
Shown = Callable[
    [int, int], None
]  # told how many are done, and bytes of them, also if not for good


async def owners_from(
    engine: Engine, point: Point, *, behind: bool = False
) -> AsyncIterator[Owner]:
    """Yield every owner from that of `point` on, or behind it.

    Only `behind` an owner may it go on where ids come in no order, as those of a sealed store do.
    """
    for kind in Kind:
        if kind < point.kind:
            continue
        after = point.owner - (not behind) if kind == point.kind else LOWEST_ID
        while page := await engine.owners(kind, after=after, limit=OWNERS_AT_ONCE):
            for owner in page:
                yield owner
            after = page[-1].id


async def rows_from(engine: Engine, point: Point) -> AsyncIterator[tuple[Owner, Rows]]:
    """Yield every cell behind `point`, some of one owner at a time."""
    async for owner in owners_from(engine, point):
        at = ("", b"")
        if owner == (point.kind, point.owner):
            at = (point.table, point.key)
        while rows := await engine.walk(owner, at, limit=CELLS_READ_AT_ONCE):
            yield owner, rows
            if len(rows) < CELLS_READ_AT_ONCE:
                break
            at = rows[-1][:2]


async def copy_cells(source: Engine, destination: Engine, point: Point, reached: Reached) -> Point:
    """Copy every cell behind `point`, and tell what has been reached; return the last of it.

    While one batch is written the next is read.

    Raises:
        EngineError: either store failed; what was told is durable.
    """
    batch = _Batch(point)
    committing: asyncio.Task[Point] | None = None
    try:
        async for owner, rows in rows_from(source, point):
            batch.add(owner, rows)
            if batch.is_full():
                if committing is not None:
                    reached(await committing)
                committing = asyncio.create_task(batch.commit(destination))
                batch = _Batch(batch.point)
                await asyncio.sleep(0)  # it begins now, and not after the next rows were read
    finally:
        if committing is not None:
            await asyncio.wait([committing])
    if committing is not None:
        reached(committing.result())
    point = await batch.commit(destination)
    reached(point)
    return point


class _Batch:
    """Cells that are written together, and how far the copy has come with them."""

    def __init__(self, point: Point) -> None:
        self.point = point
        self._writes: dict[Cell, bytes | None] = {}
        self._size = 0

    def add(self, owner: Owner, rows: Rows) -> None:
        """Add cells of one owner."""
        size = 0
        for table, key, value in rows:
            self._writes[Cell(owner, table, key)] = value
            size += len(value)
        self._size += size
        table, key, _ = rows[-1]
        done = self.point.done + len(rows)
        self.point = Point(owner.kind, owner.id, table, key, done, self.point.size + size)

    def is_full(self) -> bool:
        """Whether it should be written."""
        return len(self._writes) >= CELLS_A_COMMIT or self._size >= BYTES_A_COMMIT

    async def commit(self, destination: Engine) -> Point:
        """Write it; return how far the copy has come."""
        if self._writes:
            await destination.commit([WriteSet(self._writes)])
        return self.point


async def compare_cells(source: Engine, destination: Engine, reached: Callable[[int], None]) -> int:
    """Compare every cell of two stores; return how many there are. `reached` is told how many so far.

    Raises:
        EngineError: they differ, or either store failed.
    """
    done = 0
    theirs = rows_from(destination, Point())
    async for page in rows_from(source, Point()):
        if await anext(theirs, None) != page:
            raise _differs(page[0])
        done += len(page[1])
        reached(done)
    rest = await anext(theirs, None)
    if rest is not None:
        raise _differs(rest[0])
    return done


def _differs(owner: Owner) -> EngineError:
    return EngineError(
        f"The copy differs from its source in the {owner.kind.name.lower()} box {owner.id}: give the move"
        " up by `chappe move --undo`, look at the disks, and begin anew."
    )


async def copy_blobs(
    records: Engine,
    source: Blobs,
    destination: Blobs,
    point: Point,
    reached: Reached,
    shown: Shown,
) -> Point:
    """Copy every blob that a record names, behind the owner of `point`, each part compared.

    `records` is the sealed store of boxes: only it knows how long the parts of a blob are. Of the owner
    where it begins, parts that came already are found so and left.

    Raises:
        EngineError: a store failed; the owners told before are complete.
    """
    is_first = True
    async for owner in owners_from(records, point, behind=True):
        async for page in files.kept_blobs(View(Store(records), owner)):
            for at in range(0, len(page), BLOBS_AT_ONCE):
                copies = (
                    _copy_blob(source, destination, one, look_first=is_first)
                    for one in page[at : at + BLOBS_AT_ONCE]
                )
                sizes = await asyncio.gather(*copies)
                point = msgspec.structs.replace(
                    point,
                    done=point.done + len(sizes),
                    size=point.size + sum(sizes),
                    missing=point.missing + sizes.count(0),
                )
                shown(point.done, point.size)
        is_first = False
        point = msgspec.structs.replace(point, kind=owner.kind, owner=owner.id)
        reached(point)
    return point


async def _copy_blob(
    source: Blobs, destination: Blobs, kept: files.KeptBlob, *, look_first: bool
) -> int:
    """Copy one blob; return how many bytes it has, 0 if it is not there."""
    stride = sealing.sealed_part_bytes(kept.file.part_bytes)
    blob, size = kept.file.blob, 0
    numbers = iter(kept.parts) if kept.parts is not None else iter(range(1 << 62))
    for number in numbers:
        part = await source.read(blob, stride, number * stride, stride)
        if not part:
            break
        size += len(part)
        if look_first and await destination.read(blob, stride, number * stride, stride) == part:
            continue
        await destination.put_part(blob, stride, number, part)
        if await destination.read(blob, stride, number * stride, stride) != part:
            raise EngineError(
                f"The copy of the file {blob} is not what was written: look at the disk or the bucket."
            )
        if len(part) < stride and kept.parts is None:
            break
    if size and kept.parts is None:
        await destination.commit(blob)
    return size
