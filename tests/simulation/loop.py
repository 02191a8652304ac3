"""An event loop whose time passes only when nothing else can happen: no run waits, and every run repeats."""

import asyncio
import random
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

START = 1_800_000_000.0  # seconds since 1970 when a simulation begins


class Stuck(Exception):
    """Nothing is ready and nothing is due: somebody waits for ever."""


class _Selector(selectors.SelectSelector):
    """Where real sockets would be waited for, time jumps to what is due next."""

    loop: "SimulatedLoop"

    def select(self, timeout: float | None = None) -> Any:
        """See `selectors`."""
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise Stuck
        self.loop.passed += timeout
        return ready


class SimulatedLoop(asyncio.SelectorEventLoop):
    """See asyncio."""

    def __init__(self) -> None:
        self.passed = 0.0
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        """See asyncio."""
        return self.passed


def simulate(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in simulated time.

    Raises:
        Stuck: it waits for something that never comes.
        BaseException: a callback of the loop failed, which nobody waits for.
    """
    loop = SimulatedLoop()
    failures: list[BaseException] = []

    def failed(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if "handle" in context:
            failures.append(context["exception"])
        else:
            loop.default_exception_handler(context)

    loop.set_exception_handler(failed)
    try:
        result = loop.run_until_complete(work)
        if failures:
            raise failures[0]
        return result
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left))
        loop.close()


class Clock:
    """See `core.Clock`: the time of the loop, and whatever an operator did to the machine's clock."""

    def __init__(self) -> None:
        self.shift = 0.0

    def now(self) -> float:
        """See `core.Clock`."""
        return START + self.shift + asyncio.get_running_loop().time()

    def monotonic(self) -> float:
        """See `core.Clock`."""
        return asyncio.get_running_loop().time()


class Entropy:
    """See `core.Entropy`: the same bytes again for the same seed."""

    def __init__(self, seed: int) -> None:
        self.token = random.Random(seed).randbytes
