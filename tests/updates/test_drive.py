"""Coroutines driven without a task until they wait: results, errors and cancellation arrive all the same."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from chappe.updates import drive
from chappe.updates.drive import Committed


class Outcome:
    """What became of a driven coroutine."""

    def __init__(self) -> None:
        self.done: list[Any] = []
        self.failed: list[BaseException] = []
        self.tasks: set[asyncio.Task[None]] = set()

    def of(self, work: Any) -> "Outcome":
        """Drive a coroutine."""
        drive(work, self.done.append, self.failed.append, self.tasks)
        return self


async def after(steps: int, end: Callable[[], Any]) -> Any:
    """Wait so many times, then end."""
    for _ in range(steps):
        await asyncio.sleep(0.001)
    return end()


def fail() -> None:
    """Raise."""
    raise ValueError("as asked")


@pytest.mark.parametrize("steps", [0, 1, 3])
async def test_a_result_arrives_once(steps: int) -> None:
    """However often it waited; without waiting, at once."""
    outcome = Outcome().of(after(steps, lambda: 7))
    assert bool(outcome.tasks) is bool(steps)
    await settle(outcome)
    assert (outcome.done, outcome.failed) == ([7], [])


@pytest.mark.parametrize("steps", [0, 1, 3])
async def test_an_error_arrives_once(steps: int) -> None:
    """And the task that carried it ends well."""
    outcome = Outcome().of(after(steps, fail))
    await settle(outcome)
    assert outcome.done == []
    assert [type(error) for error in outcome.failed] == [ValueError]


async def test_an_error_of_what_is_waited_for_can_be_caught() -> None:
    """The coroutine sees it where it waits."""
    turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def work() -> str:
        try:
            await turn
        except ValueError:
            return "caught"
        return "missed"

    outcome = Outcome().of(work())
    turn.set_exception(ValueError())
    await settle(outcome)
    assert outcome.done == ["caught"]


@pytest.mark.parametrize("begun", [False, True])
async def test_cancellation_reaches_the_coroutine(begun: bool) -> None:
    """Also before the task took its first step."""
    cleaned: list[bool] = []

    async def work() -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            cleaned.append(True)

    outcome = Outcome().of(work())
    (task,) = outcome.tasks
    if begun:
        await asyncio.sleep(0)
    task.cancel()
    await settle(outcome)
    assert cleaned == [True]
    assert task.cancelled()
    assert [type(error) for error in outcome.failed] == [asyncio.CancelledError]


async def test_time_limits_work_inside() -> None:
    """What asks for the current task finds one once it has waited."""

    async def work() -> str:
        await asyncio.sleep(0)
        async with asyncio.timeout(0.001):
            await asyncio.sleep(10)
        return "late"

    outcome = Outcome().of(work())
    await settle(outcome)
    assert [type(error) for error in outcome.failed] == [TimeoutError]


async def settle(outcome: Outcome) -> None:
    """Wait until nothing is under way."""
    waiting: list[Awaitable[Any]] = list(outcome.tasks)
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_who_waits_for_a_moment_needs_no_task() -> None:
    """However many of them come one after the other; what they bring is seen where it is waited for."""
    several = [Committed() for _ in range(3)]

    async def work() -> list[str]:
        heard = []
        for committed in several:
            try:
                await committed
                heard.append("came")
            except (ValueError, asyncio.CancelledError) as error:
                heard.append(type(error).__name__)
        return heard

    outcome = Outcome().of(work())
    several[0].come()
    await asyncio.sleep(0)
    several[1].fail(ValueError())
    await asyncio.sleep(0)
    assert (outcome.tasks, outcome.done) == (set(), [])
    several[2].cancel()
    await asyncio.sleep(0)
    assert (outcome.done, outcome.failed) == ([["came", "ValueError", "CancelledError"]], [])


async def test_behind_a_moment_one_may_wait_for_anything() -> None:
    """Only then is there a task; an error behind either arrives once."""
    committed = Committed()

    async def work() -> None:
        await committed
        await asyncio.sleep(0.001)
        fail()

    outcome = Outcome().of(work())
    committed.come()
    await asyncio.sleep(0)
    assert outcome.tasks
    await settle(outcome)
    assert [type(error) for error in outcome.failed] == [ValueError]


async def test_a_moment_that_is_cancelled_ends_who_waits_for_it() -> None:
    """Its end is told, so that nobody waits for an answer for ever."""
    committed = Committed()

    async def work() -> None:
        await committed

    outcome = Outcome().of(work())
    committed.cancel()
    await asyncio.sleep(0)
    assert [type(error) for error in outcome.failed] == [asyncio.CancelledError]
