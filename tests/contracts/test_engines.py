"""One suite for every engine: what the port of boxes promises."""

import asyncio
import random
from collections.abc import Iterable
from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.ports import Cell, Engine, WriteSet

from .conftest import Open

ANNA, BERT, GROUP = Owner(Kind.USER, 1), Owner(Kind.USER, 2), Owner(Kind.CHAT, 1)
BESIDE = Owner(Kind.USER, 4097)  # on Anna's shard
FAR = Owner(Kind.USER, (1 << 40) - 1)  # the largest id a client takes
EVERYTHING = (b"", b"\xff" * 9)
KEYS = [b"", b"\0", b"\0\0", b"\1", b"a", b"a\0", b"a\xff", b"b", b"\x7f", b"\x80", b"\xfe\xff"]

KEYS_APART = ("sqlite for keys", "postgres for keys")
ALL = ("memory", "sqlite", "postgres", "sealed", "sealed sqlite", *KEYS_APART)
LASTING = ("sqlite", "postgres", "sealed sqlite", *KEYS_APART)
every_engine = pytest.mark.parametrize("opens", ALL, indirect=True)
lasting_engines = pytest.mark.parametrize("opens", LASTING, indirect=True)


async def put(engine: Engine, owner: Owner, values: dict[bytes, bytes], table: str = "t") -> None:
    """Commit some values of one owner."""
    await engine.commit([WriteSet({Cell(owner, table, k): v for k, v in values.items()})])


async def everything(engine: Engine, owner: Owner, table: str = "t") -> dict[bytes, bytes]:
    """Return all cells of one table of an owner."""
    return dict(await engine.scan(owner, table, *EVERYTHING, limit=1 << 20))


# -- reading -----------------------------------------------------------------------------------


@every_engine
async def test_read_answers_cell_by_cell_in_the_order_asked(engine: Engine) -> None:
    """Also where cells are absent, asked twice, or of many owners."""
    await put(engine, ANNA, {b"1": b"one", b"2": b"two"})
    await put(engine, BERT, {b"1": b"eins"})
    cells = [
        Cell(BERT, "t", b"1"),
        Cell(ANNA, "t", b"3"),
        Cell(ANNA, "t", b"2"),
        Cell(ANNA, "t", b"1"),
        Cell(ANNA, "t", b"2"),
        Cell(BERT, "u", b"1"),
    ]
    assert await engine.read(cells) == [b"eins", None, b"two", b"one", b"two", None]
    assert await engine.read(cells[:1]) == [b"eins"]
    assert await engine.read(cells[1:2]) == [None]
    assert await engine.read([]) == []


@every_engine
async def test_owners_tables_and_kinds_are_kept_apart(engine: Engine) -> None:
    """The same key holds something else for everybody."""
    for number, owner in enumerate((ANNA, BERT, GROUP, BESIDE, FAR)):
        await put(engine, owner, {b"k": b"%d" % number})
        await put(engine, owner, {b"k": b"other"}, table="T")
    found = [await everything(engine, owner) for owner in (ANNA, BERT, GROUP, BESIDE, FAR)]
    assert found == [{b"k": b"%d" % number} for number in range(5)]


@every_engine
async def test_scan_goes_in_the_order_of_bytes_both_ways(engine: Engine) -> None:
    """A key sorts before those it is a prefix of, and bytes have no sign."""
    await put(engine, ANNA, {key: key + b"!" for key in random.Random(1).sample(KEYS, len(KEYS))})
    rows = await engine.scan(ANNA, "t", *EVERYTHING, limit=100)
    assert rows == [(key, key + b"!") for key in sorted(KEYS)]
    assert await engine.scan(ANNA, "t", *EVERYTHING, limit=100, reverse=True) == rows[::-1]
    assert await engine.scan(ANNA, "t", *EVERYTHING, limit=3) == rows[:3]
    assert await engine.scan(ANNA, "t", *EVERYTHING, limit=3, reverse=True) == rows[:-4:-1]


@every_engine
@pytest.mark.parametrize(
    ("low", "high"),
    [(b"a", b"b"), (b"a", b"a\xff"), (b"a\0", b"\x80"), (b"b", b"b"), (b"b", b"a"), (b"", b"")],
)
async def test_ranges_have_their_low_end_and_not_their_high_one(
    engine: Engine, low: bytes, high: bytes
) -> None:
    """Scanned and counted alike; a range that ends before it begins is empty."""
    await put(engine, ANNA, dict.fromkeys(KEYS, b"v"))
    wanted = [(key, b"v") for key in sorted(KEYS) if low <= key < high]
    assert await engine.scan(ANNA, "t", low, high, limit=100) == wanted
    assert await engine.scan(ANNA, "t", low, high, limit=100, reverse=True) == wanted[::-1]
    assert await engine.count(ANNA, "t", low, high, limit=1000) == len(wanted)
    assert await engine.count(ANNA, "t", low, high, limit=1) == min(1, len(wanted))


