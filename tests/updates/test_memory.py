"""What a store remembers of boxes: never anything but what is kept, however little room there is."""

import asyncio
import contextlib
import random
import tracemalloc
from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.engines.memory import MemoryEngine
from chappe.ports import EngineError, Record, WriteSet
from chappe.updates import Context, Store
from chappe.updates.boxes import FIRSTS_KNOWN_MAX, where_of
from chappe.updates.store import (
    BOX_PIECES,
    PIECE_BYTES,
    RECENT_CACHED_MAX,
    cell_of,
    encode_record,
)

from .kernel import kernel

ANNA = Owner(Kind.USER, 1)


class Note(Record, frozen=True):
    """Something to remember."""

    table = "note"
    key = ("id",)

    id: int
    text: str


class Fleeting(Note, frozen=True):
    """Something of which only the latest is remembered."""

    table = "fleeting"
    cache_recent_only = True


class Counting(MemoryEngine):
    """Counts what it is asked, and fails a commit when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0
        self.fails = False

    async def read(self, cells: Any) -> list[bytes | None]:
        """See `Engine`."""
        self.reads += len(cells)
        return await super().read(cells)

    async def commit(self, batch: Any) -> None:
        """See `Engine`."""
        if self.fails:
            raise EngineError("told to fail")
        await super().commit(batch)


def context_on(engine: MemoryEngine, room: int) -> Context:
    """Return a context with room for so many records."""
    return kernel(Store(engine, room))


async def note(context: Context, owner: Owner, number: int, text: str) -> None:
    """Keep a note in a box."""
    async with context.change(owner) as change:
        change.put(Note(id=number, text=text))


async def read(look: Any, number: int) -> str | None:
    """Return the text of a note."""
    found = await look.get(Note, number)
    return found.text if found else None


async def test_what_was_read_or_written_is_not_asked_for_again() -> None:
    """Neither a record nor that there is none."""
    engine = Counting()
    context = context_on(engine, 100)
    await note(context, ANNA, 1, "a")
    before = engine.reads
    assert [await read(context.look(ANNA), i) for i in (1, 2, 1, 2)] == ["a", None, "a", None]
    assert engine.reads == before + 1


async def test_a_passing_record_that_is_written_over_again_and_again_stays() -> None:
    """Only others push it out: an upload is written for each of its parts, and read before."""
    engine = Counting()
    context = context_on(engine, 1000)
    for turn in range(2 * RECENT_CACHED_MAX):
        async with context.change(ANNA) as change:
            known = await change.get(Fleeting, 1)
            assert known == (Fleeting(id=1, text=f"{turn - 1}") if turn else None)
            change.put(Fleeting(id=1, text=f"{turn}"))
    assert engine.reads <= 1 + 1  # the record, once, and the box's counters
    for number in range(2, 2 + RECENT_CACHED_MAX):
        async with context.change(ANNA) as change:
            change.put(Fleeting(id=number, text="another"))
    before = engine.reads
    assert await context.look(ANNA).get(Fleeting, 1) is not None
    assert engine.reads == before + 1


async def test_a_view_in_hand_sees_what_changed_after_its_box_left_memory() -> None:
    """It asks the engine rather than show what it saw first."""
    context = context_on(Counting(), 4)
    look = context.look(ANNA)
    await note(context, ANNA, 1, "first")
    assert await read(look, 1) == "first"
    for number in range(10, 20):
        await note(context, Owner(Kind.USER, number), 1, "another")
    await note(context, ANNA, 1, "second")
    assert await read(look, 1) == await read(context.look(ANNA), 1) == "second"


async def test_a_box_that_is_held_stays_one_box_when_memory_is_short() -> None:
    """Two holders never change it side by side, and each builds upon the other's change."""
    context = context_on(Counting(), 2)
    async with context.change(ANNA) as change:
        change.next("n")
        for number in range(10, 20):
            await note(context, Owner(Kind.USER, number), 1, "another")
        assert context.store.box(ANNA).held
        change.next("n")
    async with context.change(ANNA) as change:
        assert change.next("n") == 3


