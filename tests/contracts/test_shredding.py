"""What was deleted is dug for: in raw files with today's keys, and in copies from before."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chappe.app.key_epochs import SHREDDED
from chappe.core import Kind, Owner
from chappe.core.months import month_of
from chappe.core.system import SystemEntropy
from chappe.engines.memory import MemoryEngine
from chappe.engines.sqlite import SqliteEngine
from chappe.features.chats import LogEntry
from chappe.features.conversations import Draft, Message, TopicDraft
from chappe.features.messages import Scheduled
from chappe.ports import Cell, Engine, EngineError, KeyEngine, PassingRecord, Unit
from chappe.trust import sealing
from chappe.trust.sealing import units
from chappe.trust.sealing.owner_seals import FORMAT_OF_UNIT, bound_to
from chappe.updates import REST_AFTER_S, Shredder, Store
from chappe.updates.boxes import where_of
from chappe.updates.rows import Shredding
from chappe.updates.store import cell_of
from tests.contracts.test_epochs import ManualClock, PowerLossError
from tests.updates.kernel import Kernel, Notes, kernel

ROOT = bytes(range(32))
ANNA, BERT, CLAIRE = Owner(Kind.USER, 4097), 4098, 4099
NOVEMBER = 1_793_491_200.0  # the first moment of 2026-11
DAY_S = 86_400


class House:
    """Anna's box, its keys, and whoever shreds there."""

    def __init__(self, boxes: Engine | None = None, keys: KeyEngine | None = None) -> None:
        self.boxes, self.keys = boxes or MemoryEngine(), keys or MemoryEngine()
        self.clock = ManualClock(NOVEMBER + DAY_S)
        self.context: Kernel
        self.engine: sealing.SealedEngine
        self.shredder: Shredder

    async def start(self) -> "House":
        """Open it, as a start of the server does."""
        keys = sealing.KeyStore(self.keys, ROOT, SystemEntropy())
        await keys.open()
        self.engine = sealing.SealedEngine(self.boxes, keys, SystemEntropy())
        self.context = kernel(Store(self.engine), clock=self.clock)
        self.shredder = Shredder(self.context, self.engine.units, SHREDDED, _Loud(), pause_s=0.0)
        return self

    async def say(self, peer: int, *numbers: int, date: float | None = None) -> None:
        """Keep messages of a conversation."""
        at = int(self.clock.now() if date is None else date)
        async with self.context.change(ANNA) as change:
            for number in numbers:
                change.put(
                    Message(
                        peer=peer, id=number, date=at, sender=peer, out=False, text=_text(number)
                    )
                )

    async def delete(self, peer: int, *numbers: int) -> None:
        """Delete messages."""
        async with self.context.change(ANNA) as change:
            for number in numbers:
                change.drop(Message, peer, number)

    async def texts(self, peer: int) -> list[str]:
        """Return what is left of a conversation."""
        return [m.text for m in await self.context.look(ANNA).scan(Message, peer)]

    async def noted(self) -> Shredding | None:
        """Return what is noted to be shredded."""
        return await self.context.look(ANNA).get(Shredding)

    async def rest(self) -> None:
        """Let half a day pass, and a round of the shredder."""
        self.clock.time += REST_AFTER_S + 1
        await self.shredder.run()

    def sealed(self, peer: int, number: int) -> bytes:
        """Return a message as it lies in the store of memory."""
        assert isinstance(self.boxes, MemoryEngine)
        return self.boxes._values[cell_of(ANNA, ("message", peer, number))]

    def unit_rows(self) -> dict[Cell, bytes]:
        """Return the rows of unit keys."""
        assert isinstance(self.keys, MemoryEngine)
        return {cell: row for cell, row in self.keys._values.items() if cell.table == units.TABLE}


class _Loud(Notes):
    def bug(self, _where: str, error: BaseException) -> None:
        """See `Observer`."""
        raise error


def _text(number: int) -> str:
    return f"secret number {number}"


async def opens(house: House, peer: int, number: int, sealed: bytes) -> bool:
    """Whether a message that was copied before opens with the keys of today, in its place."""
    cell = cell_of(ANNA, ("message", peer, number))
    (found,) = await house.engine._opened(ANNA, [(cell, sealed)])
    return found is not None and _text(number).encode() in found


