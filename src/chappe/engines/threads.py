"""Threads that do for the event loop what would hold it up, in the order they are asked.

An executor of the standard library makes two futures for each piece of work, with locks, conditions and
callbacks between them: as much work as half a commit, and a twentieth of the upload of a file.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")


class Threads:
    """Some threads for one kind of work. Each starts when there is work that no other is free for."""

    def __init__(self, count: int, name: str) -> None:
        self._count = count
        self._name = name
        self._asked: SimpleQueue[tuple[Callable[[], Any], asyncio.Future[Any]] | None] = (
            SimpleQueue()
        )
        self._threads: list[threading.Thread] = []
        self._under_way = 0  # what was asked and is not done
        self._closed = False

    def do(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        """Have a thread do this; the future gets what it returns or raises, if it still wants it.

        Raises:
            RuntimeError: the threads were closed.
        """
        if self._closed:
            raise RuntimeError("the threads were closed")
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        if self._under_way >= len(self._threads) < self._count:
            name = f"{self._name}_{len(self._threads)}"
            thread = threading.Thread(target=self._work, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()
        self._under_way += 1
        self._asked.put((work, done))
        return done

    def close(self) -> None:
        """Let all that was asked be done, and wait for it. Calling it twice is harmless."""
        self._closed = True
        for _ in self._threads:
            self._asked.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    # -- in a thread ---------------------------------------------------------------------------

    def _work(self) -> None:
        while (asked := self._asked.get()) is not None:
            work, done = asked
            result, failure = None, None
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001  raised where it is waited for
                failure = error
            with suppress(RuntimeError):  # the loop has ended: nobody waits
                done.get_loop().call_soon_threadsafe(self._tell, done, result, failure)
            del asked, work, done, result  # they may be large, and the next work far away

    def _tell(
        self, done: "asyncio.Future[Any]", result: Any, failure: BaseException | None
    ) -> None:
        """Give a future what came of its work; called in the loop."""
        self._under_way -= 1
        if done.done():  # cancelled
            return
        if failure is None:
            done.set_result(result)
        else:
            done.set_exception(failure)