@pytest.mark.parametrize("room", [1, 3, 100])
async def test_memory_is_bounded(room: int) -> None:
    """However many boxes and records come by."""
    context = context_on(Counting(), room)
    for number in range(1, 40):
        await note(context, Owner(Kind.USER, number % 7 + 1), number, "text")
        assert context.store.records_cached <= room + 1  # one box is in use


def counted(store: Store) -> tuple[int, int]:
    """Return the records and pieces there really are in a store's memory."""
    boxes = store._boxes.values()
    records = sum(len(box.kept) + len(box.derived) + 1 for box in boxes)
    pieces = sum(
        len(encode_record(record)) // PIECE_BYTES
        for box in boxes
        for record in box.kept.values()
        if record is not None
    )
    return records, pieces + BOX_PIECES * len(store._boxes)


async def test_what_memory_holds_is_counted_whatever_becomes_of_it() -> None:
    """Written, written over, read, dropped, derived from, lost, erased, passing, short of room."""
    engine, chance = Counting(), random.Random(5)
    context = context_on(engine, 60)
    context.store._bytes_max = 60_000
    everybody = [Owner(Kind.USER, number) for number in range(1, 9)]

    async def nothing() -> int:
        return 0

    for step in range(1500):
        owner, number = chance.choice(everybody), chance.randrange(12)
        kind: Any = chance.choice((Note, Fleeting))
        engine.fails = chance.random() < 0.02
        with contextlib.suppress(EngineError):
            what = chance.random()
            if what < 0.5:
                async with context.change(owner) as change:
                    change.put(kind(id=number, text="x" * chance.randrange(2_000)))
            elif what < 0.6:
                async with context.change(owner) as change:
                    change.drop(kind, number)
            elif what < 0.9:
                await context.look(owner).get(kind, number)
            elif what < 0.98:
                await context.look(owner).derived((number,), nothing)
            else:
                await context.erase(owner)
        store = context.store
        assert (store._records, store._pieces) == counted(store), step
        assert store.records_cached <= 61
        assert store.bytes_cached <= 60_000 + 1_500  # one box is in use


