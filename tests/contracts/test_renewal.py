"""Renewal of owners' keys: later values are under keys nobody had; the power may go at any write."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from chappe.app.installation.opening import refuse_older, renew_older
from chappe.app.key_epochs import EpochService
from chappe.app.key_renewal import (
    DAY_S,
    FORMER_KEPT_DAYS,
    RENEWED_AFTER_S,
    OwnerRenewal,
    former_kept_s,
)
from chappe.core import HOUSE, Kind, Owner
from chappe.core.configuration import Backups
from chappe.core.system import SystemEntropy
from chappe.engines.memory import MemoryEngine
from chappe.engines.memory_blobs import MemoryBlobs
from chappe.engines.space import NoDisk
from chappe.features.conversations import Message
from chappe.features.files import Content
from chappe.ports import Cell, EngineError
from chappe.trust import sealing
from chappe.updates import Store
from chappe.updates.rows import Counters
from tests.contracts.test_epochs import ManualClock, PowerLossError
from tests.updates.kernel import Kernel, Notes, kernel

ROOT = bytes(range(32))
ANNA, BERT, NEWS = Owner(Kind.USER, 4097), Owner(Kind.USER, 4098), Owner(Kind.CHANNEL, 4099)
SHARD, RELAY = Owner(Kind.AUTH_KEYS, 1), Owner(Kind.RELAY, 1)
ALL = (ANNA, BERT, NEWS, SHARD, HOUSE)
NOVEMBER = 1_793_491_200.0  # the first moment of 2026-11
KEPT_S = former_kept_s(None)


class House:
    """Some boxes, their keys, and whoever renews them."""

    def __init__(self) -> None:
        self.boxes, self.keys, self.blobs = MemoryEngine(), MemoryEngine(), MemoryBlobs()
        self.clock = ManualClock(NOVEMBER)
        self.engine: sealing.SealedEngine
        self.context: Kernel
        self.files: sealing.SealedBlobs
        self.epochs: EpochService
        self.renewal: OwnerRenewal

    async def start(self) -> "House":
        """Open it, as a start of the server does."""
        keys = sealing.KeyStore(self.keys, ROOT, SystemEntropy())
        await keys.open(202611)
        self.engine = sealing.seal(self.boxes, keys, SystemEntropy())
        self.files = sealing.SealedBlobs(self.blobs, keys, SystemEntropy(), NoDisk())
        self.context = kernel(Store(self.engine), clock=self.clock)
        self.context.ports = SimpleNamespace(files=self.files)  # type: ignore[assignment]
        self.epochs = EpochService(keys, self.clock, _Loud())
        self.renewal = OwnerRenewal(self.context, self.engine, self.epochs.begin, KEPT_S, _Loud())
        return self

    async def fill(self) -> "House":
        """Let everybody keep something."""
        await self.start()
        for owner in ALL:
            async with self.context.change(owner) as change:
                change.put(Counters(numbers={"pts": owner.id}))
        await self.say(1)
        return self

    async def say(self, number: int) -> None:
        """Keep a message in Anna's box."""
        async with self.context.change(ANNA) as change:
            now = int(self.clock.now())
            text = f"number {number}"
            change.put(
                Message(peer=BERT.id, id=number, date=now, sender=BERT.id, out=False, text=text)
            )

    async def everything(self) -> list[Any]:
        """Return all that is kept, as a start reads it."""
        await self.start()
        counted = [await self.context.look(owner).get(Counters) for owner in ALL]
        texts = [m.text for m in await self.context.look(ANNA).scan(Message, BERT.id)]
        return [*(c and c.numbers for c in counted), *texts]

    async def round(self) -> None:
        """Let an hour pass, and all that is done in it."""
        self.clock.time += 3_600
        await self.epochs.run()
        await self.renewal.run()


class _Loud(Notes):
    def bug(self, _where: str, error: BaseException) -> None:
        """See `Observer`."""
        raise error


def held(*texts: int) -> list[Any]:
    """What `House.everything` returns."""
    return [*({"pts": owner.id} for owner in ALL), *(f"number {n}" for n in texts)]


