"""Epochs of keys: keys are wrapped again, older copies open no more, and the power may go at any write."""

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chappe.app.key_epochs import EpochService
from chappe.core import Kind, Owner
from chappe.core.system import SystemEntropy
from chappe.engines.memory import MemoryEngine
from chappe.engines.sqlite import SqliteEngine
from chappe.ports import Cell, EngineError, WriteSet
from chappe.trust import sealing
from chappe.trust.sealing import epochs, key_rows
from chappe.trust.sealing.wrapping import context_of

ROOT = bytes(range(32))
PEOPLE = [Owner(Kind.USER, number) for number in range(1, 8)]
DECEMBER, JANUARY = 1_796_083_200.0, 1_798_761_600.0  # the first moments of those months


class ManualClock:
    """A clock that stands where it is put."""

    def __init__(self, time: float) -> None:
        self.time = time

    def now(self) -> float:
        """See `Clock`."""
        return self.time

    def monotonic(self) -> float:
        """See `Clock`."""
        return self.time


class PowerLossError(BaseException):
    """The process ended here."""


class House:
    """Boxes and keys in memory, the epoch keys in a file or beside the keys."""

    def __init__(self, folder: Path | None = None) -> None:
        self.boxes, self.keys = MemoryEngine(), MemoryEngine()
        self.path = folder and folder / "keys.epochs"

    def place(self) -> sealing.EpochPlace:
        """Where the epoch keys lie."""
        return (
            sealing.EpochFile(self.path, self.keys) if self.path else sealing.EpochCell(self.keys)
        )

    async def start(self, root: bytes = ROOT) -> sealing.SealedEngine:
        """Open it as a start does."""
        keys = sealing.KeyStore(self.keys, root, SystemEntropy(), self.place())
        await keys.open(202611)
        await keys.settle()
        return sealing.SealedEngine(self.boxes, keys, SystemEntropy())

    async def fill(self) -> sealing.SealedEngine:
        """Let everybody keep something."""
        engine = await self.start()
        await engine.commit([WriteSet({_home(one): b"of %d" % one.id for one in PEOPLE})])
        return engine

    def copied(self) -> dict[Cell, bytes]:
        """Return a copy of the keys, as a backup has it: without the epoch keys."""
        return {cell: v for cell, v in self.keys._values.items() if cell != epochs.CELL}


def _home(owner: Owner) -> Cell:
    return Cell(owner, "message", b"1")


async def _all(engine: sealing.SealedEngine) -> list[bytes | None]:
    return await engine.read([_home(one) for one in PEOPLE])


EVERYTHING = [b"of %d" % one.id for one in PEOPLE]


@pytest.mark.parametrize("in_file", [True, False], ids=["file", "cell"])
async def test_an_older_copy_of_keys_dies_with_its_epoch(tmp_path: Path, in_file: bool) -> None:
    """Put back beside the epoch keys of today, with the root key of today, it opens nothing."""
    house = House(tmp_path if in_file else None)
    engine = await house.fill()
    copy = house.copied()
    async with engine.keys.changing:
        await engine.keys.begin_epoch(202612)
    before_walk = house.copied()
    assert await sealing.Rotation(engine.keys).run(3) == len(PEOPLE)
    assert engine.keys.epoch_count == 1
    assert await _all(await house.start()) == EVERYTHING
    for old in (copy, before_walk):
        thief = House(tmp_path if in_file else None)
        thief.keys._values = (
            {**old, epochs.CELL: house.keys._values[epochs.CELL]} if not in_file else dict(old)
        )
        with pytest.raises(sealing.EpochGoneError, match="restore a newer backup"):
            await thief.start()


