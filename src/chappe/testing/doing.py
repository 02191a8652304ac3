"""What is being done in a test world: a future that a test awaits, or waits for."""

import asyncio
import concurrent.futures
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")
S = TypeVar("S")


class Doing(Generic[T]):
    """Something the world has begun to do. `await doing` or `doing.now()` gives what comes of it.

    It is begun when it is asked for, in the order of asking, whether or not somebody waits for it. What
    fails and was waited for by nobody fails the test at its end.
    """

    def __init__(self, world: "Loop", coroutine: Coroutine[Any, Any, T]) -> None:
        self._loop = world
        self._future = world.begin(coroutine)
        self._asked = False
        world.begun.append(self)

    def __await__(self) -> Generator[Any, None, T]:
        self._asked = True
        return asyncio.wrap_future(self._future).__await__()

    def now(self) -> T:
        """Wait here for what comes of it, where nothing can be awaited."""
        self._asked = True
        return self._future.result()

    def then(self, act: Callable[[T], Coroutine[Any, Any, S]]) -> "Doing[S]":
        """Return what follows from it, on the world's own loop."""

        async def follow() -> S:
            return await act(await asyncio.wrap_future(self._future))

        self._asked = True
        return Doing(self._loop, follow())

    def unseen_failure(self) -> BaseException | None:
        """Return why it failed, if it did and nobody waited for it."""
        if self._asked or not self._future.done() or self._future.cancelled():
            return None
        return self._future.exception()


class Loop:
    """The event loop of a world, in a thread of its own: a test and its bots may block as they like."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.begun: list[Doing[Any]] = []  # grows by what one test does

    def begin(self, coroutine: Coroutine[Any, Any, S]) -> "concurrent.futures.Future[S]":
        """Have something done on the loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    def do(self, coroutine: Coroutine[Any, Any, S]) -> S:
        """Have something done on the loop, and wait for it."""
        return self.begin(coroutine).result()