class Thief:
    """Had all keys once, opened; and comes again for the boxes, and for the keys without what wraps them."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._rows = dict(house.keys._values)

    async def opens(self) -> set[str]:
        """Return the tables of which something that lies there today opens to what they had."""
        kept = MemoryEngine()
        kept._values = dict(self._rows)
        keys = sealing.KeyStore(kept, ROOT, SystemEntropy())
        await keys.open()
        # today's rows, as far as they open by the epochs they knew
        for cell, row in self.house.keys._values.items():
            if cell.table == "unit":
                kept._values.setdefault(cell, row)
        engine = sealing.seal(self.house.boxes, keys, SystemEntropy())
        found: set[str] = set()
        for owner in ALL:
            for table, key, sealed in await engine.inner.walk(owner, ("", b""), limit=100):
                try:
                    (value,) = await engine._opened(owner, [(Cell(owner, table, key), sealed)])
                except EngineError:
                    continue
                if value is not None:
                    found.add(table)
        return found


async def test_what_is_written_after_a_renewal_is_shut_to_who_had_all_keys_before() -> None:
    """Those of units too, also of the month that had begun; what was in units before stays open to them."""
    house = await House().fill()
    thief = Thief(house)
    assert await thief.opens() == {"counters", "message"}
    await house.renewal.begin()
    await house.renewal.finish()
    assert await thief.opens() == {
        "message"
    }  # of before: units are wrapped again, and not their values
    async with house.context.change(ANNA) as change:
        change.drop(Message, BERT.id, 1)
    await house.say(2)
    assert await thief.opens() == set()
    assert await house.everything() == held(2)


async def test_a_renewal_goes_on_beside_changes_and_leaves_nothing_behind() -> None:
    """Nothing that is written meanwhile is lost or put back; ids in keys of cells stay as they are."""
    house = await House().fill()
    places = set(house.boxes._values)
    names = {
        c: sealing.name_of_key(r)
        for c, r in house.keys._values.items()
        if (c.table, c.key) == ("key", b"")
    }
    await house.renewal.begin()

    async def write() -> None:
        for number in range(2, 40):
            await house.say(number)
            if number % 2:
                async with house.context.change(ANNA) as change:
                    change.drop(Message, BERT.id, number)
            async with house.context.change(NEWS) as change:
                change.put(Counters(numbers={"pts": NEWS.id, "n": number}))
            await asyncio.sleep(0)

    await asyncio.gather(write(), house.renewal.finish())
    found = await house.everything()
    assert found[2] == {"pts": NEWS.id, "n": 39}
    assert found[len(ALL) :] == [f"number {n}" for n in (1, *range(2, 40, 2))]
    assert places <= set(house.boxes._values)
    now = house.keys._values
    assert {cell: sealing.name_of_key(now[cell]) for cell in names} == names
    assert house.renewal.facts() == {"owner_keys": "renewed 2026-11-01"}


async def test_a_renewal_begins_with_another_root_key_and_with_the_years() -> None:
    """Once for each; a store is not renewed when it is looked at for the first time."""
    house = await House().fill()
    keys = house.engine.keys
    await house.round()
    assert (keys.renewals.round, house.renewal.facts()) == (0, {})
    await keys.want_renewal()
    for number in (1, 1):
        await house.round()
        assert keys.renewals.round == number
    assert keys.epoch.number == 2  # no older copy of keys opens the new ones
    house.clock.time += RENEWED_AFTER_S
    for number in (2, 2):
        await house.round()
        assert (keys.renewals.round, keys.renewals.is_under_way) == (number, False)
    assert await house.everything() == held(1)


async def test_keys_from_before_go_once_no_backup_needs_them() -> None:
    """All of one renewal, in the next epoch; until then an older copy of the boxes opens."""
    house = await House().fill()
    file = await house.files.create(ANNA, 1024)
    await house.files.put_part(file, 0, b"of Anna")
    await house.files.commit(file)
    async with house.context.change(ANNA) as change:
        change.put(Content(blind="b", file=file, size=7))
    before = dict(house.boxes._values)
    await house.renewal.begin()
    await house.renewal.finish()
    now, house.boxes._values = house.boxes._values, before
    assert await house.everything() == held(1)
    house.boxes._values = now
    house.clock.time += KEPT_S
    await (await house.start()).round()  # they are to be dropped
    house.clock.time += 31 * DAY_S
    await house.round()
    assert house.engine.keys.renewals.kept == ()
    assert await house.everything() == held(1)
    content = await house.context.look(ANNA).get(Content, "b")
    assert content is not None
    assert await house.files.read(content.file, 0, 7) == b"of Anna"
    assert house.engine.keys.former(ANNA) == ()
    house.files._ciphers.clear()
    with pytest.raises(sealing.SealBrokenError):
        await house.files.read(file, 0, 7)
    await refuse_older(house.engine)
    house.boxes._values = before
    with pytest.raises(EngineError, match="restore a newer backup, or this one by the keys of"):
        await refuse_older(house.engine)


@pytest.mark.parametrize("boxes_done", [2, None], ids=["half way", "whole"])
async def test_an_older_backup_outlives_the_keys_it_was_sealed_by(boxes_done: int | None) -> None:
    """Restored with newer keys, it is sealed anew before those from before are dropped."""
    house = await House().fill()
    before = dict(house.boxes._values)
    await house.renewal.begin()
    if boxes_done is None:
        await house.renewal.finish()
    else:
        for owner in ALL[:boxes_done]:
            await house.renewal._renew(owner, 1, 0.0)
    house.boxes._values = before
    await house.start()
    await renew_older(house.engine)
    assert house.engine.keys.renewals.is_wanted == (boxes_done is None)
    await house.round()
    for _ in range(16):  # months
        house.clock.time += 31 * DAY_S
        await house.round()
    assert house.engine.keys.renewals.dropping >= 1
    assert await house.everything() == held(1)
    assert house.engine.keys.former(ANNA) == ()
    await renew_older(house.engine)
    assert not house.engine.keys.renewals.is_wanted


async def test_whoever_waits_for_the_end_does_not_wait_for_pauses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where a walk with pauses is under way already: that makes none from then on."""
    house = await House().fill()
    await house.renewal.begin()
    slow = asyncio.create_task(house.renewal.finish(3_600.0))
    paused: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        if isinstance(seconds, float):  # else it is the store's, which lets others join
            paused.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", noted)
    while not paused:
        await sleep(0)
    hurried = asyncio.create_task(house.renewal.finish())
    await asyncio.gather(slow, hurried)
    assert paused[0] == 3_600.0
    assert paused[3:] == [0.0] * len(paused[3:]) != []
    assert not house.engine.keys.renewals.is_under_way