async def test_a_conversation_has_a_key_a_month_and_shows_neither() -> None:
    """Each of its own; names of keys and what stands before values tell nobody which belong together."""
    house = await House().start()
    await house.say(BERT, 1, 2)
    await house.say(BERT, 3, date=NOVEMBER - 1)
    await house.say(CLAIRE, 4)
    rows = house.unit_rows()
    assert len(rows) == 3
    starts = [
        house.sealed(*where)[1:13] for where in ((BERT, 1), (BERT, 2), (BERT, 3), (CLAIRE, 4))
    ]
    assert len(set(starts)) == 4
    assert not {cell.key for cell in rows} & set(starts)
    assert all(house.sealed(BERT, 1)[:1] == FORMAT_OF_UNIT for _ in rows)
    again = await House(house.boxes, house.keys).start()
    assert await again.texts(BERT) == [_text(1), _text(2), _text(3)]


async def test_what_was_moved_or_altered_is_not_taken_for_shredded() -> None:
    """It is refused, as any value that lies where it was not put; what was shredded is only gone."""
    boxes = MemoryEngine()
    house = await House(boxes).start()
    await house.say(BERT, 1)
    kept = house.sealed(BERT, 1)
    altered = kept[:1] + bytes([kept[1] ^ 1]) + kept[2:]
    async with house.context.change(Owner(Kind.USER, BERT)) as change:
        change.put(Message(peer=BERT, id=1, date=int(house.clock.now()), sender=BERT, out=False))
    (elsewhere,) = [
        v for c, v in boxes._values.items() if c.owner.id == BERT and c.table == "message"
    ]
    for wrong in (altered, elsewhere):
        with pytest.raises(sealing.SealBrokenError):
            await opens(house, BERT, 1, wrong)
    await house.delete(BERT, 1)
    await house.rest()
    assert not await opens(house, BERT, 1, kept)
    assert house.engine.shredded == 1


async def test_a_single_deletion_is_shredded_within_a_day_and_the_rest_stays() -> None:
    """A copy from before opens neither the one nor the rest with today's keys; what is left opens here."""
    house = await House().start()
    await house.say(BERT, 1, 2, 3)
    await house.say(CLAIRE, 4)
    copies = {n: house.sealed(BERT, n) for n in (1, 2, 3)}
    other = house.sealed(CLAIRE, 4)
    await house.delete(BERT, 2)
    assert await house.texts(BERT) == [_text(1), _text(3)]
    await house.shredder.run()
    assert await opens(house, BERT, 2, copies[2])  # in time, not at once
    await house.rest()
    for number, copy in copies.items():
        assert not await opens(house, BERT, number, copy)
    assert await house.texts(BERT) == [_text(1), _text(3)]
    assert house.sealed(CLAIRE, 4) == other
    assert await house.noted() is None
    assert len(house.unit_rows()) == 2
    again = await House(house.boxes, house.keys).start()
    assert await again.texts(BERT) == [_text(1), _text(3)]


async def test_the_wording_before_an_edit_is_shredded_within_a_day() -> None:
    """As what was deleted is; what is written again as it was marks nothing."""
    house = await House().start()
    await house.say(BERT, 1, 2)
    copies = {n: house.sealed(BERT, n) for n in (1, 2)}
    async with house.context.change(ANNA) as change:
        first, second = await change.scan(Message, BERT)
        change.rewrite(first)
    assert await house.noted() is None
    async with house.context.change(ANNA) as change:
        change.rewrite(msgspec.structs.replace(second, text="other words"))
    await house.rest()
    assert not any([await opens(house, BERT, number, copy) for number, copy in copies.items()])
    again = await House(house.boxes, house.keys).start()
    assert await again.texts(BERT) == [_text(1), "other words"]
    assert await again.noted() is None


def _passing(now: int) -> list[PassingRecord]:
    """One of each kind that passes."""
    message = Message(peer=BERT, id=1, date=now, sender=BERT, out=True, text="later")
    return [
        Draft(peer=BERT, text="begun", date=now),
        TopicDraft(peer=BERT, topic=5, text="begun there", date=now),
        Scheduled(peer=BERT, id=1, due=now, random_id=1, message=message),
        LogEntry(id=1, date=now, user=1, action=b"", messages=(b"deleted words",)),
    ]