async def test_a_start_reads_as_few_keys_whoever_is_here(tmp_path: Path) -> None:
    """With ten million owners it opens as with ten: their keys are read when they are asked for."""
    house = House(tmp_path)
    engine = await house.fill()
    read: list[int] = []
    for more in (0, 500):
        if more:
            await engine.keys.make({Owner(Kind.USER, 1_000 + n) for n in range(more)})
        asked = 0
        with pytest.MonkeyPatch.context() as patch:

            def counted(name: str, patch: Any = patch) -> None:
                does = getattr(house.keys, name)

                async def run(*given: Any, **how: Any) -> Any:
                    nonlocal asked
                    asked += len(given[0]) if name == "read" else 1_000
                    return await does(*given, **how)

                patch.setattr(house.keys, name, run)

            for name in ("read", "scan", "page", "owners", "walk", "count"):
                counted(name)
            await house.start()
        read.append(asked)
    assert read[0] == read[1] < 20


async def test_the_name_of_a_key_stays(tmp_path: Path) -> None:
    """Backups say by it who was erased since: to wrap a key again is not to erase anybody."""
    house = House(tmp_path)
    engine = await house.fill()
    cells = [cell for one in PEOPLE if (cell := engine.keys.place(one)) is not None]
    before = [sealing.name_of_key(row or b"") for row in await house.keys.read(cells)]
    assert len(set(before)) == len(PEOPLE)
    await engine.keys.begin_epoch(202612)
    await sealing.Rotation(engine.keys).run(100)
    assert [sealing.name_of_key(row or b"") for row in await house.keys.read(cells)] == before


async def test_a_store_from_before_epochs_opens_and_is_brought_to_them(tmp_path: Path) -> None:
    """Its one key becomes the first epoch; keys are known by the same names; its row is gone from then on."""
    house = House(tmp_path)
    names = _to_the_form_before(house, (await house.fill()).keys.owners)
    engine = await house.start()
    assert await _all(engine) == EVERYTHING
    assert sealing.EPOCH_BEFORE not in house.keys._values
    assert engine.keys.epoch.month == 0  # so that a new one is due at once
    await EpochService(engine.keys, ManualClock(DECEMBER), _Observer()).run()
    assert (engine.keys.epoch_count, engine.keys.epoch.month) == (1, 202612)
    assert await _all(await house.start()) == EVERYTHING
    now = {cell: sealing.name_of_key(house.keys._values[cell]) for cell in names}
    assert now == names


def _to_the_form_before(house: House, owners: sealing.HiddenOwners) -> dict[Cell, bytes]:
    """Wrap the keys of a house as the first release did; return their names. Whose they are stays hidden."""
    place = house.path
    assert place is not None
    (epoch,) = epochs.open_epochs(epochs.read_epochs(place.read_bytes()), ROOT)
    names = {}
    for cell, row in list(house.keys._values.items()):
        key = sealing.unwrap(epoch.key, row[13:], context_of(cell) + row[:13])
        plain = sealing.wrap(epoch.key, key, _of_open_id(cell, owners), os.urandom(12))
        house.keys._values[cell] = plain
        names[cell] = sealing.name_of_key(plain)
    before = sealing.EPOCH_BEFORE
    house.keys._write(before, sealing.wrap(ROOT, epoch.key, context_of(before), os.urandom(12)))
    place.unlink()
    return names


def _of_open_id(cell: Cell, owners: sealing.HiddenOwners) -> bytes:
    return context_of(cell._replace(owner=owners.show(cell.owner)))


async def test_rows_that_are_bound_to_an_open_id_open_and_are_brought_to_today(
    tmp_path: Path,
) -> None:
    """As they were while ids were hidden and keys wrapped by month already; their names stay."""
    house = House(tmp_path)
    engine = await house.fill()
    owners, key = engine.keys.owners, engine.keys.epoch.key
    rows = house.keys._values
    names = {cell: sealing.name_of_key(row) for cell, row in rows.items()}
    for cell, row in list(rows.items()):
        plain = sealing.unwrap(key, row[13:], context_of(cell) + row[:13])
        head = key_rows.ROW_OF_OPEN_ID + row[1:13]
        rows[cell] = head + sealing.wrap(
            key, plain, _of_open_id(cell, owners) + head, os.urandom(12)
        )
    engine = await house.start()
    assert await _all(engine) == EVERYTHING
    await _rotate(engine)
    assert {row[:1] for row in rows.values()} == {key_rows.ROW}
    assert {cell: sealing.name_of_key(row) for cell, row in rows.items()} == names
    assert await _all(await house.start()) == EVERYTHING


