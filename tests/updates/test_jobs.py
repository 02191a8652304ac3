"""Jobs that wait for their time: kept with their cause, done when due, also after a restart."""

import asyncio
from typing import Any, ClassVar

import pytest

from chappe.core import Kind, Owner
from chappe.engines.memory import MemoryEngine
from chappe.ports import EngineError
from chappe.updates import Context, Job, Pruner, Store, pruning
from chappe.updates.scheduler import STALE_MAX

from .kernel import Kernel, Notes, kernel
from .test_outbox import Failing, Note

ANNA, BERT = Owner(Kind.USER, 1), Owner(Kind.USER, 2)


class Clock:
    """Time that stands until it is moved."""

    time = 1000.0

    def now(self) -> float:
        """See `Clock`."""
        return self.time

    monotonic = now


class Write(Job, frozen=True):
    """Keeps a note, once, whatever happens."""

    name = "test.write"

    user: int
    id: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        async with context.change(Owner(Kind.USER, self.user)) as change:
            if await change.get(Note, self.id) is None:
                change.put(Note(id=self.id))


class Wrong(Job, frozen=True):
    """Fails by our mistake, each time it is tried."""

    name = "test.wrong"
    tried: ClassVar[list[int]] = []

    async def run(self, context: Context) -> None:
        """See `Job`."""
        self.tried.append(1)
        raise ValueError("a bug")


async def open_context(engine: MemoryEngine, clock: Clock) -> Kernel:
    """Return a context that begins to run on what an engine holds."""
    made = kernel(Store(engine), Write, Wrong, clock=clock)
    await made.delivery.start()
    return made


@pytest.fixture
def clock() -> Clock:
    """A clock in one's hand."""
    return Clock()


@pytest.fixture
async def context(clock: Clock) -> Kernel:
    """A context on an engine that can be told to fail."""
    return await open_context(Failing(), clock)


async def schedule(context: Kernel, due: int, number: int, owner: Owner = ANNA) -> None:
    """Have a note written later."""
    async with context.change(owner) as change:
        change.schedule(due, Write(user=owner.id, id=number))


async def at(context: Kernel, clock: Clock, time: float) -> None:
    """Let it be this late."""
    clock.time = time
    await context.delivery.scheduler.tick()


async def notes(context: Kernel, owner: Owner = ANNA) -> list[int]:
    """Return the notes of an owner."""
    return [n.id for n in await context.look(owner).scan(Note)]


async def left(context: Kernel) -> list[Owner]:
    """Return the boxes that hold jobs still to be done."""
    return await context.store.engine.owners(Kind.TIMERS)


async def test_a_deed_is_done_when_it_is_due_and_not_before(context: Kernel, clock: Clock) -> None:
    """In whatever order jobs were put off, of one owner or of several."""
    await schedule(context, 1030, 3)
    await schedule(context, 1010, 1)
    await schedule(context, 1020, 7, BERT)
    await at(context, clock, 1009.9)
    assert await notes(context) == []
    await at(context, clock, 1010)
    assert (await notes(context), await notes(context, BERT)) == ([1], [])
    await at(context, clock, 2000)
    assert (await notes(context), await notes(context, BERT)) == ([1, 3], [7])
    assert await left(context) == []


async def test_hundreds_may_be_due_at_once(context: Kernel, clock: Clock) -> None:
    """More than are taken up together."""
    for number in range(450):
        await schedule(context, 1000 + number % 7, number)
    await at(context, clock, 1100)
    assert await notes(context) == list(range(450))
    assert await left(context) == []


async def test_a_far_deed_costs_nothing_while_near_ones_come_and_go(
    context: Kernel, clock: Clock
) -> None:
    """Each near one takes the far one's place for a while; nothing is left of that."""
    await schedule(context, 1_000_000, 0)
    for number in range(1, 400):
        await schedule(context, 10 * number, number)
        await at(context, clock, 10 * number)
    assert await notes(context) == list(range(1, 400))
    assert len(context.delivery.scheduler._heap) <= STALE_MAX + 2
    await at(context, clock, 1_000_000)
    assert await notes(context) == list(range(400))