@pytest.mark.parametrize("at", range(4), ids=[type(one).__name__ for one in _passing(0)])
async def test_what_passes_is_shredded_apart_from_messages(at: int) -> None:
    """Replaced, and dropped: a copy from before opens no more; messages and others of its kind stay."""
    house = await House().start()
    assert isinstance(house.boxes, MemoryEngine)
    one = _passing(int(house.clock.now()))[at]
    assert {type(kind) for kind in _passing(0)} == {
        k for k in SHREDDED if issubclass(k, PassingRecord)
    }
    await house.say(BERT, 1)
    message = house.sealed(BERT, 1)
    other = msgspec.structs.replace(one, **{one.key[-1]: CLAIRE})
    async with house.context.change(ANNA) as change:
        for record in (one, other):
            change.put(record)
    cell = cell_of(ANNA, where_of(one))
    copy = house.boxes._values[cell]
    assert copy[:1] == FORMAT_OF_UNIT
    following = msgspec.structs.replace(one, **{one.__struct_fields__[-1]: _OTHERWISE[at]})
    async with house.context.change(ANNA) as change:
        change.rewrite(following)
    await house.rest()
    assert await house.engine._opened(ANNA, [(cell, copy)]) == [None]
    copy = house.boxes._values[cell]
    assert await house.context.look(ANNA).get(type(one), *where_of(one)[1:]) == following
    async with house.context.change(ANNA) as change:
        change.drop(type(one), *where_of(one)[1:])
    await house.rest()
    assert await house.engine._opened(ANNA, [(cell, copy)]) == [None]
    assert await house.noted() is None
    again = await House(house.boxes, house.keys).start()
    assert await again.context.look(ANNA).get(type(one), *where_of(other)[1:]) == other
    async with again.context.change(ANNA) as change:
        change.drop(type(one), *where_of(other)[1:])
    await again.shredder.run()
    assert len(again.unit_rows()) == 1  # of the message, which was not sealed anew for any of it
    assert house.sealed(BERT, 1) == message


_OTHERWISE = (1, 1, "send_media", (b"others",))  # of the last field of each


async def test_a_conversation_that_is_deleted_goes_at_the_next_round() -> None:
    """All its months, without half a day of waiting; others keep theirs."""
    house = await House().start()
    await house.say(BERT, 1, date=NOVEMBER - 40 * DAY_S)
    await house.say(BERT, 2)
    await house.say(CLAIRE, 3)
    copies = {n: house.sealed(BERT, n) for n in (1, 2)}
    await house.delete(BERT, 1, 2)
    await house.shredder.run()
    assert not any([await opens(house, BERT, number, copy) for number, copy in copies.items()])
    assert len(house.unit_rows()) == 1
    assert await house.noted() is None
    assert await house.texts(CLAIRE) == [_text(3)]
    await house.say(BERT, 5)
    assert await house.texts(BERT) == [_text(5)]


async def test_what_goes_by_age_takes_its_month_along_when_nothing_of_it_is_left() -> None:
    """It is not sealed anew day by day."""
    house = await House().start()
    october = NOVEMBER - 3 * DAY_S
    await house.say(BERT, 1, 2, date=october)
    await house.say(BERT, 3)
    before = house.sealed(BERT, 2)
    for number in (1, 2):
        async with house.context.change(ANNA) as change:
            change.ageing = True
            change.drop(Message, BERT, number)
        await house.rest()
        assert (number == 1) == await opens(house, BERT, 2, before)
    assert await house.noted() is None
    assert await house.texts(BERT) == [_text(3)]


async def test_what_came_late_is_not_lost_with_its_month() -> None:
    """A message of October that was numbered behind those of November keeps October's key."""
    house = await House().start()
    await house.say(BERT, 1, date=NOVEMBER - 10)
    await house.say(BERT, *range(2, 450))
    await house.say(BERT, 450, date=NOVEMBER - 5)
    await house.say(BERT, *range(451, 900))
    await house.delete(BERT, 1)
    await house.rest()
    assert len(await house.texts(BERT)) == 898
    again = await House(house.boxes, house.keys).start()
    assert _text(450) in await again.texts(BERT)


