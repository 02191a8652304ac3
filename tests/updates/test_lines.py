"""Lines between boxes: carried once, in the commit of their cause where it can be, and never without it."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.engines.memory import MemoryEngine
from chappe.ports import EngineError, Record, WriteSet
from chappe.updates import Change, House, Line, Store, relay
from chappe.updates.relay import Relay

from .kernel import Kernel, kernel

ANNA, BERT = Owner(Kind.USER, 1), Owner(Kind.USER, 2)


class Note(Record, frozen=True):
    """Something a test keeps."""

    table = "note"
    key = ("id",)

    id: int


class Told(Line, frozen=True):
    """Keeps a note in the other box."""

    name = "test.told"

    async def apply(self, change: Change, house: House) -> None:
        """See `Line`."""
        change.put(Note(id=change.next("notes")))


class Failing(MemoryEngine):
    """An engine that fails its next commits, having kept them or not."""

    def __init__(self) -> None:
        super().__init__()
        self.fails: list[bool] = []  # for each coming commit that fails: whether it is kept
        self.commits = 0

    async def commit(self, batch: Sequence[WriteSet]) -> None:
        """See `ports.Engine`."""
        await asyncio.sleep(0)
        self.commits += 1
        if self.fails:
            if self.fails.pop(0):
                await super().commit(batch)
            raise EngineError("as asked")
        await super().commit(batch)


@pytest.fixture
async def house(monkeypatch: pytest.MonkeyPatch) -> Kernel:
    """A house on an engine that can be told to fail."""
    monkeypatch.setattr(relay, "RETRY_S", 0)
    made = kernel(Store(Failing()), Told)
    await made.delivery.relay.start()
    made.store.engine.commits = 0
    return made


async def post(house: Kernel) -> None:
    """Keep a note, and send word of it."""
    async with house.change(ANNA) as change:
        change.put(Note(id=change.next("notes")))
        change.post(BERT, Told())


async def notes(house: Kernel, owner: Owner) -> int:
    """Return how many notes the engine itself holds for an owner."""
    await house.delivery.relay.settle()
    await house.store.settle()
    return len(
        await Store(house.store.engine).scan(
            Note, owner, b"", b"\xff", limit=100, reverse=False, draft=None
        )
    )


async def outbox(house: Kernel) -> list[Owner]:
    """Return the boxes that hold lines not yet delivered."""
    return await house.store.engine.owners(Kind.RELAY)


async def test_a_line_is_kept_in_the_commit_of_its_cause(house: Kernel) -> None:
    """Many at once leave nothing undelivered."""
    await asyncio.gather(*(post(house) for _ in range(3)))
    assert (await notes(house, ANNA), await notes(house, BERT)) == (3, 3)
    assert await outbox(house) == []


async def test_one_message_costs_one_commit(house: Kernel) -> None:
    """Both boxes and the line between them go to the disk together."""
    await post(house)
    assert await notes(house, BERT) == 1
    assert house.store.engine.commits == 1


async def test_a_lost_change_takes_its_lines_with_it(house: Kernel) -> None:
    """Nothing arrives of what its sender was refused."""
    house.store.engine.fails = [False]
    with pytest.raises(EngineError):
        await post(house)
    assert (await notes(house, ANNA), await notes(house, BERT)) == (0, 0)
    await post(house)
    assert (await notes(house, ANNA), await notes(house, BERT)) == (1, 1)


async def test_what_was_kept_and_reported_lost_is_applied_once(house: Kernel) -> None:
    """The relay asks the engine before it tries again."""
    house.store.engine.fails = [True]
    with pytest.raises(EngineError):
        await post(house)
    assert (await notes(house, ANNA), await notes(house, BERT)) == (1, 1)
    assert await outbox(house) == []


async def test_a_line_that_waits_for_its_box_is_void_when_its_cause_is_lost(house: Kernel) -> None:
    """It was not applied yet, and never is."""
    held = await house.store.hold(BERT)
    house.store.engine.fails = [False]
    with pytest.raises(EngineError):
        await post(house)
    house.store.release(held)
    assert await notes(house, BERT) == 0


async def test_a_line_that_waits_for_its_box_outlives_a_failure_that_kept_its_cause(
    house: Kernel,
) -> None:
    """The line is in the outbox, so it is delivered."""
    held = await house.store.hold(BERT)
    house.store.engine.fails = [True]
    with pytest.raises(EngineError):
        await post(house)
    assert await outbox(house) != []
    house.store.release(held)
    assert await notes(house, BERT) == 1
    assert await outbox(house) == []


async def test_a_cancelled_caller_does_not_silence_what_was_kept(house: Kernel) -> None:
    """Telling hangs on the commit, not on who waits for it."""
    heard: list[Change] = []
    house.delivery.hub.tell = heard.append  # type: ignore[method-assign]
    task = asyncio.create_task(announce(house))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await house.store.settle()
    assert len(heard) == 1


async def announce(house: Kernel) -> None:
    """Keep a note and notice something."""
    async with house.change(ANNA) as change:
        change.put(Note(id=1))
        change.noticed.append(Any)


async def test_who_found_it_done_waits_until_it_is_kept(house: Kernel) -> None:
    """A change that writes nothing has seen what an earlier one wrote: it fails with it."""
    house.store.engine.fails = [False, False]

    async def once() -> str:
        async with house.change(ANNA) as change:
            if await change.get(Note, 1) is not None:
                return "done already"
            change.put(Note(id=1))
        return "done"

    ends = await asyncio.gather(once(), once(), return_exceptions=True)
    assert [type(end) for end in ends] == [EngineError, EngineError]
    house.store.engine.fails = []
    assert await asyncio.gather(once(), once()) == ["done", "done already"]
    assert await notes(house, ANNA) == 1


async def test_who_saw_what_was_lost_meanwhile_is_refused(house: Kernel) -> None:
    """The failure comes while they still hold the box."""
    house.store.engine.fails = [False]

    async def see() -> None:
        async with house.change(ANNA) as change:
            while not house.store.broken:
                assert await change.get(Note, 1) is not None
                await asyncio.sleep(0)

    ends = await asyncio.gather(post(house), see(), return_exceptions=True)
    assert [isinstance(end, EngineError) for end in ends] == [True, True]


async def test_a_stop_does_not_wait_for_a_store_that_fails_for_good(house: Kernel) -> None:
    """What was not applied is in the outbox, and the next run takes it up."""
    held = await house.store.hold(BERT)
    await post(house)
    house.store.engine.fails = [False] * 100
    house.store.release(held)
    await house.delivery.relay.stop()
    assert await outbox(house) != []
    house.store.engine.fails = []
    again = Relay(house, house.notes)
    house.delivery.relay = again
    await again.start()
    assert await notes(house, BERT) == 1
    assert await outbox(house) == []


async def test_a_stop_does_not_wait_for_a_box_that_is_never_free(
    house: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is an end to its patience."""
    monkeypatch.setattr(relay, "STOP_S_MAX", 0)
    held = await house.store.hold(BERT)
    await post(house)
    await house.delivery.relay.stop()
    assert await outbox(house) != []
    house.store.release(held)


