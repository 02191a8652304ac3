"""Sums over boxes: they are those of what lies there, whatever happened, and say what is not as it was."""

import random
from pathlib import Path
from typing import Any

import pytest

from chappe.app.installation.freshness import take_up_sums
from chappe.core import HOUSE, Kind, Owner
from chappe.core.system import SystemEntropy
from chappe.engines.memory import MemoryEngine
from chappe.engines.sqlite import SqliteEngine
from chappe.ports import Cell, Engine, EngineError, WriteSet, encode_key, tables_of_records
from chappe.trust import freshness, sealing
from chappe.trust.freshness import comparing, counting
from tests.trust.test_hiding import CutError, Mortal

ADA, BERT = Owner.user(1_000_003), Owner.user(2_000_003)
GROUP, RELAY = Owner.channel(5_000_003), Owner(Kind.RELAY, 7)
TABLES = ("message", "event", "dialog", "user", "timer")  # of each way in which keys are ordered
PEOPLE = [Owner.user((n + 1) * 9_000_011) for n in range(24)]
OPERATIONS = 3_000


def quiet(_done: int, _of: int) -> None:
    """Hear how far it is, and say nothing."""


async def opened(
    boxes: Engine, rows: Any, data: Path | None = None, *, accept_older: bool = False
) -> sealing.SealedEngine:
    """Return the store as a new process opens it."""
    keys = sealing.KeyStore(rows, bytes(32), SystemEntropy())
    await keys.open()
    sealed = sealing.seal(boxes, keys, SystemEntropy())
    await take_up_sums(sealed, SystemEntropy(), data, quiet, accept_older=accept_older)
    return sealed


async def wrong_in(sealed: sealing.SealedEngine) -> list[str]:
    """Return what a comparison finds."""
    seal = freshness.SumSeal(sealed.keys, SystemEntropy())
    tables = tables_of_records() | set(TABLES)
    show = sealed.keys.owners.show
    found = await freshness.compare(sealing.stored_in(sealed), seal, tables, show, quiet)
    assert found is not None
    assert not found.is_busy
    return list(found.wrong)


async def put(sealed: sealing.SealedEngine, owner: Owner, table: str, *keys: Any) -> None:
    """Put a value at random into cells of a box."""
    chance = SystemEntropy().token(9)
    await sealed.commit([WriteSet({Cell(owner, table, encode_key(key)): chance for key in keys})])


class Stand:
    """A sealed store in memory, whose raw cells somebody may write."""

    def __init__(self) -> None:
        self.boxes, self.rows = Mortal(), MemoryEngine()

    async def open(self) -> "Stand":
        """Open it, with something in four boxes."""
        self.sealed = await opened(self.boxes, self.rows)
        for owner in (ADA, BERT, GROUP, HOUSE):
            await put(self.sealed, owner, "message", (5, 1), (5, 2), (6, 1))
            await put(self.sealed, owner, "user", ())
        return self

    def cells(self, owner: Owner, table: str) -> dict[Cell, bytes]:
        """Return the raw cells of a table of a box; of all its tables if it is empty."""
        stored = self.sealed.keys.owners.hide(owner)
        return {
            cell: value
            for cell, value in self.boxes._values.items()
            if cell.owner == stored and table in (cell.table, "")
        }


@pytest.fixture
async def stand() -> Stand:
    """A stand that was opened."""
    return await Stand().open()


