"""A server, browsers that are watched, and people who write to them from Python."""

import itertools
import socket
from contextlib import AsyncExitStack
from typing import Any, Final, Self

from tests.journeys.browser import Browser

from bench.client import read_code
from bench.machine import Server

from .devtools import Devtools, Session

SIZE: Final = (1280, 800)
numbers: Final = itertools.count(1)


class Host(Server):
    """The server, as browsers look at it."""

    def __enter__(self) -> Self:
        """Start it."""
        super().__enter__()
        self.port = self.place.port
        return self

    def code(self, phone: str) -> str:
        """Return the newest login code sent to a number."""
        return read_code(self.codes, phone.removeprefix("+"))


def free_port() -> int:
    """Return a port nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as trial:
        return int(trial.getsockname()[1])


class Watched:
    """A browser of one person, and what its developer tools tell."""

    def __init__(self, host: Host, probe: str = "") -> None:
        """`probe` is a script that runs in the page and in the worker before theirs."""
        self._port = free_port()
        self._probe = probe
        self._stack = AsyncExitStack()
        self.requests: dict[str, int] = {}  # path: bytes that came for it, its head included
        self.browser = Browser(host, size=SIZE)
        self.browser.flags = (f"--remote-debugging-port={self._port}",)
        self.browser.opens = False  # not before it is watched
        self.phone = f"+1777{next(numbers):07}"

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.browser)
        self.tools = await self._stack.enter_async_context(Devtools(self._port, self._prepare))
        self.browser.page = await self.browser.new_page()
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self._stack.aclose()

    async def _prepare(self, session: Session) -> None:
        asked: dict[str, str] = {}

        def began(told: dict[str, Any]) -> None:
            asked[told["requestId"]] = told["request"]["url"]

        def ended(told: dict[str, Any]) -> None:
            path = asked.get(told["requestId"], "?").split("#")[0]
            self.requests[path] = self.requests.get(path, 0) + int(told["encodedDataLength"])

        session.on("Network.requestWillBeSent", began)
        session.on("Network.loadingFinished", ended)
        await session.ask("Network.enable")
        if self._probe and session.kind == "page":
            await session.ask("Page.enable")
            await session.ask("Page.addScriptToEvaluateOnNewDocument", source=self._probe)
        elif self._probe and session.kind == "shared_worker":
            await session.ask("Runtime.evaluate", expression=self._probe)

    @property
    def page(self) -> Session:
        """The page."""
        return self.tools.session("page")

    @property
    def worker(self) -> Session:
        """The worker of the client's engine."""
        return self.tools.session("shared_worker")
