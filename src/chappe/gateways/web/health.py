"""Liveness, readiness and metrics over HTTP, for monitoring. No page shows anything about a user.

The port is open at once; who asks before the library is loaded (`pages.py`) waits in the system's queue.
"""

import asyncio
import socket
from collections.abc import Callable
from importlib import import_module
from typing import Final

REQUEST_S_MAX: Final = 10.0  # seconds a request may take to arrive
BACKLOG: Final = 64  # connections the system holds until they are accepted


class HealthPage:
    """`/live`: the process runs. `/ready`: it serves. `/metrics`: for Prometheus."""

    def __init__(
        self,
        page: Callable[[], bytes],
        ready: Callable[[], bool],
        report: Callable[[str, BaseException], None],
    ) -> None:
        self._page = page
        self._ready = ready
        self._report = report
        self._sockets: list[socket.socket] = []  # nobody is served on them yet
        self._servers: list[asyncio.Server] = []
        self._loading: asyncio.Task[None] | None = None

    async def listen(self, host: str, port: int) -> int:
        """Listen on an address; return the port.

        Raises:
            OSError: the address is taken or not ours.
        """
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, _, _, _, address in dict.fromkeys(found):
            self._sockets.append(socket.create_server(address, family=family, backlog=BACKLOG))
        self._loading = loop.create_task(self._serve())
        return int(self._sockets[0].getsockname()[1])

    async def _serve(self) -> None:
        answers = await asyncio.to_thread(import_module, ".health_answers", __package__)
        connect = answers.connector(self._page, self._ready, self._report, REQUEST_S_MAX)
        loop = asyncio.get_running_loop()
        while self._sockets:
            one = self._sockets.pop()
            self._servers.append(await loop.create_server(connect, sock=one, backlog=BACKLOG))

    async def stop(self) -> None:
        """Stop listening."""
        if self._loading is not None:
            self._loading.cancel()
        for server in self._servers:
            server.close()
        for one in self._sockets:
            one.close()