async def test_who_waits_for_lines_waits_for_those_taken_so_far(house: Kernel) -> None:
    """However many come behind them without end."""
    held = await house.store.hold(BERT)
    await post(house)
    waiting = asyncio.create_task(house.delivery.relay.delivered(BERT))
    await asyncio.sleep(0)
    house.store.release(held)
    while not waiting.done():
        await post(house)
        await asyncio.sleep(0)
    assert await notes(house, BERT) > 0


async def test_everybody_goes_on_when_their_own_lines_are_applied(
    house: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first with the first line, who gave up with none; at the latest when the queue ends."""
    monkeypatch.setattr(relay, "LINES_APPLIED_MAX", 1)
    held = await house.store.hold(BERT)
    order: list[str] = []

    async def wait(name: str) -> None:
        await house.delivery.delivered(BERT)
        order.append(f"{name} {len(await house.look(BERT).scan(Note)) > 0}")

    waiting = []
    for name in ("Ada", "Bob", "Claude"):
        await post(house)
        waiting.append(asyncio.create_task(wait(name)))
        await asyncio.sleep(0)
    waiting.pop(1).cancel()
    house.store.release(held)
    await asyncio.gather(*waiting)
    assert order == ["Ada True", "Claude True"]
    assert await notes(house, BERT) == 3
    await house.delivery.delivered(BERT)  # there is nothing to wait for


async def test_who_waits_for_lines_does_not_wait_for_ever(
    house: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The box is never free."""
    monkeypatch.setattr(relay, "DELIVERED_S_MAX", 0)
    held = await house.store.hold(BERT)
    await post(house)
    await house.delivery.relay.delivered(BERT)
    assert await outbox(house) != []
    house.store.release(held)


async def test_a_long_outbox_is_taken_up_whole_at_the_start(
    house: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More lines than are read at a time, each applied once."""
    monkeypatch.setattr(relay, "LINES_READ_MAX", 3)
    await house.store.hold(BERT)
    for _ in range(10):
        await post(house)
    house.store = Store(house.store.engine)  # this run ends here
    house.delivery.relay = Relay(house, house.notes)
    await house.delivery.relay.start()
    assert await notes(house, BERT) == 10
    assert await outbox(house) == []
