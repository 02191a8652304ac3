"""Liveness, readiness and metrics over HTTP, for monitoring. No page shows anything about a user."""

import asyncio
from collections.abc import Callable
from typing import Final

import h11

REQUEST_S_MAX: Final = 10.0  # seconds a request may take to arrive


class HealthPage:
    """`/live`: the process runs. `/ready`: it serves. `/metrics`: for Prometheus."""

    def __init__(self, page: Callable[[], bytes], ready: Callable[[], bool]) -> None:
        self._page = page
        self._ready = ready
        self._server: asyncio.Server | None = None

    async def listen(self, host: str, port: int) -> int:
        """Listen on an address; return the port.

        Raises:
            OSError: the address is taken or not ours.
        """
        self._server = await asyncio.start_server(self._serve, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    def _answer(self, target: bytes) -> tuple[int, bytes]:
        match target.split(b"?")[0]:
            case b"/live":
                return 200, b"live\n"
            case b"/ready":
                return (200, b"ready\n") if self._ready() else (503, b"not ready\n")
            case b"/metrics":
                return 200, self._page()
        return 404, b"There are /live, /ready and /metrics here.\n"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = h11.Connection(h11.SERVER)
        try:
            async with asyncio.timeout(REQUEST_S_MAX):
                while (event := wire.next_event()) is h11.NEED_DATA:
                    wire.receive_data(await reader.read(4096))
            if isinstance(event, h11.Request):
                status, body = self._answer(event.target)
                headers = [
                    ("Content-Type", "text/plain; version=0.0.4; charset=utf-8"),
                    ("Content-Length", str(len(body))),
                    ("Connection", "close"),
                ]
                for part in (
                    h11.Response(status_code=status, headers=headers),
                    h11.Data(data=body),
                    h11.EndOfMessage(),
                ):
                    writer.write(wire.send(part) or b"")
                await writer.drain()
        except (h11.RemoteProtocolError, TimeoutError, ConnectionError):
            pass
        finally:
            writer.close()