async def test_a_message_that_comes_while_the_key_goes_is_kept() -> None:
    """It waits for the box, and then finds a new key, or keeps the old one alive."""
    house = await House().start()
    for turn in range(1, 8):
        await house.say(BERT, turn * 10)
        await house.delete(BERT, turn * 10)
        said: list[Any] = []
        original = house.context.look(ANNA).scan

        async def late(number: int = turn * 10 + 1, wait: int = turn) -> None:
            for _ in range(wait):
                await asyncio.sleep(0)
            await house.say(BERT, number)

        said.append(asyncio.create_task(late()))
        await house.shredder.run()
        await said[0]
        assert original is not None
        again = await House(house.boxes, house.keys).start()
        assert await again.texts(BERT) == [_text(turn * 10 + 1)]
        await house.delete(BERT, turn * 10 + 1)
        await house.shredder.run()


async def test_nothing_is_dropped_while_a_backup_is_made() -> None:
    """Boxes and keys that are copied one after the other belong together."""
    house = await House().start()
    await house.say(BERT, 1)
    await house.delete(BERT, 1)
    async with house.engine.keys.changing:
        await house.rest()
        assert len(house.unit_rows()) == 1
    await house.shredder.run()
    assert house.unit_rows() == {}


async def test_what_an_earlier_run_left_is_taken_up() -> None:
    """It is noted in the box, in the commit that deleted."""
    house = await House().start()
    await house.say(BERT, 1, 2)
    copy = house.sealed(BERT, 1)
    await house.delete(BERT, 1)
    again = await House(house.boxes, house.keys).start()
    again.clock.time += 2 * DAY_S
    await again.shredder.run()
    assert not await opens(again, BERT, 1, copy)
    assert await again.texts(BERT) == [_text(2)]
    assert again.shredder.waiting in (0, 1)
    await again.shredder.run()
    assert again.shredder.waiting == 0


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_the_process_may_end_at_any_write(after: bool) -> None:
    """Whatever is left is there; and the next round shreds what was deleted."""
    step, ended = 0, False
    while not ended:
        step += 1
        house = await House().start()
        await house.say(BERT, 1, 2, 3)
        copy = house.sealed(BERT, 2)
        await house.delete(BERT, 2)
        ended = not await _ends_at(house, step, after=after)
        again = await House(house.boxes, house.keys).start()
        again.clock.time = house.clock.time
        assert await again.texts(BERT) == [_text(1), _text(3)]
        await again.rest()
        assert await again.texts(BERT) == [_text(1), _text(3)]
        assert not await opens(again, BERT, 2, copy)
        assert len(again.unit_rows()) == 1
    assert step > 5


async def _ends_at(house: House, step: int, *, after: bool) -> bool:
    """Let a round end at a write; return whether it did."""
    count = 0

    def ending(does: Any) -> Any:
        async def run(*given: Any) -> Any:
            nonlocal count
            count += 1
            if count == step and not after:
                raise PowerLossError
            answer = await does(*given)
            if count == step:
                raise PowerLossError
            return answer

        return run

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(house.boxes, "commit", ending(house.boxes.commit))
        for name in ("commit", "forget"):
            patch.setattr(house.keys, name, ending(getattr(house.keys, name)))
        try:
            await house.rest()
        except BaseException as error:  # noqa: BLE001  the store tells its callers in its own way
            assert count >= step, error
            return True
    return False


