"""Chromium's DevTools protocol, for what Playwright does not show: workers, their traffic, their memory.

https://chromedevtools.github.io/devtools-protocol/
"""

import asyncio
import itertools
import json
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any, Final, Self

import aiohttp

ANSWER_S_MAX: Final = 60.0
MESSAGE_BYTES_MAX: Final = 1 << 28  # of one answer: a trace comes in large pieces
KINDS: Final = ("page", "shared_worker", "service_worker")

Hear = Callable[[dict[str, Any]], None]


class Session:
    """One target one has attached to: a page or a worker."""

    def __init__(self, tools: "Devtools", number: str, kind: str, url: str) -> None:
        self._tools = tools
        self._number = number
        self.kind = kind
        self.url = url

    async def ask(self, method: str, **parameters: Any) -> Any:
        """Call a method of it."""
        return await self._tools.ask(method, session=self._number, **parameters)

    def on(self, method: str, hear: Hear) -> None:
        """Be told of an event of it."""
        self._tools.hearing.setdefault((self._number, method), []).append(hear)

    async def value(self, expression: str) -> Any:
        """Return what an expression is worth there."""
        found = await self.ask(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in found:
            raise RuntimeError(found["exceptionDetails"])
        return found["result"].get("value")

    async def heap_bytes(self) -> int:
        """Return the bytes of live objects, after garbage was collected."""
        for _ in range(2):
            await self.ask("HeapProfiler.collectGarbage")
        return int((await self.ask("Runtime.getHeapUsage"))["usedSize"])


class Devtools:
    """A connection to a browser that was started with `--remote-debugging-port`."""

    def __init__(self, port: int, prepare: Callable[[Session], Any] | None = None) -> None:
        """`prepare` is awaited for each page and worker before any of its scripts runs."""
        self._port = port
        self._prepare = prepare
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._stack = AsyncExitStack()
        self._tasks: set[asyncio.Task[None]] = set()
        self.hearing: dict[tuple[str, str], list[Hear]] = {}
        self.sessions: list[Session] = []

    async def __aenter__(self) -> Self:
        http = await self._stack.enter_async_context(aiohttp.ClientSession())
        async with http.get(f"http://127.0.0.1:{self._port}/json/version") as answer:
            url = (await answer.json())["webSocketDebuggerUrl"]
        self._socket = await self._stack.enter_async_context(
            http.ws_connect(url, max_msg_size=MESSAGE_BYTES_MAX)
        )
        self._start(self._read())
        self.hearing["", "Target.attachedToTarget"] = [
            lambda told: self._start(self._attached(told))
        ]
        await self.ask(
            "Target.setAutoAttach",
            autoAttach=True,
            waitForDebuggerOnStart=True,
            flatten=True,
            filter=[{"type": kind} for kind in KINDS],
        )
        return self

    async def __aexit__(self, *failure: object) -> None:
        for task in self._tasks:
            task.cancel()
        await self._stack.aclose()

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _attached(self, told: dict[str, Any]) -> None:
        target = told["targetInfo"]
        session = Session(self, told["sessionId"], target["type"], target["url"])
        try:
            if self._prepare is not None:
                await self._prepare(session)
        finally:
            self.sessions.append(session)
            await session.ask("Runtime.runIfWaitingForDebugger")

    async def _read(self) -> None:
        async for message in self._socket:
            told = json.loads(message.data)
            answer = self._waiting.pop(told.get("id", 0), None)
            if answer is not None and not answer.done():
                if "error" in told:
                    answer.set_exception(RuntimeError(told["error"]["message"]))
                else:
                    answer.set_result(told["result"])
            for hear in self.hearing.get((told.get("sessionId", ""), told.get("method", "")), ()):
                hear(told["params"])

    async def ask(self, method: str, session: str = "", **parameters: Any) -> Any:
        """Call a method of the browser, or of a target."""
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        asked = {"id": number, "method": method, "params": parameters}
        await self._socket.send_str(json.dumps(asked | ({"sessionId": session} if session else {})))
        return await asyncio.wait_for(answer, ANSWER_S_MAX)

    def session(self, kind: str, part: str = "") -> Session:
        """Return the newest target of a kind whose address has a part.

        Raises:
            LookupError: there is none.
        """
        for session in reversed(self.sessions):
            if session.kind == kind and part in session.url:
                return session
        raise LookupError(kind)