async def test_what_memory_is_said_to_hold_is_what_it_takes() -> None:
    """Of records small and large, one or many in a box; so that a bound in bytes is one."""

    class Kept(Counting):
        async def commit(self, batch: Any) -> None:
            """Keep nothing, so that what is measured is what the store has in memory."""

    for size, each in ((10, 1), (10, 50), (200, 1), (200, 50), (5_000, 10)):
        context = context_on(Kept(), 1 << 30)
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for number in range(600):
            text = "".join(chr(97 + number % 26) for _ in range(size))
            await note(context, Owner(Kind.USER, 1000 + number // each), 1000 + number, text)
        await asyncio.sleep(0.01)
        takes = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        assert 0.5 * takes < context.store.bytes_cached < 3 * takes, (size, each)


@pytest.mark.parametrize("room", [20_000, 200_000])
async def test_memory_is_bounded_in_bytes(room: int) -> None:
    """Few large records are as much as many small ones."""
    context = context_on(Counting(), 1_000_000)
    context.store._bytes_max = room
    most = 0
    for number in range(1, 300):
        await note(
            context, Owner(Kind.USER, number % 70 + 1), number, "a long text" * (number % 90)
        )
        most = max(most, context.store.bytes_cached)
        assert context.store.bytes_cached <= room + 1_500  # one box is in use
    assert most > room / 2


async def test_what_could_not_be_kept_is_not_remembered() -> None:
    """A failed change leaves nothing behind, in memory neither; nor does one that was never made."""
    engine = Counting()
    context = context_on(engine, 100)
    await note(context, ANNA, 1, "kept")
    engine.fails = True
    with pytest.raises(EngineError):
        await note(context, ANNA, 1, "lost")
    engine.fails = False
    assert await read(context.look(ANNA), 1) == "kept"
    with pytest.raises(ZeroDivisionError):  # noqa: PT012  the body fails on purpose
        async with context.change(ANNA) as change:
            change.next("n")
            change.put(Note(id=1, text="half"))
            raise ZeroDivisionError
    async with context.change(ANNA) as change:
        assert (await read(change, 1), change.next("n")) == ("kept", 1)


async def test_an_erased_box_is_not_remembered() -> None:
    """What was read of it before is asked for again."""
    context = context_on(Counting(), 100)
    await note(context, ANNA, 1, "a")
    look = context.look(ANNA)
    await context.erase(ANNA)
    assert await read(look, 1) is None


async def test_what_another_commit_wrote_while_the_engine_read_is_what_stays() -> None:
    """A read that began before a change does not overwrite what the change kept."""

    class Slow(Counting):
        async def read(self, cells: Any) -> list[bytes | None]:
            found = await super().read(cells)
            if during:
                await during.pop()()
            return found

    engine, during = Slow(), []  # type: ignore[var-annotated]
    context = context_on(engine, 100)
    old = Note(id=1, text="old")
    await engine.commit([WriteSet(writes_of(ANNA, old))])
    during.append(lambda: note(context, ANNA, 1, "new"))
    assert await read(context.look(ANNA), 1) == "old"
    assert await read(context.look(ANNA), 1) == "new"


def writes_of(owner: Owner, record: Record) -> dict[Any, bytes | None]:
    """Return the cell of a record as the store writes it."""
    return {cell_of(owner, where_of(record)): encode_record(record)}


async def test_what_is_derived_from_a_box_is_made_anew_when_the_box_changes() -> None:
    """Not when it is asked for again, nor when another box changes; also after failing and erasing."""
    engine = Counting()
    context = context_on(engine, 100)
    made = 0

    async def length() -> int:
        nonlocal made
        made += 1
        return len(await context.look(ANNA).scan(Note))

    async def asked() -> tuple[int, int]:
        return await context.look(ANNA).derived(("length",), length), made

    assert await asked() == await asked() == (0, 1)
    await note(context, ANNA, 1, "a")
    assert await asked() == await asked() == (1, 2)
    await note(context, Owner(Kind.USER, 2), 1, "another's")
    assert await asked() == (1, 2)
    async with context.change(ANNA) as change:
        change.drop(Note, 1)
        assert await asked() == (1, 2)  # what is not kept is not seen
    assert await asked() == (0, 3)
    engine.fails = True
    with pytest.raises(EngineError):
        await note(context, ANNA, 1, "lost")
    engine.fails = False
    assert await asked() == (0, 4)
    await note(context, ANNA, 2, "b")
    assert await asked() == (1, 5)
    await context.erase(ANNA)
    assert await asked() == (0, 6)


async def test_what_was_derived_while_the_box_changed_is_not_remembered() -> None:
    """It may be of before the change."""
    context = context_on(Counting(), 100)

    async def slowly() -> int:
        found = len(await context.look(ANNA).scan(Note))
        await note(context, ANNA, found + 1, "meanwhile")
        return found

    assert await context.look(ANNA).derived(("length",), slowly) == 0
    assert await context.look(ANNA).derived(("length",), slowly) == 1


async def test_a_box_knows_how_the_keys_of_a_kind_begin() -> None:
    """One scan answers for all of them, until the box changes; of too many kept it knows nothing."""
    context = context_on(Counting(), 1000)
    await note(context, ANNA, 7, "seven")
    look = context.look(ANNA)
    assert await look.may_hold(Note, 7)
    assert not await look.may_hold(Note, 8)
    await note(context, ANNA, 8, "eight")
    assert await context.look(ANNA).may_hold(Note, 8)
    for number in range(100, 100 + FIRSTS_KNOWN_MAX):
        await note(context, ANNA, number, "many")
    assert await context.look(ANNA).may_hold(Note, 9), "it cannot be sure"