async def test_there_are_not_more_renewals_than_keys_may_be_kept_of() -> None:
    """Each keeps a key of every box for weeks."""
    house = await House().fill()
    for _ in range(sealing.RENEWALS_KEPT_MAX):
        await house.renewal.begin()
        await house.renewal.finish()
    with pytest.raises(EngineError, match="16 times lately"):
        await house.renewal.begin()
    assert await house.everything() == held(1)


async def test_a_value_and_a_key_that_do_not_open_hold_nothing_up() -> None:
    """They are left as they are, for whoever puts them back from a backup."""
    house = await House().fill()
    values = [c for c in house.boxes._values if c.table == "counters"]
    broken = next(c for c in values if c.owner == SHARD)
    house.boxes._values[broken] = house.boxes._values[broken][:-1] + b"\0\0"
    (unit,) = [c for c in house.keys._values if c.table == "unit"]
    kept = (house.boxes._values[broken], house.keys._values[unit][:-1] + b"\0\0")
    house.keys._values[unit] = kept[1]
    await house.renewal.begin()
    await house.renewal.finish()
    assert (house.boxes._values[broken], house.keys._values[unit]) == kept
    assert await house.context.look(BERT).get(Counters) is not None


async def test_who_is_erased_meanwhile_stays_erased() -> None:
    """Their key is not written again."""
    house = await House().fill()
    await house.renewal.begin()
    await asyncio.gather(house.renewal.finish(), house.context.erase(ANNA))
    place = house.engine.keys.place(ANNA)
    assert place not in house.keys._values
    found = await house.everything()
    assert found[0] is None
    assert found[1:] == held()[1:]


class Fault:
    """Ends the process at one of all writes to keys and boxes: before it is done, or just after."""

    def __init__(self, house: House, at: int, *, after: bool) -> None:
        self.count, self._at, self._after = 0, at, after
        for engine in (house.keys, house.boxes):
            engine.commit = self._waited(engine.commit)  # type: ignore[method-assign]

    def _waited(self, does: Any) -> Any:
        async def run(*given: Any) -> Any:
            self.count += 1
            number = self.count
            if number == self._at and not self._after:
                raise PowerLossError
            answer = await does(*given)
            if number == self._at:
                raise PowerLossError
            return answer

        return run


async def test_the_power_may_go_at_any_write_of_a_renewal() -> None:
    """A start finds everything open, and goes on to the end: then no box is under two keys."""
    ended, step = False, 1
    while not ended:
        step += 1
        house = await House().fill()
        Fault(house, step // 2, after=bool(step % 2))
        try:
            await house.renewal.begin()
            await house.renewal.finish()
        except PowerLossError:
            pass
        else:
            ended = True
        for engine in (house.keys, house.boxes):
            del engine.commit  # type: ignore[method-assign]
        await asyncio.sleep(0)
        assert await house.everything() == held(1)
        if not house.engine.keys.renewals.round:
            await house.renewal.begin()
        await house.renewal.finish()
        assert await house.everything() == held(1)
        assert house.engine.keys.renewals.round == 1
        for owner in ALL:
            await house.engine.keys.cipher(owner)
            house.engine.keys._former.clear()
            await house.engine.walk(owner, ("", b""), limit=100)  # opens by the newest keys alone
    assert step > 30


def test_keys_from_before_are_kept_as_long_as_backups_are() -> None:
    """And never shorter than an epoch: until then a copy of the keys opens anyway."""
    assert former_kept_s(Backups(to="/x", keep_daily=7, keep_weekly=0, keep_monthly=0)) == KEPT_S
    assert former_kept_s(Backups(to="/x", keep_monthly=12)) == 372 * DAY_S
    assert KEPT_S == FORMER_KEPT_DAYS * DAY_S