class _Observer:
    def bug(self, where: str, error: BaseException) -> None:
        """See `Observer`."""
        raise error


async def test_an_epoch_begins_with_the_month(tmp_path: Path) -> None:
    """By the clock that is passed in, once, and not again when that clock goes back."""
    house = House(tmp_path)
    clock = ManualClock(DECEMBER - 1)
    engine = await house.fill()
    service = EpochService(engine.keys, clock, _Observer())
    for moment, number in (
        (DECEMBER - 1, 1),
        (DECEMBER, 2),
        (DECEMBER, 2),
        (DECEMBER - 1, 2),
        (JANUARY, 3),
    ):
        clock.time = moment
        await service.run()
        assert engine.keys.epoch.number == number
    assert service.facts()["keys"] == "epoch 3, begun in 2027-01"


async def test_a_key_that_does_not_open_keeps_the_older_epoch(tmp_path: Path) -> None:
    """It may be put back from a backup; nothing is destroyed meanwhile."""
    house = House(tmp_path)
    engine = await house.fill()
    cell = engine.keys.place(PEOPLE[3])
    assert cell is not None
    whole = house.keys._values[cell]
    house.keys._values[cell] = whole[:-1] + bytes([whole[-1] ^ 1])
    await engine.keys.begin_epoch(202612)
    with pytest.raises(sealing.SealBrokenError):
        await sealing.Rotation(engine.keys).run(2)
    assert engine.keys.epoch_count == 2
    house.keys._values[cell] = whole
    await sealing.Rotation(engine.keys).run(2)
    assert engine.keys.epoch_count == 1
    assert await _all(await house.start()) == EVERYTHING


async def test_who_is_erased_while_keys_are_wrapped_again_stays_erased() -> None:
    """The walk had read their key, and does not write it again."""
    house = House()
    engine = await house.fill()
    await engine.keys.begin_epoch(202612)
    page = house.keys.page

    async def read_then_erase(*given: Any, **how: Any) -> Any:
        found = await page(*given, **how)
        if not tasks:
            import asyncio

            tasks.append(asyncio.create_task(engine.erase(PEOPLE[0])))
            await asyncio.sleep(0)
        return found

    tasks: list[Any] = []
    house.keys.page = read_then_erase  # type: ignore[method-assign]
    await sealing.Rotation(engine.keys).run(100)
    for task in tasks:
        await task
    house.keys.page = page  # type: ignore[method-assign]
    assert tasks
    assert Cell(PEOPLE[0], "key", b"") not in house.keys._values
    assert await _all(await house.start()) == [None, *EVERYTHING[1:]]


async def test_without_its_epoch_keys_a_store_is_refused_and_nothing_is_made_anew(
    tmp_path: Path,
) -> None:
    """New ones would hide that the old ones are missing."""
    house = House(tmp_path)
    await house.fill()
    assert house.path is not None
    house.path.rename(tmp_path / "elsewhere")
    with pytest.raises(EngineError, match=r"put its keys\.epochs back"):
        await house.start()
    assert not house.path.exists()
    (tmp_path / "elsewhere").rename(house.path)
    assert await _all(await house.start()) == EVERYTHING


async def test_no_more_epochs_are_begun_than_may_be() -> None:
    """Where keys cannot be wrapped again it is said, rather than to grow for ever."""
    house = House()
    engine = await house.fill()
    for _ in range(epochs.EPOCHS_MAX - 1):
        await engine.keys.begin_epoch(202612)
    with pytest.raises(EngineError, match="Too many epochs"):
        await engine.keys.begin_epoch(202612)
    assert await _all(await house.start()) == EVERYTHING


