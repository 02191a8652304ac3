"""Counters: whole after a restart, whether events carried them or they were written by themselves."""

from typing import Any

import pytest

from chappe.core import Kind, Owner
from chappe.engines.memory import MemoryEngine
from chappe.updates import Change, Context, Event, Store

from .kernel import kernel

ANNA = Owner(Kind.USER, 1)


class Happened(Event, frozen=True):
    """Something with a pts."""

    name = "test.happened"


def context_on(engine: MemoryEngine) -> Context:
    """Return a context that has just started, nothing at hand."""
    return kernel(Store(engine), Happened)


def tell(change: Change) -> None:
    """Take a number before and behind an event."""
    change.next("before")
    change.announce(Happened())
    change.next("behind")


def count(change: Change) -> None:
    """Take a number, and announce nothing."""
    change.next("behind")


def tell_twice(change: Change) -> None:
    """Announce two events; the second carries the numbers."""
    tell(change)
    change.announce(Happened())


CASES = (
    ((tell,), {"pts": 1, "before": 1, "behind": 1}),
    ((count,), {"pts": 0, "before": 0, "behind": 1}),
    ((tell, count), {"pts": 1, "before": 1, "behind": 2}),
    ((count, tell), {"pts": 1, "before": 1, "behind": 2}),
    ((tell, count, count, tell_twice), {"pts": 3, "before": 2, "behind": 4}),
)


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize(("steps", "expected"), CASES)
async def test_no_number_is_lost(steps: Any, expected: dict[str, int], restarts: bool) -> None:
    """Whatever order changes come in, and whether the server starts anew between them or not."""
    engine = MemoryEngine()
    context = context_on(engine)
    for step in steps:
        async with context.change(ANNA) as change:
            step(change)
        if restarts:
            context = context_on(engine)
    found = {name: await context.look(ANNA).counter(name) for name in expected}
    assert found == expected
    async with context.change(ANNA) as change:
        assert {name: change.last(name) for name in expected} == expected