@pytest.mark.parametrize(("where", "seed"), [("memory", 1), ("memory", 2), ("sqlite", 3)])
async def test_the_sums_are_those_of_what_lies_there(
    seed: int, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After thousands of commits at random, some of which fail, kept or not; of erased boxes none is left.

    Few last keys and products fit into memory, so that each is read again and again.
    """
    monkeypatch.setattr(freshness.cells, "PRODUCTS_KNOWN_MAX", 12)
    monkeypatch.setattr(freshness.cells, "BOXES_KNOWN_MAX", 4)
    monkeypatch.setattr(freshness.cells, "LAST_KNOWN_MAX", 3)
    chance = random.Random(seed)
    boxes = Mortal() if where == "memory" else SqliteEngine(tmp_path / "boxes.db")
    sealed = await opened(boxes, rows := MemoryEngine())
    owners = [ADA, BERT, GROUP, HOUSE, RELAY, *(Owner.user(n * 4_096 + 5) for n in range(9))]
    for number in range(OPERATIONS if where == "memory" else OPERATIONS // 10):
        writes: dict[Cell, bytes | None] = {}
        for _ in range(chance.randint(1, 6)):
            key = encode_key((chance.randrange(3), chance.randrange(1 + number // 20)))
            cell = Cell(chance.choice(owners), chance.choice(TABLES), key)
            writes[cell] = chance.randbytes(chance.randrange(40)) if chance.random() < 0.7 else None
        if isinstance(boxes, Mortal) and chance.random() < 0.05:
            boxes.left, boxes.kept = 0, chance.random() < 0.5
        try:
            await sealed.commit([WriteSet(writes)])
            if chance.random() < 0.02:
                if isinstance(boxes, Mortal) and chance.random() < 0.5:
                    boxes.left, boxes.kept = chance.randrange(2), chance.random() < 0.5
                await sealed.erase(chance.choice([one for one in owners if one != HOUSE]))
        except CutError:  # perhaps within an erasure; and perhaps the process ends
            boxes.left = None
            if chance.random() < 0.5:
                sealed = await opened(boxes, rows)
        if isinstance(boxes, Mortal):
            boxes.left = None
        if chance.random() < 0.01:
            sealed = await opened(boxes, rows)
    assert await wrong_in(sealed) == []
    for owner in owners:
        if owner != HOUSE:
            await sealed.erase(owner)
    assert await wrong_in(sealed) == []
    raw = [cell for owner in owners for cell in await sealed.walk(owner, ("", b""), limit=9)]
    assert [table for table, _, _ in raw if table == freshness.TABLE] == []
    assert {o.kind for kind in Kind for o in await boxes.owners(kind)} == {Kind.HOUSE}
    await boxes.close()


async def test_a_value_that_is_put_back_is_named(stand: Stand) -> None:
    """By its box, its table and its cell; and so is one that is removed, or back after it was removed."""
    (cell, older), *_ = stand.cells(ADA, "user").items()
    await put(stand.sealed, ADA, "user", ())
    newest = stand.boxes._values[cell]
    stand.boxes._write(cell, older)
    assert await wrong_in(stand.sealed) == [
        f"user box {ADA.id}: a value of user is not the one that was written last"
    ]
    stand.boxes._write(cell, newest)
    assert await wrong_in(stand.sealed) == []
    (gone, value), *_ = stand.cells(BERT, "message").items()
    stand.boxes._write(gone, None)
    said = f"user box {BERT.id}: a value of message was removed"
    assert await wrong_in(stand.sealed) == [said]
    await put(stand.sealed, BERT, "message", (5, 9))
    assert await wrong_in(stand.sealed) == [said]  # also by who writes there later
    stand.boxes._write(gone, value)
    assert await wrong_in(stand.sealed) == []
    await stand.sealed.commit([WriteSet({Cell(BERT, "message", encode_key((5, 9))): None})])
    await stand.sealed.commit([WriteSet({Cell(BERT, "message", encode_key((5, 2))): None})])
    again = next(c for c in stand.cells(ADA, "message") if c not in stand.cells(BERT, "message"))
    stand.boxes._write(again._replace(owner=gone.owner), value)
    (found,) = await wrong_in(stand.sealed)
    assert (
        found
        == f"user box {BERT.id}: a value of message was added, or put back after it was removed"
    )


async def test_a_cell_is_named_by_its_key(stand: Stand) -> None:
    """Of a table with many."""
    before = stand.cells(ADA, "message")
    await put(stand.sealed, ADA, "message", (5, 1), (5, 2), (6, 1))
    cell, older = min(before.items())
    stand.boxes._write(cell, older)
    (found,) = await wrong_in(stand.sealed)
    assert found.endswith(f"cell {cell.key.hex()}")


async def test_several_values_of_a_box_are_found_together(stand: Stand) -> None:
    """Which they are cannot be said, but whose, and how many are too few."""
    for cell in list(stand.cells(GROUP, "message"))[:2]:
        stand.boxes._write(cell, None)
    several = "several values are not those that were written last; there are 2 fewer"
    assert await wrong_in(stand.sealed) == [f"channel box {GROUP.id}: {several}"]


async def test_a_whole_box_that_is_put_back_is_named(stand: Stand) -> None:
    """And so is one that was removed whole."""
    before = stand.cells(ADA, "")
    await put(stand.sealed, ADA, "message", (5, 3), (6, 2))
    after = stand.cells(ADA, "")
    for cell in after:
        stand.boxes._write(cell, before.get(cell))
    several = "several values are not those that were written last; there are 2 fewer"
    assert await wrong_in(stand.sealed) == [f"user box {ADA.id}: {several}"]
    for cell in after:
        stand.boxes._write(cell, None)
    assert await wrong_in(stand.sealed) == [f"user box {ADA.id}: it was removed as a whole"]


async def test_boxes_are_named_each_in_its_part_of_the_store(stand: Stand) -> None:
    """And where there are two in one part, it is said of how many boxes they are."""
    stored = stand.sealed.keys.owners.hide
    parts = {owner: (stored(owner) or owner).id % freshness.sums.PARTS for owner in PEOPLE}
    alone = [next(o for o in PEOPLE if parts[o] == part) for part in sorted(set(parts.values()))]
    for owner in PEOPLE:
        await put(stand.sealed, owner, "user", ())
    older = {cell: value for owner in PEOPLE for cell, value in stand.cells(owner, "user").items()}
    for owner in PEOPLE:
        await put(stand.sealed, owner, "user", ())
    newest = {cell: stand.boxes._values[cell] for cell in older}
    for owner in alone:
        (cell,) = stand.cells(owner, "user")
        stand.boxes._write(cell, older[cell])
    found = await wrong_in(stand.sealed)
    assert {text.partition(":")[0] for text in found} == {f"user box {o.id}" for o in alone}
    for cell, value in newest.items():
        stand.boxes._write(cell, value)
    assert await wrong_in(stand.sealed) == []
    for cell, value in older.items():
        stand.boxes._write(cell, value)
    found = await wrong_in(stand.sealed)
    assert len(found) == len(alone)
    assert all(text.startswith("several of ") for text in found)


async def test_what_was_being_erased_is_at_the_next_start(stand: Stand) -> None:
    """Cut short between the sum and the cells, nothing of it is left, and nothing is wrong."""

    async def never(_owner: Owner) -> None:
        raise CutError

    with pytest.MonkeyPatch.context() as cut:
        cut.setattr(stand.boxes, "erase", never)
        with pytest.raises(CutError):
            await stand.sealed.erase(ADA)
    assert stand.cells(ADA, "")
    assert await wrong_in(stand.sealed) == []
    again = await opened(stand.boxes, stand.rows)
    assert stand.cells(ADA, "") == {}
    assert await wrong_in(again) == []


async def test_a_store_whose_own_sum_was_touched_does_not_open(stand: Stand) -> None:
    """Or who can write there would have everything counted anew; unless that is accepted."""
    stand.boxes._write(freshness.STORE, stand.cells(ADA, "user").popitem()[1])
    assert await wrong_in(stand.sealed) == [comparing.ALTERED]
    with pytest.raises(EngineError, match="--accept-older"):
        await opened(stand.boxes, stand.rows)
    again = await opened(stand.boxes, stand.rows, accept_older=True)
    assert await wrong_in(again) == []


@pytest.mark.parametrize("kept", [False, True])
async def test_counting_goes_on_where_it_was_cut_short(
    monkeypatch: pytest.MonkeyPatch, *, kept: bool
) -> None:
    """Before any of its commits or after it; also when all is counted anew, as after a restore."""
    monkeypatch.setattr(counting, "CELLS_KEPT_EACH", 3)
    stand = Stand()
    keys = sealing.KeyStore(stand.rows, bytes(32), SystemEntropy())
    await keys.open()
    stand.sealed = sealing.seal(stand.boxes, keys, SystemEntropy())  # of before there were sums
    for n in range(9):
        await put(stand.sealed, Owner.user(n * 4_096 + 5), "message", (5, 1), (5, 2))
    for accepts in (False, True):
        cuts = 0
        while True:
            stand.boxes.left, stand.boxes.kept = 0 if kept else 1, kept
            try:
                sealed = await opened(stand.boxes, stand.rows, accept_older=accepts and not cuts)
            except CutError:
                cuts += 1
            else:
                break
        stand.boxes.left = None
        assert cuts > 4
        assert await wrong_in(sealed) == []


async def test_a_restored_store_is_counted_anew(stand: Stand, tmp_path: Path) -> None:
    """In a next epoch: what was left out of the backup is missed by nobody."""
    for cell in stand.cells(ADA, "message"):
        stand.boxes._write(cell, None)
    first = await sealing.fresh_cells(stand.sealed).note()
    (tmp_path / "restored").touch()
    again = await opened(stand.boxes, stand.rows, tmp_path)
    second = await sealing.fresh_cells(again).note()
    assert second.epoch == first.epoch + 1
    assert await wrong_in(again) == []
