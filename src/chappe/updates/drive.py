"""Run a coroutine now; make a task of it only when it has to wait."""

import asyncio
import types
from collections.abc import Callable, Coroutine, Generator
from typing import Any, TypeVar

T = TypeVar("T")


@types.coroutine
def _resume(work: Coroutine[Any, Any, T], waited: Any) -> Generator[Any, Any, T]:
    """Go on with a coroutine that was started outside a task and now waits for `waited`."""
    while True:
        try:
            sent = yield waited
        except BaseException as error:  # noqa: BLE001  whatever the task throws belongs to the coroutine
            step = work.throw
            argument: Any = error
        else:
            step = work.send  # type: ignore[assignment]
            argument = sent
        try:
            waited = step(argument)
        except StopIteration as stop:
            result: T = stop.value
            return result


def drive(
    work: Coroutine[Any, Any, T],
    done: Callable[[T], None],
    failed: Callable[[BaseException], None],
    tasks: "set[asyncio.Task[None]]",
) -> None:
    """Run `work`; call `done` with its result or `failed` with its error, at once if it never waits.

    A coroutine that waits continues in a task kept in `tasks` until it ends.
    """
    try:
        waited = work.send(None)
    except StopIteration as stop:
        done(stop.value)
        return
    except Exception as error:  # noqa: BLE001  handed to `failed`, which tells refusals from bugs
        failed(error)
        return

    async def finish() -> None:
        try:
            result = await _resume(work, waited)
        except asyncio.CancelledError as error:
            failed(error)
            raise
        except Exception as error:  # noqa: BLE001  as above
            failed(error)
        else:
            done(result)

    task = asyncio.get_running_loop().create_task(finish())
    tasks.add(task)
    task.add_done_callback(tasks.discard)