class Fault:
    """Counts what is written, and ends the process at one of it: before it is done, or just after."""

    def __init__(self, patch: pytest.MonkeyPatch, house: House, at: int, *, after: bool) -> None:
        self.count, self._at, self._after = 0, at, after
        for name in ("commit", "forget"):
            patch.setattr(house.keys, name, self._waited(getattr(house.keys, name)))
        patch.setattr(epochs, "write_whole", self._told(sealing.write_whole))
        patch.setattr(os, "fsync", self._told(os.fsync))
        for name in ("hardlink_to", "rename", "unlink"):
            patch.setattr(Path, name, self._told(getattr(Path, name)))

    def _begin(self) -> int:
        self.count += 1
        self._end(self.count, done=False)
        return self.count

    def _end(self, number: int, *, done: bool = True) -> None:
        if number == self._at and done == self._after:
            raise PowerLossError

    def _told(self, does: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(does)
        def run(*given: Any, **named: Any) -> Any:
            number = self._begin()
            answer = does(*given, **named)
            self._end(number)
            return answer

        return run

    def _waited(self, does: Callable[..., Any]) -> Callable[..., Any]:
        async def run(*given: Any) -> Any:
            number = self._begin()
            answer = await does(*given)
            self._end(number)
            return answer

        return run


async def _rotate(engine: sealing.SealedEngine) -> None:
    await engine.keys.begin_epoch(202612)
    await sealing.Rotation(engine.keys).run(3)


@pytest.mark.parametrize("in_file", [True, False], ids=["file", "cell"])
async def test_the_power_may_go_at_any_write_of_a_rotation(tmp_path: Path, in_file: bool) -> None:
    """A start finds everything open; then a rotation comes to its end, and nothing of before is left."""
    count, step = 1, 0
    while step < 2 * count:
        folder = tmp_path / str(step)
        folder.mkdir()
        house = House(folder if in_file else None)
        engine = await house.fill()
        before = house.path.read_bytes() if house.path else house.keys._values[epochs.CELL]
        with pytest.MonkeyPatch.context() as patch:
            fault = Fault(patch, house, step // 2, after=bool(step % 2))
            try:
                await _rotate(engine)
            except PowerLossError:
                assert step > 1
            else:
                count = fault.count + 1
                assert step < 2 or step // 2 > fault.count
        engine = await house.start()
        assert await _all(engine) == EVERYTHING
        await engine.commit([WriteSet({Cell(Owner(Kind.USER, 99), "message", b"1"): b"new"})])
        await _rotate(engine)
        again = await house.start()
        assert await _all(again) == EVERYTHING
        assert again.keys.epoch_count == 1
        if house.path:
            assert {path.name for path in folder.iterdir()} == {"keys.epochs"}
            assert before not in house.path.read_bytes()
        step += 1
    assert count > (10 if in_file else 5)


async def test_what_the_file_held_before_is_overwritten(tmp_path: Path) -> None:
    """Whoever still has the old file in hand finds nothing in it."""
    house = House(tmp_path)
    engine = await house.fill()
    assert house.path is not None
    with house.path.open("rb") as held:
        await _rotate(engine)
        assert set(held.read()) == {0}


async def test_the_keys_in_a_real_store_leave_no_epoch_behind(tmp_path: Path) -> None:
    """Neither the row from before there were epochs nor what came with a move is in the file or its log."""
    engine = SqliteEngine(tmp_path / "keys.db", forget=True)
    keys = sealing.KeyStore(engine, ROOT, SystemEntropy())
    await keys.open()
    moved = await keys.sealed_epochs()
    assert moved in _raw(tmp_path)
    in_file = sealing.KeyStore(
        engine, ROOT, SystemEntropy(), sealing.EpochFile(tmp_path / "keys.epochs", engine)
    )
    await in_file.open()
    await in_file.settle()
    assert moved not in _raw(tmp_path)
    assert (tmp_path / "keys.epochs").read_bytes() == moved
    await engine.close()


def _raw(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("keys.db*"))
