"""Running a bot beside a test: an object of a framework, a coroutine, a function, or a program."""

import asyncio
import contextlib
import inspect
import os
import subprocess
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from typing import Any, Final

STOP_S: Final = 5.0  # real seconds a program or thread has to end


class CannotRun(TypeError):
    """It is not known how to run this."""


class Running:
    """A bot that runs inside a `with` or an `async with`.

    Taken are: an `Application` of python-telegram-bot; a `Dispatcher` of aiogram with its `Bot`; a `TeleBot`
    or `AsyncTeleBot` of pyTelegramBotAPI; a coroutine, or a function that returns one; a function, which runs
    in a thread and ends by itself; the words of a command, which is given the bot's settings. Frameworks are
    told by what their objects can do, and none is imported.
    """

    def __init__(self, what: tuple[Any, ...], env: Mapping[str, str]) -> None:
        self._what = what
        self._env = env
        self._exits: contextlib.AbstractContextManager[None] | None = None
        self._async_exits: contextlib.AbstractAsyncContextManager[None] | None = None

    def __enter__(self) -> None:
        self._exits = _in_sync(self._what, self._env)
        self._exits.__enter__()

    def __exit__(self, *failure: Any) -> None:
        if self._exits is not None:
            self._exits.__exit__(*failure)

    async def __aenter__(self) -> None:
        self._async_exits = _in_async(self._what, self._env)
        await self._async_exits.__aenter__()

    async def __aexit__(self, *failure: Any) -> None:
        if self._async_exits is not None:
            await self._async_exits.__aexit__(*failure)


def _is_application(what: Any) -> bool:
    """Whether it is an `Application` of python-telegram-bot."""
    return hasattr(what, "updater") and hasattr(what, "add_handler")


def _is_dispatcher(what: Any) -> bool:
    """Whether it is a `Dispatcher` of aiogram."""
    return hasattr(what, "start_polling") and hasattr(what, "include_router")


def _is_telebot(what: Any) -> bool:
    """Whether it is a bot of pyTelegramBotAPI."""
    return hasattr(what, "infinity_polling") and hasattr(what, "message_handler")


@contextlib.asynccontextmanager
async def _in_async(what: tuple[Any, ...], env: Mapping[str, str]) -> AsyncIterator[None]:
    first = what[0]
    if _is_application(first):
        async with _application(first):
            yield
    elif _is_dispatcher(first):
        if len(what) != 2:  # noqa: PLR2004  the dispatcher and its bot
            raise CannotRun("A Dispatcher of aiogram is run with its Bot: runs(dispatcher, bot).")
        task = asyncio.create_task(
            first.start_polling(what[1], handle_signals=False, close_bot_session=False)
        )
        async with _ended(task):
            yield
        with contextlib.suppress(Exception):
            await what[1].session.close()
    elif inspect.iscoroutine(first):
        async with _ended(asyncio.create_task(first)):
            yield
    elif inspect.iscoroutinefunction(first):
        async with _ended(asyncio.create_task(first(*what[1:]))):
            yield
    elif _is_telebot(first) and inspect.iscoroutinefunction(first.infinity_polling):
        async with _ended(asyncio.create_task(first.infinity_polling(skip_pending=False))):
            yield
        await first.close_session()
    else:
        with _in_sync(what, env):
            yield


@contextlib.asynccontextmanager
async def _application(application: Any) -> AsyncIterator[None]:
    async with application:
        await application.start()
        await application.updater.start_polling(poll_interval=0)
        try:
            yield
        finally:
            await application.updater.stop()
            await application.stop()


@contextlib.asynccontextmanager
async def _ended(task: "asyncio.Task[Any]") -> AsyncIterator[None]:
    """End a task when the test is done with it; what it failed with meanwhile fails the test."""
    await asyncio.sleep(0)
    try:
        yield
    finally:
        if task.done():
            task.result()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.contextmanager
def _in_sync(what: tuple[Any, ...], env: Mapping[str, str]) -> Iterator[None]:
    first = what[0]
    if _is_telebot(first):
        with _thread(lambda: first.infinity_polling(skip_pending=False), first.stop_bot):
            yield
    elif isinstance(first, Sequence) and not isinstance(first, str | bytes):
        with _program([str(word) for word in first], env):
            yield
    elif callable(first):
        with _thread(lambda: first(*what[1:]), lambda: None):
            yield
    else:
        raise CannotRun(
            f"{type(first).__name__} cannot be run here: give a coroutine, a function, or a command."
        )


@contextlib.contextmanager
def _thread(run: Callable[[], Any], stop: Callable[[], Any]) -> Iterator[None]:
    thread = threading.Thread(target=run, name="bot", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop()
        thread.join(STOP_S)


@contextlib.contextmanager
def _program(words: Sequence[str], env: Mapping[str, str]) -> Iterator[None]:
    with subprocess.Popen(words, env={**os.environ, **env}) as program:  # noqa: S603  the test's own words
        try:
            yield
        finally:
            program.terminate()
            try:
                program.wait(STOP_S)
            except subprocess.TimeoutExpired:
                program.kill()
