"""Eager coroutines: run at once, and become a task only if they have to wait."""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")


class Committed:
    """A light future, such as the commit of a change. Awaited as any future is.

    Most calls wait for one of these and for nothing else. What is driven goes on within `come` or `fail`
    itself, outside any task; tasks go on in their turn, as behind any future.
    """

    __slots__ = ("_asyncio_future_blocking", "_ended", "_error", "_waiting")

    def __init__(self) -> None:
        self._asyncio_future_blocking = False  # what tells a task that this can be waited for
        self._ended = False
        self._error: BaseException | None = None
        self._waiting: list[Callable[[], object]] | None = None

    def done(self) -> bool:
        """Whether it has come, or failed to."""
        return self._ended

    def come(self) -> None:
        """Let everybody go on who waits. A second time, or after a failure, nothing happens."""
        if self._ended:
            return
        self._ended = True
        waiting, self._waiting = self._waiting, None
        for go_on in waiting or ():
            go_on()

    def fail(self, error: BaseException) -> None:
        """Raise an error where it is waited for."""
        if not self._ended:
            self._error = error
            self.come()

    def then(self, go_on: Callable[[], object]) -> None:
        """Call this when it has come or failed, at once if it has already."""
        if self._ended:
            go_on()
        elif self._waiting is None:
            self._waiting = [go_on]
        else:
            self._waiting.append(go_on)

    def result(self) -> None:
        """Raise the error if it failed."""
        if self._error is not None:
            raise self._error

    def __await__(self) -> Generator[Any, None, None]:
        if not self._ended:
            self._asyncio_future_blocking = True
            yield self
        self.result()

    # -- what a task that waits asks for -------------------------------------------------------

    def add_done_callback(
        self, go_on: Callable[["Committed"], object], *, context: Context | None = None
    ) -> None:
        """Have a task take its next step."""
        loop = asyncio.get_running_loop()
        self.then(lambda: loop.call_soon(go_on, self, context=context))

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Return the loop: there is one."""
        return asyncio.get_running_loop()

    def cancel(self, msg: object = None) -> bool:
        """End the waiting of a task that is cancelled."""
        if self._ended:
            return False
        self.fail(asyncio.CancelledError(msg) if msg else asyncio.CancelledError())
        return True


class _Resumed(Coroutine[Any, Any, None]):
    """The rest of a coroutine that was started outside a task and now waits for `_waited`."""

    __slots__ = ("_done", "_failed", "_waited", "_work")

    def __init__(
        self,
        work: Coroutine[Any, Any, Any],
        waited: Any,
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._work = work
        self._waited = waited
        self._done = done
        self._failed = failed

    def send(self, value: Any) -> Any:
        """See `Coroutine`. The first time, the task learns what is waited for."""
        if self._waited is not None:
            waited, self._waited = self._waited, None
            return waited
        return self._step(self._work.send, value)

    def throw(self, *error: Any) -> Any:
        """See `Coroutine`."""
        self._waited = None
        return self._step(self._work.throw, *error)

    def close(self) -> None:
        """See `Coroutine`."""
        self._work.close()

    def __await__(self) -> Any:
        raise RuntimeError("only a task goes on with it")

    def _step(self, step: Callable[..., Any], *given: Any) -> Any:
        try:
            return step(*given)
        except StopIteration as stop:
            self._done(stop.value)
        except asyncio.CancelledError as error:
            self._failed(error)
            raise
        except Exception as error:  # noqa: BLE001  handed to `failed`, which tells refusals from bugs
            self._failed(error)
        raise StopIteration


def drive(
    work: Coroutine[Any, Any, T],
    done: Callable[[T], None],
    failed: Callable[[BaseException], None],
    tasks: "set[asyncio.Task[None]]",
) -> None:
    """Run `work`; call `done` with its result or `failed` with its error, at once if it never waits.

    A coroutine that waits for a `Committed` goes on when it comes, without a task; one that waits for
    anything else continues in a task kept in `tasks` until it ends.
    """
    try:
        waited = work.send(None)
    except StopIteration as stop:
        done(stop.value)
        return
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001  `failed` tells refusals from bugs
        failed(error)
        return
    if waited.__class__ is Committed:
        waited._asyncio_future_blocking = False  # noqa: SLF001  as tasks say that they have seen it
        waited.then(partial(drive, work, done, failed, tasks))
        return
    rest = _Resumed(work, waited, done, failed)
    task: asyncio.Task[None] = asyncio.get_running_loop().create_task(rest)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
