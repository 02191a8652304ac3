"""What looks like TLS and is an obfuscated stream: the genuine answer to imitate, and a socket for a stream.

Between the true socket and its `Connection`, which notices nothing of it.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from typing import Any, Final

from chappe.mtproto import ProtocolError
from chappe.mtproto.tls_records import (
    FLIGHT_BYTES_MAX,
    RecordReader,
    in_records,
    is_flight,
)

COVER_S_MAX: Final = 10.0  # seconds the host behind the cover may take to answer a hello


def genuine_flight(context: ssl.SSLContext, hello: bytes) -> bytes:
    """Return what this server's own TLS would answer to a hello; nothing if that is no answer of TLS 1.3."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    machine = context.wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(hello)
    with contextlib.suppress(ssl.SSLError):  # it waits, or refuses: what it wrote tells which
        machine.do_handshake()
    flight = outgoing.read()
    return flight if is_flight(flight) else b""


async def cover_flight(host: str, port: int, hello: bytes) -> bytes:
    """Return what another host answers to a hello; nothing if it does not, or not in TLS 1.3.

    It is asked each time: so whatever it changes is changed here too.
    """
    flight = b""
    try:
        async with asyncio.timeout(COVER_S_MAX):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(hello)
                while not is_flight(flight):
                    more = await reader.read(FLIGHT_BYTES_MAX)
                    flight += more
                    if not more or len(flight) > FLIGHT_BYTES_MAX:
                        return b""
            finally:
                writer.transport.abort()
    except (OSError, TimeoutError):
        return b""
    return flight


class Veil(asyncio.Transport, asyncio.Protocol):
    """A socket on which a stream goes in records; to the true socket it is what reads there."""

    def __init__(self, socket: asyncio.Transport, connect: Callable[[], asyncio.Protocol]) -> None:
        super().__init__()
        self._socket = socket
        self._reader = RecordReader()
        self._inside: asyncio.Protocol = connect()

    def begin(self) -> asyncio.Protocol:
        """Let the connection inside go on; return it."""
        self._socket.set_protocol(self)
        self._inside.connection_made(self)
        return self._inside

    # -- as the socket's protocol ----------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        try:
            inside = self._reader.receive(data)
        except ProtocolError:
            self.abort()
            return
        if inside:
            self._inside.data_received(inside)

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio."""
        self._inside.connection_lost(exc)

    def eof_received(self) -> bool | None:
        """See asyncio."""
        return self._inside.eof_received()

    def pause_writing(self) -> None:
        """See asyncio."""
        self._inside.pause_writing()

    def resume_writing(self) -> None:
        """See asyncio."""
        self._inside.resume_writing()

    # -- as the connection's socket --------------------------------------------------------------

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """See asyncio."""
        return self._socket.get_extra_info(name, default)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """See asyncio."""
        self._inside = protocol  # type: ignore[assignment]  # a stream's protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        """See asyncio."""
        return self._inside

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """See asyncio."""
        self._socket.write(in_records(data))

    def get_write_buffer_size(self) -> int:
        """See asyncio."""
        return self._socket.get_write_buffer_size()

    def pause_reading(self) -> None:
        """See asyncio."""
        self._socket.pause_reading()

    def resume_reading(self) -> None:
        """See asyncio."""
        self._socket.resume_reading()

    def can_write_eof(self) -> bool:
        """See asyncio. A record cannot be half closed."""
        return False

    def is_closing(self) -> bool:
        """See asyncio."""
        return self._socket.is_closing()

    def close(self) -> None:
        """See asyncio."""
        self._socket.close()

    def abort(self) -> None:
        """See asyncio."""
        self._socket.abort()
