"""A whole server, crashed at one commit after the other: what it said before is true afterwards.

A failure prints how to see it again: `run(seed, {commit: how})` does the same every time.
"""

import random
from typing import Any

import pytest

from chappe.core import Kind

from .crashing import How, Machine, Plan, renew_keys
from .loop import simulate
from .people import Circle
from .truth import check
from .world import make_server

PEOPLE, ACTS = 4, 12
SEEDS, SEEDS_LONG = 6, 100
POINTS, POINTS_LONG = 8, 500  # commits of each seed's life at which it is ended: each way twice
JUMPS_S = (-3_600.0, -61.0, 0.0, 0.0, 61.0, 3_600.0)
OFTEN = 25  # commits between two crashes where there are many


def run(
    seed: int, points: dict[int, How], jumps: tuple[float, ...] = (0.0,), *, renews: bool = False
) -> Circle:
    """Let people live through the crashes at these commits, and check everything afterwards."""
    asked = dict(points)

    async def story() -> Circle:
        machine = Machine(seed, Plan(points, jumps), renews=renews)
        circle = Circle(machine, seed, PEOPLE, ACTS)

        async def afterwards() -> None:
            await check(circle)
            if renews:
                await check_renewed(machine)

        try:
            await machine.run([p.live() for p in circle.people], afterwards)
        except BaseException:
            print(f"to see it again: run({seed}, {asked}, {jumps}, renews={renews})")  # noqa: T201
            raise
        return circle

    return simulate(story())


async def check_renewed(machine: Machine) -> None:
    """Let a renewal of keys come to its end; see that everything opens by the newest keys alone."""
    assert machine.server is not None
    await renew_keys(machine.server)
    fresh = await make_server(machine.seed, machine.boxes, machine.keys, machine.clock)
    engine: Any = fresh.context.store.engine
    assert (engine.keys.renewals.round, engine.keys.renewals.is_under_way) == (1, False)
    engine.keys.former = lambda _: ()
    for kind in Kind:
        for owner in await engine.owners(kind):
            await engine.walk(owner, ("", b""), limit=10_000)


def points_of(seed: int, commits: int, *, long: bool) -> Any:
    """Return the commits of a life at which it is ended, and how, spread over all of it.

    A long run draws from all there are. The usual one, which has few, takes one of each stretch of the life,
    and every way in which a commit ends equally often; which way comes where differs from seed to seed.
    """
    chance = random.Random(seed)
    if long:
        every = [(at, how) for at in range(1, commits) for how in How]
        return chance.sample(every, min(len(every), POINTS_LONG))
    ways = [how for how in How for _ in range(POINTS // len(How))]
    chance.shuffle(ways)
    edges = [1 + -(-n * (commits - 1) // POINTS) for n in range(POINTS + 1)]
    return [(chance.randrange(edges[n], edges[n + 1]), how) for n, how in enumerate(ways)]


def test_the_points_are_spread_over_a_life() -> None:
    """One in each eighth of it, every way twice, and over all seeds every way early and late."""
    drawn = [points_of(seed, 117, long=False) for seed in range(SEEDS)]
    for points in drawn:
        assert [(at - 1) * POINTS // 116 for at, _ in points] == list(range(POINTS))
        assert sorted(how.name for _, how in points) == sorted([how.name for how in How] * 2)
    halves = {(how, n < POINTS // 2) for points in drawn for n, (_, how) in enumerate(points)}
    assert halves == {(how, early) for how in How for early in (True, False)}


@pytest.mark.parametrize("part", range(SEEDS))
def test_a_crash_at_any_commit_changes_nothing_that_was_said(part: int, *, long: bool) -> None:
    """People go on as if nothing had been; and who had no crash needed no difference."""
    for seed in range(part, SEEDS_LONG if long else SEEDS, SEEDS):
        calm = run(seed, {})
        assert [person.app.gaps for person in calm.people] == [0] * PEOPLE
        assert len(calm.kept) >= ACTS // 2  # acts are drawn: not each of them says something
        for at, how in points_of(seed, calm.machine.plan.commits, long=long):
            circle = run(seed, {at: how})
            assert circle.kept.keys() | circle.refused == circle.said.keys()


def test_keys_are_renewed_through_crashes(*, long: bool) -> None:
    """While people live on: a crash at any commit of boxes or keys leaves nothing half done."""
    for seed in range(SEEDS_LONG if long else 1):
        commits = run(seed, {}, renews=True).machine.plan.commits
        for at, how in points_of(seed, commits, long=long):
            circle = run(seed, {at: how}, renews=True)
            assert circle.kept.keys() | circle.refused == circle.said.keys()


@pytest.mark.parametrize("part", range(SEEDS))
def test_crash_after_crash_and_a_clock_that_jumps(part: int, *, long: bool) -> None:
    """Every few commits, in any way, and the time may be an hour off afterwards."""
    for seed in range(part, SEEDS_LONG * 5 if long else SEEDS * 2, SEEDS):
        chance = random.Random(seed)
        points = {at: chance.choice(list(How)) for at in chance.sample(range(1, 300), 300 // OFTEN)}
        circle = run(1_000 + seed, points, JUMPS_S)
        assert circle.machine.starts > 1


def test_a_seed_tells_the_whole_story() -> None:
    """The same seed gives every byte again that was ever kept."""
    first, again = (run(7, {20: How.BEFORE, 60: How.KEPT}) for _ in range(2))
    assert first.machine.plan.told.digest() == again.machine.plan.told.digest()
    assert first.machine.plan.commits == again.machine.plan.commits
