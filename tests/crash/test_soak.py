"""A long load: an hour of what twelve people do, and the server's memory, which comes to rest."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from bench.machine import resident_bytes

from tests.journeys.server import RealServer

from .steady import Steady

MIB: Final = 1 << 20
SOAK_S, LOOK_S = 3_600, 60  # seconds in all, and between two looks at its memory
FULL = (
    400_000  # things done after which caches are full, and so is what the C library keeps for later
)
LOOKS_MIN = 10  # looks at its memory from there on, without which nothing can be said
GROWTH_BYTES_MAX = (
    MIB  # bytes the server may grow by in the time that is left, as a line through it says
)
ROUND = 600  # things done between two looks at the clock


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RealServer]:
    """A server on a new directory."""
    made = RealServer(tmp_path / "data")
    made.start()
    yield made
    made.stop()


Look = tuple[float, int, int]  # seconds since the start, things done, bytes in memory


async def soak(server: RealServer, load: Steady, seconds: float) -> list[Look]:
    """Let people go on for so long; return what was seen of the server's memory meanwhile."""
    started = time.monotonic()
    seen: list[Look] = []
    while (now := time.monotonic() - started) < seconds:
        if not seen or now - seen[-1][0] >= LOOK_S:
            seen.append((now, load.done, resident_bytes(server.pid)))
            print(f"{now:6.0f} s {load.done:9,} done {seen[-1][2] / MIB:8.2f} MiB", flush=True)  # noqa: T201  the curve
        await load.go_on(ROUND)
    seen.append((time.monotonic() - started, load.done, resident_bytes(server.pid)))
    return seen


def slope(seen: list[Look]) -> float:
    """Return the bytes a second by which memory grew: the line of least squares."""
    times, sizes = [look[0] for look in seen], [look[2] for look in seen]
    middle, level = sum(times) / len(seen), sum(sizes) / len(seen)
    over = sum((t - middle) * (size - level) for t, size in zip(times, sizes, strict=True))
    return over / sum((t - middle) ** 2 for t in times)


async def test_a_load_that_goes_on_for_an_hour_does_no_harm(
    server: RealServer, *, long: bool
) -> None:
    """Nothing fails; once the caches are full the server takes no more memory. In short: nothing fails."""
    load = Steady(server)
    await load.sign_up()
    if not long:
        await load.go_on(ROUND)
        assert server.bugs() == []
        return
    seen = await soak(server, load, SOAK_S)
    assert server.bugs() == []
    later = [look for look in seen if look[1] >= FULL]
    assert len(later) >= LOOKS_MIN, "this machine is too slow for an hour to tell"
    growth = slope(later) * (later[-1][0] - later[0][0])
    print(f"grew by {growth / MIB:.2f} MiB in {later[-1][0] - later[0][0]:.0f} s")  # noqa: T201  the outcome
    assert growth <= GROWTH_BYTES_MAX


def test_a_line_through_what_was_seen_says_how_memory_grows() -> None:
    """A server that leaks is found, and one whose memory goes up and down is not taken for it."""
    leaking = [(60.0 * n, n, 100 * MIB + 80 * 100 * 60 * n) for n in range(40)]
    assert slope(leaking) == pytest.approx(80 * 100)
    calm = [(60.0 * n, n, 100 * MIB + (n % 2) * MIB) for n in range(40)]
    assert abs(slope(calm)) * 2400 < GROWTH_BYTES_MAX / 4
