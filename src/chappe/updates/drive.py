"""Run a coroutine now; make a task of it only when it has to wait."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Moment(asyncio.Future[None]):
    """Something that will have happened, such as that a change is kept.

    Most calls wait for one of these and for nothing else; without a task it costs them a tenth.
    """


class _Waiting(Coroutine[Any, Any, None]):
    """What is left of a coroutine that was started outside a task and now waits for `_waited`."""

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

    A coroutine that waits for a `Moment` goes on when it comes, without a task; one that waits for
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
    if waited.__class__ is Moment:
        waited._asyncio_future_blocking = False  # noqa: SLF001  as tasks say that they have seen it
        waited.add_done_callback(lambda _: drive(work, done, failed, tasks))
        return
    rest = _Waiting(work, waited, done, failed)
    task: asyncio.Task[None] = asyncio.get_running_loop().create_task(rest)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
