"""A way to a server that is slow, loses answers, or leads nowhere."""

import asyncio
import contextlib
from typing import Self


class Proxy:
    """Passes HTTP on to a server on this machine, as ill as it is told to."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()
        self.port = 0
        self.delay_s = 0.0  # before an answer
        self.lost = 0  # answers that are lost, though what was asked was done
        self.silent = False  # takes requests and never answers
        self.requests = 0

    async def __aenter__(self) -> Self:
        """Begin to take connections."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Take no more."""
        if self._server is not None:
            self._server.close()
        for task in self._serving:
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._serving.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._one(reader, writer):
                    pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Pass on one request and its answer; return whether the connection goes on."""
        head = await reader.readuntil(b"\r\n\r\n")
        self.requests += 1
        if self.silent:
            await asyncio.sleep(3600)
        body = await reader.readexactly(length_of(head))
        link, out = await asyncio.open_connection("127.0.0.1", self._to)
        out.write(closing(head) + body)
        await out.drain()
        answer = await link.read()
        out.close()
        if self.lost:
            self.lost -= 1
            return False
        await asyncio.sleep(self.delay_s)
        writer.write(answer)
        await writer.drain()
        return False


def length_of(head: bytes) -> int:
    """Return how long a request's body is."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def closing(head: bytes) -> bytes:
    """Return a request's head that asks for the connection to be closed after the answer."""
    first, _, rest = head.partition(b"\r\n")
    lines = [line for line in rest.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join((first, b"Connection: close", *lines))