@every_engine
async def test_of_an_unknown_owner_there_is_nothing(engine: Engine) -> None:
    """Asking makes nobody up, and erasing nothing does no harm."""
    await put(engine, ANNA, {b"k": b"v"})
    assert await engine.read([Cell(BERT, "t", b"k")]) == [None]
    assert await everything(engine, BERT) == {}
    assert await engine.count(BERT, "t", *EVERYTHING, limit=1000) == 0
    assert await engine.walk(BERT, ("", b""), limit=10) == []
    await engine.erase(BERT)
    assert await engine.owners(Kind.USER) == [ANNA]


@every_engine
async def test_a_page_has_one_cell_of_many_owners(engine: Any) -> None:
    """By shard, kind and id; the next begins behind the last of it, whatever else they have."""
    if not hasattr(engine, "page"):
        pytest.skip("only what keeps keys is paged through")
    owners = [
        Owner(kind, number) for kind in (Kind.USER, Kind.CHANNEL) for number in (1, 2, 4097, 9000)
    ]
    writes: dict[Cell, bytes | None] = {}
    for owner in owners:
        writes[Cell(owner, "key", b"")] = b"%d %d" % owner
        writes[Cell(owner, "key", b"other")] = writes[Cell(owner, "unit", b"")] = b"none of it"
    await engine.commit([WriteSet(writes)])
    found: list[Any] = []
    while page := await engine.page("key", b"", found[-1][0] if found else None, limit=3):
        found += page
    owners.sort(key=lambda owner: (owner.shard, owner.kind, owner.id))
    assert found == [(owner, b"%d %d" % owner) for owner in owners]


@every_engine
async def test_walk_pages_through_a_box_table_by_table(engine: Engine) -> None:
    """Every cell comes once, whatever the size of a page; tables sort by their bytes."""
    for table in ("b", "a", "B", "a_b", "ab"):
        await put(engine, ANNA, {key: table.encode() for key in KEYS}, table)
        await put(engine, BESIDE, {b"k": b"not Anna's"}, table)
    wanted = [
        (t, k, t.encode()) for t in sorted(("b", "a", "B", "a_b", "ab")) for k in sorted(KEYS)
    ]
    for size in (1, 7, 1000):
        found: list[tuple[str, bytes, bytes]] = []
        after = ("", b"")
        while rows := await engine.walk(ANNA, after, limit=size):
            assert len(rows) <= size
            found += rows
            after = rows[-1][:2]
        assert found == wanted


@every_engine
async def test_owners_come_by_rising_id_of_one_kind(engine: Engine) -> None:
    """Whatever their shard; and only while they have a cell."""
    ids = [5, 4096, 1, FAR.id, 4097, 8192, 3, 0]
    for number in ids:
        await put(engine, Owner(Kind.USER, number), {b"k": b"v", b"l": b"v"})
    await put(engine, Owner(Kind.CHAT, 2), {b"k": b"v"})
    wanted = [Owner(Kind.USER, number) for number in sorted(ids)]
    assert await engine.owners(Kind.USER) == wanted
    assert await engine.owners(Kind.USER, limit=3) == wanted[:3]
    assert await engine.owners(Kind.USER, after=3) == wanted[3:]
    assert await engine.owners(Kind.CHANNEL) == []
    assert isinstance((await engine.owners(Kind.CHAT))[0].kind, Kind)
    await engine.commit([WriteSet({Cell(wanted[0], "t", k): None for k in (b"k", b"l")})])
    assert await engine.owners(Kind.USER) == wanted[1:]


# -- writing -----------------------------------------------------------------------------------


@every_engine
async def test_of_two_writes_in_a_batch_the_later_one_wins(engine: Engine) -> None:
    """Puts and removals alike, in one commit or in two."""
    cell = Cell(ANNA, "t", b"k")
    values: Iterable[bytes | None]
    for values in (
        (b"1", b"2"),
        (b"1", None),
        (None, b"2"),
        (b"1", None, b"3"),
        (b"1", b"2", None),
    ):
        await engine.commit([WriteSet({cell: value}) for value in values])
        assert await engine.read([cell]) == [values[-1]]
        await engine.commit([WriteSet({cell: None})])
        for value in values:
            await engine.commit([WriteSet({cell: value})])
        assert await engine.read([cell]) == [values[-1]]
        assert await engine.count(ANNA, "t", *EVERYTHING, limit=1000) == (values[-1] is not None)


@every_engine
async def test_nothing_may_be_committed(engine: Engine) -> None:
    """An empty batch and an empty write set are no mistakes, nor is removing what is not there."""
    await engine.commit([])
    await engine.commit([WriteSet({})])
    await engine.commit([WriteSet({Cell(ANNA, "t", b"k"): None})])
    assert await everything(engine, ANNA) == {}


@every_engine
async def test_many_owners_in_one_batch_become_visible_together(engine: Engine) -> None:
    """Whoever reads beside the commits sees all of one or nothing of it."""
    cells = [Cell(Owner(Kind.USER, number), "t", b"k") for number in range(40)]
    done = asyncio.Event()

    async def write() -> None:
        for number in range(60):
            await engine.commit([WriteSet({cell: b"%d" % number}) for cell in cells])
            await asyncio.sleep(0)
        done.set()

    writing = asyncio.create_task(write())
    while not done.is_set():
        assert len(set(await engine.read(cells))) == 1
        await asyncio.sleep(0.0005)  # a thread that writes needs the interpreter too
    await writing
    assert set(await engine.read(cells)) == {b"59"}


