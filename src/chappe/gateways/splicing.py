"""Two connections joined byte for byte: what comes on one leaves on the other, and nothing of it is read."""

import asyncio
from collections.abc import Callable
from typing import Final

SPLICE_CONNECT_S_MAX: Final = 10.0  # seconds the far side may take to accept
SPLICE_BUFFER_BYTES_MAX: Final = (
    256 * 1024
)  # bytes that wait for a slow reader before its sender waits

Ended = Callable[[], None]


class _End(asyncio.Protocol):
    """One end: hands on what comes to the other, and waits where that one's reader is slow."""

    def __init__(self, ended: Ended, heard: Ended) -> None:
        self.socket: asyncio.Transport | None = None
        self.other: _End | None = None
        self.over = False  # nothing more comes
        self.waiting = b""  # what came before there was another side
        self._ended = ended
        self._heard = heard

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        socket: asyncio.Transport = transport  # type: ignore[assignment]  # a stream's transport
        socket.set_write_buffer_limits(high=SPLICE_BUFFER_BYTES_MAX)
        self.socket = socket

    def _over_there(self) -> asyncio.Transport | None:
        return self.other.socket if self.other is not None else None

    def data_received(self, data: bytes) -> None:
        self._heard()
        socket = self._over_there()
        if socket is None:  # asyncio begins to read from a new socket though it was paused …
            self.waiting += data
            if self.socket is not None and not self.socket.is_closing():
                self.socket.resume_reading()
                self.socket.pause_reading()  # … and now does so no more
        elif not socket.is_closing():
            socket.write(data)

    def eof_received(self) -> bool:
        socket = self._over_there()
        self.over = True
        if socket is None or socket.is_closing() or not socket.can_write_eof():
            return False
        if self.other is not None and self.other.over:  # nobody has anything to say any more
            socket.close()
            return False
        socket.write_eof()
        return True  # the other half goes on

    def pause_writing(self) -> None:
        socket = self._over_there()
        if socket is not None and not socket.is_closing():
            socket.pause_reading()

    def resume_writing(self) -> None:
        socket = self._over_there()
        if socket is not None and not socket.is_closing():
            socket.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        socket = self._over_there()
        if socket is not None:
            socket.abort() if exc is not None else socket.close()
        self._ended()


class Splice:
    """A connection from somewhere, joined to one host."""

    def __init__(self, near: asyncio.Transport, ended: Ended, heard: Ended) -> None:
        """`ended` is called as each of both ends is lost, `heard` whenever something comes."""
        self._near = _End(ended, heard)
        self._far = _End(ended, heard)
        self._near.connection_made(near)
        self._near.other, self._far.other = self._far, self._near
        near.pause_reading()  # until there is somewhere to write to
        near.set_protocol(self._near)

    async def open(self, host: str, port: int, first: bytes) -> bool:
        """Connect to the host and go on, with these bytes first; False, and it is over, if that fails."""
        loop, near = asyncio.get_running_loop(), self._near.socket
        try:
            async with asyncio.timeout(SPLICE_CONNECT_S_MAX):
                far, _ = await loop.create_connection(lambda: self._far, host, port)
        except (OSError, TimeoutError):
            self.abort()
            return False
        if near is None or near.is_closing():
            far.abort()
            return False
        if first or self._near.waiting:
            far.write(first + self._near.waiting)
            self._near.waiting = b""
        near.resume_reading()
        return True

    def close(self) -> None:
        """Close both ends once what was written has left."""
        for end in (self._near, self._far):
            if end.socket is not None:
                end.socket.close()

    def abort(self) -> None:
        """Close both ends at once."""
        for end in (self._near, self._far):
            if end.socket is not None:
                end.socket.abort()
