"""The line between a browser and a server: it can be cut, fall silent, and bring other files."""

import asyncio
import re
from collections.abc import Callable
from typing import Self

from .browser import Served

Alteration = Callable[[bytes], bytes]

HEAD_BYTES_MAX = 64 * 1024  # bytes of a request's head
CHUNK_BYTES = 64 * 1024  # bytes read at once
SERVER = "127.0.0.1"
UPGRADE = re.compile(rb"\r\nupgrade: *websocket\r\n", re.IGNORECASE)
LEFT_OUT = ("connection", "content-length", "etag", "accept-ranges", "content-encoding")


class Line:
    """A port that leads to a server's; to a browser it is the server."""

    def __init__(self, server: Served) -> None:
        self._server = server
        self._ends: set[asyncio.StreamWriter] = set()
        self._flows: set[asyncio.Task[None]] = set()
        self._is_cut = False
        self.altered: dict[str, Alteration] = {}  # what is made of the files at these paths
        self.port = 0

    async def __aenter__(self) -> Self:
        self._listening = await asyncio.start_server(self._serve, SERVER, 0, limit=HEAD_BYTES_MAX)
        self.port = self._listening.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *failure: object) -> None:
        self.cut()
        self._listening.close()
        await self._listening.wait_closed()

    def code(self, phone: str) -> str:
        """Return the newest login code sent to a number."""
        return self._server.code(phone)

    def cut(self) -> None:
        """End every connection, and whatever comes until `mend`."""
        self._is_cut = True
        for end in self._ends:
            end.transport.abort()
        self._ends.clear()

    def mend(self) -> None:
        """Let connections through again."""
        self._is_cut = False

    def break_once(self) -> None:
        """End every connection; new ones get through."""
        self.cut()
        self.mend()

    def go_silent(self) -> None:
        """Carry nothing more by the connections there are, without ending them: both ends believe in them."""
        for flow in self._flows:
            flow.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        self._ends.add(writer)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            there = await asyncio.open_connection(SERVER, self._server.port)
            self._ends.add(there[1])
            if UPGRADE.search(head):
                there[1].write(head)
                await self._join((reader, writer), there)
            else:
                await self._answer(head, writer, there)
        except (OSError, asyncio.IncompleteReadError):
            writer.transport.abort()

    async def _join(self, *ends: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
        one, other = ends
        for reader, writer in ((one[0], other[1]), (other[0], one[1])):
            flow = asyncio.create_task(carry(reader, writer))
            self._flows.add(flow)
            flow.add_done_callback(self._flows.discard)

    async def _answer(
        self,
        head: bytes,
        writer: asyncio.StreamWriter,
        there: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        """Pass on one request and its answer, altered where that is wanted, and end the connection."""
        path = head.split(b" ", 2)[1].decode().partition("?")[0]
        alter = self.altered.get(path)
        there[1].write(asking_once(head, whole=alter is not None))
        answer = await there[0].read(-1)
        writer.write(answer if alter is None else altered(answer, alter))
        await writer.drain()
        writer.close()
        there[1].close()


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes until an end is reached; that of the other direction follows."""
    try:
        while chunk := await reader.read(CHUNK_BYTES):
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass
    writer.close()


def asking_once(head: bytes, *, whole: bool) -> bytes:
    """Return the head of a request whose connection ends after it; `whole`: not packed, nor from a cache."""
    left_out = {b"connection"}
    if whole:
        left_out |= {b"accept-encoding", b"if-none-match", b"range"}
    first, *fields = head.rstrip(b"\r\n").split(b"\r\n")
    kept = [one for one in fields if one.partition(b":")[0].lower() not in left_out]
    return b"\r\n".join([first, *kept, b"Connection: close", b"", b""])


def altered(answer: bytes, alter: Alteration) -> bytes:
    """Return an answer with another body."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *fields = head.decode("latin-1").split("\r\n")
    kept = [one for one in fields if one.partition(":")[0].lower() not in LEFT_OUT]
    made = alter(body)
    ends = [f"Content-Length: {len(made)}", "Connection: close", "", ""]
    return "\r\n".join([first, *kept, *ends]).encode("latin-1") + made