@every_engine
@pytest.mark.parametrize("value", [b"", b"\0", bytes(range(256)) * 4, b"\xf0" * (8 << 20)])
async def test_values_are_any_bytes_of_any_size(engine: Engine, value: bytes) -> None:
    """From none to megabytes; what comes back is bytes."""
    await put(engine, ANNA, {b"k": value})
    found = await engine.read([Cell(ANNA, "t", b"k")])
    assert found == [value]
    assert type(found[0]) is bytes
    assert await everything(engine, ANNA) == {b"k": value}


@every_engine
async def test_erase_takes_a_whole_box_and_no_other(engine: Engine) -> None:
    """Every table of it goes; a neighbour on the same shard and a namesake of another kind stay."""
    for owner in (ANNA, BESIDE, GROUP):
        await put(engine, owner, {b"k": b"v"}, "one")
        await put(engine, owner, {b"k": b"v"}, "two")
    await engine.erase(ANNA)
    assert await engine.walk(ANNA, ("", b""), limit=10) == []
    assert await engine.read([Cell(ANNA, "one", b"k")]) == [None]
    assert await engine.owners(Kind.USER) == [BESIDE]
    assert len(await engine.walk(BESIDE, ("", b""), limit=10)) == 2
    assert len(await engine.walk(GROUP, ("", b""), limit=10)) == 2


@every_engine
async def test_commits_and_erasures_at_once_all_succeed(engine: Engine) -> None:
    """Whoever makes and deletes boxes makes nobody else's commit fail, and each has what was promised."""

    async def sign_up(first: int) -> None:
        for number in range(first, first + 25):
            await put(engine, Owner(Kind.USER, number), {b"k": b"v"})

    async def make_and_delete(first: int) -> None:
        for number in range(first, first + 15):
            await put(engine, Owner(Kind.CHANNEL, number), {b"k": b"v", b"l": b"v"})
            await engine.erase(Owner(Kind.CHANNEL, number))
            assert await everything(engine, Owner(Kind.CHANNEL, number)) == {}

    await asyncio.gather(
        *(sign_up(1000 * person) for person in range(4)),
        *(make_and_delete(1000 * person) for person in range(4)),
    )
    assert len(await engine.owners(Kind.USER)) == 100
    assert await engine.owners(Kind.CHANNEL) == []


@every_engine
async def test_it_does_what_a_sorted_dictionary_does(engine: Engine) -> None:
    """Hundreds of random batches later, every range is what plain Python says."""
    chance = random.Random(7)
    owners = [ANNA, BERT, GROUP, BESIDE]
    model: dict[Cell, bytes] = {}
    for number in range(120):
        batch = []
        for _ in range(chance.randrange(1, 4)):
            writes: dict[Cell, bytes | None] = {}
            for _ in range(chance.randrange(40)):
                cell = Cell(chance.choice(owners), chance.choice("ab"), chance.choice(KEYS))
                writes[cell] = None if chance.random() < 0.4 else b"%d" % number
            batch.append(WriteSet(writes))
        await engine.commit(batch)
        for write_set in batch:
            model.update({c: v for c, v in write_set.writes.items() if v is not None})
            for cell in [c for c, v in write_set.writes.items() if v is None]:
                model.pop(cell, None)
        owner, table = chance.choice(owners), chance.choice("ab")
        low, high = sorted(chance.sample(KEYS, 2))
        inside = sorted(
            (c.key, v) for c, v in model.items() if c[:2] == (owner, table) and low <= c.key < high
        )
        assert await engine.scan(owner, table, low, high, limit=100) == inside
        assert await engine.count(owner, table, low, high, limit=1000) == len(inside)
        assert (
            await engine.scan(owner, table, low, high, limit=2, reverse=True) == (inside[::-1][:2])
        )
    assert await engine.read(list(model)) == list(model.values())


# -- lasting -----------------------------------------------------------------------------------


@lasting_engines
async def test_what_was_committed_is_there_after_it_was_opened_again(opens: Open) -> None:
    """And what was removed is not."""
    engine = await opens()
    await put(engine, ANNA, {b"1": b"one", b"2": b"two"})
    await put(engine, GROUP, {b"1": b"gone"})
    await engine.commit([WriteSet({Cell(ANNA, "t", b"1"): None})])
    await engine.erase(GROUP)
    engine = await opens()
    assert await everything(engine, ANNA) == {b"2": b"two"}
    assert await everything(engine, GROUP) == {}
    await put(engine, ANNA, {b"3": b"three"})
    engine = await opens()
    assert await everything(engine, ANNA) == {b"2": b"two", b"3": b"three"}


@every_engine
async def test_closing_twice_is_harmless(engine: Engine) -> None:
    """A failed start closes what it opened, and so does its caller."""
    await put(engine, ANNA, {b"k": b"v"})
    await engine.close()
    await engine.close()
