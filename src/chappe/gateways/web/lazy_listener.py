"""A listener whose port is open at once, and which is served once a thread has imported what serves it.

Who asks before that waits in the system's queue: so a start takes as long as without any pages.
"""

import asyncio
import socket
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Final

BACKLOG: Final = 64  # connections the system holds until they are accepted

Connect = Callable[[], asyncio.Protocol]


class LazyListener:
    """Listens on one host and port."""

    def __init__(self, module: str, connect: Callable[[ModuleType], Connect]) -> None:
        """`module` is imported by a thread; of it `connect` makes what serves a connection."""
        self._module = module
        self._connect = connect
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
        connect = self._connect(await asyncio.to_thread(import_module, self._module))
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
