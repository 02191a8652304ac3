"""When the engine fails: what is kept, what is told, and that nothing is lost, doubled or out of order."""

import asyncio
import random
from collections import Counter

import pytest

from chappe.core import Kind, Owner
from chappe.ports import EngineError
from chappe.updates import Context, EventRow, relay
from chappe.updates.rows import Counters, DeadLetter, OutboxRow
from chappe.updates.store import Stale

from .faults import (
    Carried,
    Fault,
    FaultyEngine,
    Listener,
    Note,
    holes,
    open_context,
    person,
    send,
)

ANNA, BERT, CARL = person(0), person(1), person(2)
FAULTS = [fault for fault in Fault if fault not in (Fault.NONE, Fault.SLOW)]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the relay try again without waiting."""
    monkeypatch.setattr(relay, "RETRY_S", 0)


@pytest.fixture
def engine() -> FaultyEngine:
    """An engine to fail."""
    return FaultyEngine()


@pytest.fixture
def listener(engine: FaultyEngine) -> Listener:
    """Who is told."""
    return Listener(engine)


@pytest.fixture
async def context(engine: FaultyEngine, listener: Listener) -> Context:
    """A context on that engine."""
    return await open_context(engine, listener)


async def settle(context: Context) -> None:
    """Wait until everything under way is done."""
    await context.delivery.relay.settle()
    await context.store.settle()


def random_ids(engine: FaultyEngine, owner: Owner) -> list[int]:
    """Return the random_ids of the messages in a box, by message id."""
    return [note.random_id for note in engine.rows(owner, Note)]


def check(engine: FaultyEngine, people: list[Owner]) -> None:
    """Hold every box against what a box promises."""
    for owner in people:
        counters = engine.rows(owner, Counters)
        numbers = counters[0].numbers if counters else {}
        pts = [row.pts for row in engine.rows(owner, EventRow)]
        ids = [note.id for note in engine.rows(owner, Note)]
        assert holes(pts) == holes(ids) == []
        assert numbers.get("pts", 0) == len(pts)
        assert numbers.get("notes", 0) == len(ids)
    for source in range(4096):
        assert engine.rows(Owner(Kind.RELAY, source), OutboxRow) == []


# -- one failure at a time ---------------------------------------------------------------------


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_failure_reaches_who_asked_and_nobody_is_told(
    context: Context, engine: FaultyEngine, listener: Listener, fault: Fault
) -> None:
    """Even where the engine kept it: nobody here can know."""
    engine.faults.append(fault)
    with pytest.raises(EngineError):
        await send(context, ANNA, BERT, 1)
    assert [owner for owner, _ in listener.told if owner == ANNA] == []
    assert context.store.broken


@pytest.mark.parametrize("fault", FAULTS)
async def test_sending_again_after_a_failure_makes_one_message(
    context: Context, engine: FaultyEngine, listener: Listener, fault: Fault
) -> None:
    """The same random_id finds what was kept, and the other side has it once, too."""
    engine.faults.append(fault)
    with pytest.raises(EngineError):
        await send(context, ANNA, BERT, 1)
    assert await send(context, ANNA, BERT, 1) == 1
    assert await send(context, ANNA, BERT, 2) == 2
    await settle(context)
    assert random_ids(engine, ANNA) == random_ids(engine, BERT) == [1, 2]
    assert not context.store.broken
    assert listener.told_unkept == []
    check(engine, [ANNA, BERT])


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.KEPT])
async def test_a_line_whose_application_fails_is_applied_once(
    context: Context, engine: FaultyEngine, fault: Fault
) -> None:
    """The relay asks the engine before it tries again, as often as it must."""
    held = await context.store.hold(BERT)
    await send(context, ANNA, BERT, 1)
    await send(context, ANNA, BERT, 2)
    engine.faults += [fault, fault, fault]
    context.store.release(held)
    await settle(context)
    assert random_ids(engine, BERT) == [1, 2]
    check(engine, [ANNA, BERT])


async def test_reads_that_fail_delay_a_line_and_lose_none(
    context: Context, engine: FaultyEngine
) -> None:
    """The receiving box cannot even be opened at first."""
    engine.reads_failing = 0
    held = await context.store.hold(BERT)
    await send(context, ANNA, BERT, 1)
    engine.reads_failing = 3
    context.store.release(held)
    await settle(context)
    assert random_ids(engine, BERT) == [1]
    check(engine, [ANNA, BERT])


async def test_a_read_that_fails_leaves_the_box_free(
    context: Context, engine: FaultyEngine
) -> None:
    """The next one may hold it."""
    engine.reads_failing = 1
    with pytest.raises(EngineError):
        await send(context, ANNA, BERT, 1)
    assert await asyncio.wait_for(send(context, ANNA, BERT, 2), 5) == 1


# -- the generation rule -----------------------------------------------------------------------


async def built_on(context: Context, first: asyncio.Task[int]) -> None:
    """Take a number behind one that another change took, and keep it once that has ended."""
    async with context.change(ANNA) as change:
        assert change.next("notes") == 2
        await asyncio.wait([first])


async def test_a_change_built_on_one_that_was_lost_is_refused(
    context: Context, engine: FaultyEngine
) -> None:
    """It had read numbers that were never kept: to keep it would leave a hole."""
    engine.faults.append(Fault.SLOW_LOST)
    first = asyncio.create_task(send(context, ANNA, BERT, 1))
    await engine.failing()
    with pytest.raises(Stale):
        await built_on(context, first)
    with pytest.raises(EngineError):
        await first
    assert await send(context, ANNA, BERT, 3) == 1
    await settle(context)
    check(engine, [ANNA, BERT])


async def test_what_queued_behind_a_lost_commit_is_refused_with_it(
    context: Context, engine: FaultyEngine, listener: Listener
) -> None:
    """Whether it built on the lost one or not; afterwards everything is counted from what was kept."""
    engine.faults.append(Fault.SLOW_LOST)
    first = asyncio.create_task(send(context, ANNA, BERT, 1))
    await engine.failing()
    behind = [
        asyncio.create_task(send(context, owner, CARL, number))
        for number, owner in enumerate((ANNA, BERT, ANNA), 2)
    ]
    outcomes = await asyncio.gather(first, *behind, return_exceptions=True)
    assert [isinstance(outcome, EngineError) for outcome in outcomes] == [True] * 4
    await settle(context)
    assert listener.told == []
    assert random_ids(engine, ANNA) == random_ids(engine, CARL) == []
    assert await send(context, ANNA, CARL, 9) == 1
    await settle(context)
    check(engine, [ANNA, BERT, CARL])


# -- a command that fails by our mistake ----------------------------------------------------------


@pytest.mark.parametrize(
    "faults", [[], [Fault.LOST] * 3, [Fault.KEPT] * 3, [Fault.LOST, Fault.KEPT]]
)
async def test_a_faulty_line_is_set_aside_and_the_others_go_on(
    context: Context, engine: FaultyEngine, monkeypatch: pytest.MonkeyPatch, faults: list[Fault]
) -> None:
    """Also when the engine fails in the midst of it."""
    apply = Carried.apply

    async def sometimes(line: Carried, change: object, where: Context) -> None:
        if line.random_id == 2:
            raise ZeroDivisionError("our mistake")
        await apply(line, change, where)  # type: ignore[arg-type]

    monkeypatch.setattr(Carried, "apply", sometimes)
    held = await context.store.hold(BERT)
    for number in (1, 2, 3):
        await send(context, ANNA, BERT, number)
    engine.faults += faults
    context.store.release(held)
    await settle(context)
    assert random_ids(engine, BERT) == [1, 3]
    assert len(engine.rows(BERT, DeadLetter)) == 1
    check(engine, [ANNA, BERT])


# -- everything at once ------------------------------------------------------------------------


class Crowd:
    """People who send at random, try again at random, and remember what was acknowledged."""

    def __init__(self, seed: int, people: int) -> None:
        self.chance = random.Random(seed)
        self.people = [person(number) for number in range(people)]
        self.engine = FaultyEngine()
        self.listener = Listener(self.engine)
        self.acknowledged: dict[int, tuple[Owner, Owner]] = {}
        self.asked: dict[int, tuple[Owner, Owner]] = {}
        self._number = 0

    def trouble(self, count: int) -> None:
        """Let some of the coming commits fail."""
        kinds = list(Fault)
        weights = [6, 1, 1, 2, 1, 1]
        self.engine.faults.extend(self.chance.choices(kinds, weights, k=count))
        self.engine.reads_failing = self.chance.choice((0, 0, 1, 2))

    async def one(self, context: Context) -> None:
        """Send a message, and try again a few times where that fails."""
        self._number += 1
        number = self._number
        sender, to = self.chance.sample(self.people, 2)
        self.asked[number] = (sender, to)
        for _ in range(self.chance.randrange(1, 4)):
            try:
                await send(context, sender, to, number)
            except EngineError:
                continue
            self.acknowledged[number] = (sender, to)
            return

    def check(self) -> None:
        """Hold what is kept against what was acknowledged and what was told."""
        check(self.engine, self.people)
        assert self.listener.told_unkept == []
        assert [t for t, n in Counter(self.listener.told).items() if n > 1] == []
        boxes = {owner: self.engine.rows(owner, Note) for owner in self.people}
        for number, (sender, to) in self.asked.items():
            times = [sum(n.random_id == number for n in boxes[owner]) for owner in (sender, to)]
            assert times in ([[1, 1]] if number in self.acknowledged else [[0, 0], [1, 1]])
        for owner, notes in boxes.items():
            for sender in self.people:
                order = [n.number for n in notes if n.sender == sender.id]
                assert order == sorted(order), f"{owner} has {sender}'s lines out of order"


@pytest.mark.parametrize("seed", range(12))
async def test_with_faults_at_random_nothing_is_lost_doubled_or_told_too_early(seed: int) -> None:
    """Whatever was acknowledged is in both boxes once; whatever was not is in both or in neither."""
    crowd = Crowd(seed, 5)
    context = await open_context(crowd.engine, crowd.listener)
    for _ in range(25):
        crowd.trouble(crowd.chance.randrange(8))
        await asyncio.gather(*(crowd.one(context) for _ in range(crowd.chance.randrange(1, 9))))
    crowd.engine.faults.clear()
    await settle(context)
    crowd.check()
    assert len(crowd.acknowledged) > 30


@pytest.mark.parametrize("seed", range(12))
async def test_with_faults_and_crashes_at_random_it_is_the_same(seed: int) -> None:
    """A new context on what the engine has kept takes up every command the old one left."""
    crowd = Crowd(seed + 100, 5)
    for _ in range(12):
        crowd.engine.dead, crowd.engine.reads_failing = False, 0
        crowd.engine.faults.clear()
        context = await open_context(crowd.engine, crowd.listener)
        crowd.trouble(crowd.chance.randrange(6))
        busy = [asyncio.create_task(crowd.one(context)) for _ in range(12)]
        for _ in range(crowd.chance.randrange(60)):
            await asyncio.sleep(0)
        crowd.engine.dead = True
        for _ in range(30):
            await asyncio.sleep(0)
        for task in [*busy, *context.delivery.relay.tasks]:
            task.cancel()
        if context.store._worker is not None:
            context.store._worker.cancel()
        await asyncio.gather(*busy, *context.delivery.relay.tasks, return_exceptions=True)
    crowd.engine.dead, crowd.engine.reads_failing = False, 0
    crowd.engine.faults.clear()
    context = await open_context(crowd.engine, crowd.listener)
    await settle(context)
    crowd.check()
    assert 10 < len(crowd.acknowledged) < len(crowd.asked)
