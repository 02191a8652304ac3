"""The way between a browser and the server, which can be made narrow, and cut."""

import asyncio
from typing import Self

CHUNK = 16 * 1024  # bytes that are passed on at once


class Cable:
    """Passes on what either side of each connection says; `cut` ends all of them, and lets nobody through."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._whole = True
        self._change = asyncio.Condition()
        self._left: dict[str, int | None] = {"up": None, "down": None}
        self.up = 0  # bytes that went up so far

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *failure: object) -> None:
        self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """End every connection, and refuse further ones."""
        self._whole = False
        for end in self._ends:
            end.transport.abort()
        self._ends.clear()

    def mend(self) -> None:
        """Let connections through again."""
        self._whole = True

    async def allow(self, up: int | None, down: int | None = None) -> None:
        """Let only so many bytes more go up to the server, and come down from it; None: any number."""
        async with self._change:
            self._left = {"up": up, "down": down}
            self._change.notify_all()

    def _open(self, way: str) -> bool:
        left = self._left[way]
        return left is None or left > 0

    async def _passes(self, way: str, size: int) -> None:
        """Wait until bytes may go on."""
        async with self._change:
            await self._change.wait_for(lambda: self._open(way))
            left = self._left[way]
            self._left[way] = None if left is None else left - size

    async def _accepted(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        if not self._whole:
            back.transport.abort()
            return
        far, forth = await asyncio.open_connection("127.0.0.1", self._to)
        self._ends |= {back, forth}
        for task in (self._pass(near, forth, "up"), self._pass(far, back, "down")):
            made = asyncio.create_task(task)
            self._tasks.add(made)
            made.add_done_callback(self._tasks.discard)

    async def _pass(self, near: asyncio.StreamReader, far: asyncio.StreamWriter, way: str) -> None:
        try:
            while chunk := await near.read(CHUNK):
                await self._passes(way, len(chunk))
                self.up += len(chunk) if way == "up" else 0
                far.write(chunk)
                await far.drain()
        except OSError:
            pass
        finally:
            far.close()