async def test_commands_on_their_way_have_a_key_that_goes(tmp_path: Path) -> None:
    """Once all of their time have arrived; and not before."""
    house = await House().start()
    command = Cell(Owner(Kind.RELAY, 1), "outbox", b"\x01" + bytes(8))
    from chappe.ports import WriteSet

    period = int(house.clock.now() // (6 * 3_600))
    await house.engine.commit([WriteSet({command: b"on its way"}, {command: Unit(0, period)})])
    assert isinstance(house.boxes, MemoryEngine)
    sealed = house.boxes._values[command]
    for _ in range(4):
        await house.rest()
    assert await house.engine.read([command]) == [b"on its way"]
    await house.engine.commit([WriteSet({command: None})])
    for _ in range(4):
        await house.rest()
    assert await house.engine._opened(command.owner, [(command, sealed)]) == [None]
    assert house.unit_rows() == {}


async def test_a_value_of_a_unit_opens_in_its_place_only_and_every_bit_counts() -> None:
    """Moved, altered or cut short it is refused, or found to be nothing; never something else."""
    house = await House().start()
    await house.say(BERT, 1, 2)
    cell, other = (cell_of(ANNA, ("message", BERT, n)) for n in (1, 2))
    whole = house.sealed(BERT, 1)
    with pytest.raises(sealing.SealBrokenError):
        await house.engine._opened(ANNA, [(other, whole)])
    bent = [whole[:i] + bytes([whole[i] ^ 1]) + whole[i + 1 :] for i in range(len(whole))]
    for value in [*bent, whole[:-1], whole[:20], whole[:5], whole[:1], b""]:
        try:
            found = await house.engine._opened(ANNA, [(cell, value)])
        except EngineError:
            continue
        assert found == [None]  # its name was bent: that is no key's
    assert bound_to(*cell) != bound_to(*other)


async def test_what_is_held_in_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was let go of is read again."""
    monkeypatch.setattr(units, "UNITS_CACHED_MAX", 3)
    house = await House().start()
    for peer in range(BERT, BERT + 10):
        await house.say(peer, peer)
        assert house.engine.units._count <= 3
    for peer in range(BERT, BERT + 10):
        assert await house.texts(peer) == [_text(peer)]
        assert house.engine.units._count <= 3


async def test_who_is_erased_takes_all_units_along() -> None:
    """Also those that are in memory."""
    house = await House().start()
    await house.say(BERT, 1)
    copy = house.sealed(BERT, 1)
    await house.context.erase(ANNA)
    assert house.unit_rows() == {}
    assert not await opens(house, BERT, 1, copy)


async def test_a_unit_that_begins_anew_is_not_taken_for_the_one_that_went() -> None:
    """What a backup from before has of it is gone, and no damage."""
    house = await House().start()
    await house.say(BERT, 1)
    copy = house.sealed(BERT, 1)
    await house.delete(BERT, 1)
    await house.shredder.run()
    await house.say(BERT, 2)
    assert not await opens(house, BERT, 1, copy)
    await house.engine.units.renew(ANNA, Unit(BERT, month_of(house.clock.now())))
    assert await house.texts(BERT) == [_text(2)]


async def test_deleted_then_dug_for_in_files(tmp_path: Path) -> None:
    """The raw files still hold sealed bytes of the message, and no key to it: its row is gone."""
    boxes = SqliteEngine(tmp_path / "chappe.db")
    keys = SqliteEngine(tmp_path / "keys.db", forget=True)
    house = await House(boxes, keys).start()
    await house.say(BERT, 1, 2)
    place = house.engine.keys.place(ANNA)
    assert place is not None
    (name, row), *more = await keys.scan(place.owner, units.TABLE, b"", b"\xff" * 13, limit=9)
    assert not more
    cell = cell_of(ANNA, ("message", BERT, 1))
    (sealed,) = await boxes.read([cell])
    assert sealed is not None
    assert row in _raw(tmp_path, "keys.db*")
    await house.delete(BERT, 1)
    await house.rest()
    assert sealed in _raw(tmp_path, "chappe.db*")  # this is what a thief digs for
    assert row not in _raw(tmp_path, "keys.db*")
    assert name not in _raw(tmp_path, "keys.db*")
    assert not await opens(house, BERT, 1, sealed)
    assert await house.texts(BERT) == [_text(2)]
    await house.engine.close()


def _raw(folder: Path, names: str) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob(names))


async def test_with_the_keys_of_then_a_copy_opens_until_their_epoch_ends() -> None:
    """Last week's boxes and keys: shredded things open by them until the month is over, and then no more."""
    house = await House().start()
    await house.say(BERT, 1, 2)
    copy = house.sealed(BERT, 1)
    assert isinstance(house.keys, MemoryEngine)
    today, epochs = house.keys._values, sealing.epochs.CELL
    old_keys = {cell: row for cell, row in today.items() if cell != epochs}
    await house.delete(BERT, 1)
    await house.rest()
    assert not await opens(house, BERT, 1, copy)

    def thief() -> House:
        found = MemoryEngine()
        for cell, row in {**old_keys, epochs: today[epochs]}.items():
            found._write(cell, row)
        return House(MemoryEngine(), found)

    assert await opens(await thief().start(), BERT, 1, copy)
    await house.engine.keys.begin_epoch(202612)
    await sealing.Rotation(house.engine.keys).run(10)
    with pytest.raises(sealing.EpochGoneError):
        await thief().start()
    assert await house.texts(BERT) == [_text(2)]
