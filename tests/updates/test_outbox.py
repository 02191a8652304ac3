"""Commands between boxes: applied once, in the commit of their cause where it can be, never without it."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.engines.memory import MemoryEngine
from chappe.ports import EngineError, Record, WriteSet
from chappe.updates import Change, Command, Context, Store, relay
from chappe.updates.key_ranges import span
from chappe.updates.relay import Relay

from .kernel import Kernel, kernel

ANNA, BERT = Owner(Kind.USER, 1), Owner(Kind.USER, 2)


class Note(Record, frozen=True):
    """Something a test keeps."""

    table = "note"
    key = ("id",)

    id: int


class Told(Command, frozen=True):
    """Keeps a note in the other box."""

    name = "test.told"

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
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
async def context(monkeypatch: pytest.MonkeyPatch) -> Kernel:
    """A context on an engine that can be told to fail."""
    monkeypatch.setattr(relay, "RETRY_S", 0)
    made = kernel(Store(Failing()), Told)
    await made.delivery.relay.start()
    made.store.engine.commits = 0
    return made


async def post(context: Kernel) -> None:
    """Keep a note, and send word of it."""
    async with context.change(ANNA) as change:
        change.put(Note(id=change.next("notes")))
        change.send_command(BERT, Told())


async def notes(context: Kernel, owner: Owner) -> int:
    """Return how many notes the engine itself holds for an owner."""
    await context.delivery.relay.settle()
    await context.store.settle()
    return len(
        await Store(context.store.engine).scan(
            Note, owner, span(Note, (), None, None), limit=100, reverse=False, writes=None
        )
    )


async def outbox(context: Kernel) -> list[Owner]:
    """Return the boxes that hold commands not yet delivered."""
    return await context.store.engine.owners(Kind.RELAY)


async def test_a_line_is_kept_in_the_commit_of_its_cause(context: Kernel) -> None:
    """Many at once leave nothing undelivered."""
    await asyncio.gather(*(post(context) for _ in range(3)))
    assert (await notes(context, ANNA), await notes(context, BERT)) == (3, 3)
    assert await outbox(context) == []


async def test_one_message_costs_one_commit(context: Kernel) -> None:
    """Both boxes and the command between them go to the disk together."""
    await post(context)
    assert await notes(context, BERT) == 1
    assert context.store.engine.commits == 1


async def test_a_lost_change_takes_its_lines_with_it(context: Kernel) -> None:
    """Nothing arrives of what its sender was refused."""
    context.store.engine.fails = [False]
    with pytest.raises(EngineError):
        await post(context)
    assert (await notes(context, ANNA), await notes(context, BERT)) == (0, 0)
    await post(context)
    assert (await notes(context, ANNA), await notes(context, BERT)) == (1, 1)


async def test_what_was_kept_and_reported_lost_is_applied_once(context: Kernel) -> None:
    """The relay asks the engine before it tries again."""
    context.store.engine.fails = [True]
    with pytest.raises(EngineError):
        await post(context)
    assert (await notes(context, ANNA), await notes(context, BERT)) == (1, 1)
    assert await outbox(context) == []


async def test_a_line_that_waits_for_its_box_is_void_when_its_cause_is_lost(
    context: Kernel,
) -> None:
    """It was not applied yet, and never is."""
    held = await context.store.hold(BERT)
    context.store.engine.fails = [False]
    with pytest.raises(EngineError):
        await post(context)
    context.store.release(held)
    assert await notes(context, BERT) == 0


async def test_a_line_that_waits_for_its_box_outlives_a_failure_that_kept_its_cause(
    context: Kernel,
) -> None:
    """The command is in the outbox, so it is delivered."""
    held = await context.store.hold(BERT)
    context.store.engine.fails = [True]
    with pytest.raises(EngineError):
        await post(context)
    assert await outbox(context) != []
    context.store.release(held)
    assert await notes(context, BERT) == 1
    assert await outbox(context) == []


async def test_a_cancelled_caller_does_not_silence_what_was_kept(context: Kernel) -> None:
    """Telling hangs on the commit, not on who waits for it."""
    heard: list[Change] = []
    context.delivery.hub.publish = heard.append  # type: ignore[method-assign]
    task = asyncio.create_task(announce(context))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await context.store.settle()
    assert len(heard) == 1


async def announce(context: Kernel) -> None:
    """Keep a note and notice something."""
    async with context.change(ANNA) as change:
        change.put(Note(id=1))
        change.without_pts.append(Any)


async def test_who_found_it_done_waits_until_it_is_kept(context: Kernel) -> None:
    """A change that writes nothing has seen what an earlier one wrote: it fails with it."""
    context.store.engine.fails = [False, False]

    async def once() -> str:
        async with context.change(ANNA) as change:
            if await change.get(Note, 1) is not None:
                return "done already"
            change.put(Note(id=1))
        return "done"

    ends = await asyncio.gather(once(), once(), return_exceptions=True)
    assert [type(end) for end in ends] == [EngineError, EngineError]
    context.store.engine.fails = []
    assert await asyncio.gather(once(), once()) == ["done", "done already"]
    assert await notes(context, ANNA) == 1


async def test_who_saw_what_was_lost_meanwhile_is_refused(context: Kernel) -> None:
    """The failure comes while they still hold the box."""
    context.store.engine.fails = [False]

    async def see() -> None:
        async with context.change(ANNA) as change:
            while not context.store.broken:
                assert await change.get(Note, 1) is not None
                await asyncio.sleep(0)

    ends = await asyncio.gather(post(context), see(), return_exceptions=True)
    assert [isinstance(end, EngineError) for end in ends] == [True, True]


async def test_a_stop_does_not_wait_for_a_store_that_fails_for_good(context: Kernel) -> None:
    """What was not applied is in the outbox, and the next run takes it up."""
    held = await context.store.hold(BERT)
    await post(context)
    context.store.engine.fails = [False] * 100
    context.store.release(held)
    await context.delivery.relay.stop()
    assert await outbox(context) != []
    context.store.engine.fails = []
    again = Relay(context, context.notes)
    context.delivery.relay = again
    await again.start()
    assert await notes(context, BERT) == 1
    assert await outbox(context) == []


async def test_a_stop_does_not_wait_for_a_box_that_is_never_free(
    context: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is an end to its patience."""
    monkeypatch.setattr(relay, "STOP_S_MAX", 0)
    held = await context.store.hold(BERT)
    await post(context)
    await context.delivery.relay.stop()
    assert await outbox(context) != []
    context.store.release(held)