async def test_a_deed_survives_a_restart(context: Kernel, clock: Clock) -> None:
    """Due meanwhile or later: the next run finds it."""
    await schedule(context, 1010, 1)
    await schedule(context, 1050, 2, BERT)
    again = await open_context(context.store.engine, clock)
    await at(again, clock, 1020)
    assert (await notes(again), await notes(again, BERT)) == ([1], [])
    await at(again, clock, 1050)
    assert await notes(again, BERT) == [2]


async def test_a_lost_change_takes_its_deeds_with_it(context: Kernel, clock: Clock) -> None:
    """Nothing happens later of what was refused now."""
    context.store.engine.fails = [False]
    with pytest.raises(EngineError):
        await schedule(context, 1010, 1)
    await at(context, clock, 1010)
    assert await notes(context) == []


async def test_a_store_that_fails_is_asked_again(context: Kernel, clock: Clock) -> None:
    """Nothing is lost, and nothing is done twice, whether the failed commit was kept or not."""
    failed = context.notes.errors
    for kept in (False, True):
        clock.time = 1000.0
        await schedule(context, 1010, int(kept))
        context.store.engine.fails = [kept]
        await at(context, clock, 1010)
        await at(context, clock, 1020)
        assert int(kept) in await notes(context)
    assert len(failed) == 2
    assert await left(context) == []


async def test_a_deed_that_fails_by_our_mistake_does_not_stop_the_others(
    context: Kernel, clock: Clock
) -> None:
    """It is logged and set aside."""
    failed = context.notes.errors
    async with context.change(ANNA) as change:
        change.schedule(1005, Wrong())
        change.schedule(1006, Write(user=1, id=1))
    await at(context, clock, 1010)
    await at(context, clock, 1100)
    assert await notes(context) == [1]
    assert [type(e) for e in failed] == [ValueError]
    assert len(Wrong.tried) == 1


async def test_the_loop_looks_at_the_clock_by_itself(
    context: Kernel, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a server that runs."""
    monkeypatch.setattr("chappe.updates.scheduler.TICK_S", 0)
    context.delivery.scheduler.run()
    await schedule(context, 1010, 1)
    clock.time = 1010.0
    while not await notes(context):  # noqa: ASYNC110  the test's own time runs out otherwise
        await asyncio.sleep(0)
    await context.delivery.scheduler.stop()


async def test_a_shard_whose_rows_cannot_be_read_does_not_stop_the_others(
    context: Kernel, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is wrong with it, it is told, and looked at again."""
    failed = context.notes.errors
    await schedule(context, 1005, 1, ANNA)
    await schedule(context, 1006, 2, BERT)
    real = context.delivery.scheduler._run_shard

    async def odd(shard: int, now: int) -> None:
        if shard == ANNA.shard:
            raise ValueError("a bug")
        await real(shard, now)

    with monkeypatch.context() as patched:
        patched.setattr(context.delivery.scheduler, "_run_shard", odd)
        await at(context, clock, 1010)
    assert (await notes(context), await notes(context, BERT)) == ([], [2])
    assert [type(error) for error in failed] == [ValueError]
    await at(context, clock, 1020)
    assert await notes(context) == [1]


async def test_a_deed_whose_caller_is_gone_is_done_all_the_same(
    context: Kernel, clock: Clock
) -> None:
    """It was kept; nobody needs to wait for it."""
    asking = asyncio.create_task(schedule(context, 1010, 1))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await context.store.settle()
    await at(context, clock, 1010)
    assert await notes(context) == [1]


async def test_pruning_goes_on_after_a_mistake(
    context: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A box that cannot be pruned is told of, and the next round comes."""
    rounds = asyncio.Queue[BaseException]()

    async def odd(*_: Any) -> int:
        raise ValueError("a bug")

    monkeypatch.setattr(pruning, "prune", odd)
    monkeypatch.setattr(pruning, "PRUNE_EVERY_S", 0)
    notes = Notes()
    notes.bug = lambda _, error: rounds.put_nowait(error)  # type: ignore[method-assign]
    pruner = Pruner(context, notes, odd)
    pruner.start()
    assert [type(await rounds.get()) for _ in range(2)] == [ValueError, ValueError]
    pruner.stop()
