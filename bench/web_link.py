"""A connection as a browser makes it: obfuscated bytes in the binary messages of a WebSocket."""

import asyncio
import base64
import struct
from typing import Final

from chappe.gateways.web.serving import found_unmask
from chappe.mtproto import Kind

from .client import Link, Place, token

OPENED_S_MAX: Final = 10.0
PATH: Final = "/apiws"
BINARY: Final = 0x82  # the first byte of a whole binary message
MASKED: Final = 0x80
SHORT_BYTES_MAX: Final = 125
MEDIUM_BYTES_MAX: Final = 0xFFFF
MEDIUM: Final = 126  # in place of a length: 16 bits of it follow
LONG: Final = 127  # … 64 bits
# as fast as a browser's: who is slow sends less at a time, which costs the server more
MASKING: Final = found_unmask()


def framed(data: bytes, mask: bytes) -> bytes:
    """Return one message as a browser sends it (RFC 6455, section 5.2)."""
    size = len(data)
    if size <= SHORT_BYTES_MAX:
        head = struct.pack(">BB", BINARY, MASKED | size)
    elif size <= MEDIUM_BYTES_MAX:
        head = struct.pack(">BBH", BINARY, MASKED | MEDIUM, size)
    else:
        head = struct.pack(">BBQ", BINARY, MASKED | LONG, size)
    masked = bytearray(data)
    MASKING(mask, masked)
    return b"".join((head, mask, masked))


class WebLink(Link):
    """A WebSocket. What is sent before it is open waits."""

    def __init__(self, kind: Kind, *, obfuscated: bool) -> None:
        super().__init__(kind, obfuscated=obfuscated)
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._buffer = b""

    @classmethod
    async def open(
        cls, place: Place, kind: Kind = Kind.PADDED, *, obfuscated: bool = True
    ) -> "WebLink":
        """Connect, and wait until the server has agreed."""
        loop = asyncio.get_running_loop()
        _, link = await loop.create_connection(
            lambda: cls(kind, obfuscated=obfuscated), place.host, place.port
        )
        key = base64.b64encode(token(16)).decode()
        link.socket.write(
            f"GET {PATH} HTTP/1.1\r\nHost: localhost:{place.port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: binary\r\n\r\n".encode()
        )
        await asyncio.wait_for(link._opened, OPENED_S_MAX)  # noqa: SLF001  its own class
        return link

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        self._buffer += data
        if not self._opened.done():
            head, end, self._buffer = self._buffer.partition(b"\r\n\r\n")
            if not end:
                self._buffer = head
                return
            if not head.startswith(b"HTTP/1.1 101 "):
                self._opened.set_exception(ConnectionError(head.decode("latin-1")))
                return
            self._opened.set_result(None)
        while (message := self._next()) is not None:
            super().data_received(message)

    def _next(self) -> bytes | None:
        """Return what the next message holds, once it is whole."""
        buffer = self._buffer
        if len(buffer) < 2:  # the shortest head
            return None
        size, start = buffer[1], 2
        if size == MEDIUM:
            size, start = int.from_bytes(buffer[2:4], "big"), 4
        elif size == LONG:
            size, start = int.from_bytes(buffer[2:10], "big"), 10
        if len(buffer) < start + size:
            return None
        self._buffer = buffer[start + size :]
        return buffer[start : start + size]

    def send(self, payload: bytes) -> None:
        """Send one packet."""
        self.socket.write(framed(self._framing.send(payload), token(4)))