async def test_who_waits_for_lines_waits_for_those_taken_so_far(context: Kernel) -> None:
    """However many come behind them without end."""
    held = await context.store.hold(BERT)
    await post(context)
    waiting = asyncio.create_task(context.delivery.relay.delivered(BERT))
    await asyncio.sleep(0)
    context.store.release(held)
    while not waiting.done():
        await post(context)
        await asyncio.sleep(0)
    assert await notes(context, BERT) > 0


async def test_everybody_goes_on_when_their_own_lines_are_applied(
    context: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first with the first command, who gave up with none; at the latest when the queue ends."""
    monkeypatch.setattr(relay, "COMMANDS_APPLIED_MAX", 1)
    held = await context.store.hold(BERT)
    order: list[str] = []

    async def wait(name: str) -> None:
        await context.delivery.delivered(BERT)
        order.append(f"{name} {len(await context.look(BERT).scan(Note)) > 0}")

    waiting = []
    for name in ("Ada", "Bob", "Claude"):
        await post(context)
        waiting.append(asyncio.create_task(wait(name)))
        await asyncio.sleep(0)
    waiting.pop(1).cancel()
    context.store.release(held)
    await asyncio.gather(*waiting)
    assert order == ["Ada True", "Claude True"]
    assert await notes(context, BERT) == 3
    await context.delivery.delivered(BERT)  # there is nothing to wait for


async def test_who_waits_for_lines_does_not_wait_for_ever(
    context: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The box is never free."""
    monkeypatch.setattr(relay, "DELIVERED_S_MAX", 0)
    held = await context.store.hold(BERT)
    await post(context)
    await context.delivery.relay.delivered(BERT)
    assert await outbox(context) != []
    context.store.release(held)


async def test_a_long_outbox_is_taken_up_whole_at_the_start(
    context: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More commands than are read at a time, each applied once."""
    monkeypatch.setattr(relay, "COMMANDS_READ_MAX", 3)
    await context.store.hold(BERT)
    for _ in range(10):
        await post(context)
    context.store = Store(context.store.engine)  # this run ends here
    context.delivery.relay = Relay(context, context.notes)
    await context.delivery.relay.start()
    assert await notes(context, BERT) == 10
    assert await outbox(context) == []
