"""What looks like TLS and is an obfuscated stream: the genuine answer to imitate, and a socket for it."""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from typing import Final

from chappe.mtproto import ProtocolError
from chappe.mtproto.tls_records import (
    FLIGHT_BYTES_MAX,
    RecordReader,
    in_records,
    is_flight,
)

from .layer import Layer

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


class Veil(Layer):
    """A socket on which a stream goes in records."""

    def __init__(self, socket: asyncio.Transport, connect: Callable[[], asyncio.Protocol]) -> None:
        super().__init__(socket, connect())
        self._reader = RecordReader()

    def begin(self) -> asyncio.Protocol:
        """Let the connection inside go on; return it."""
        self._socket.set_protocol(self)
        self._inside.connection_made(self)
        return self._inside

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        try:
            inside = self._reader.receive(data)
        except ProtocolError:
            self.abort()
            return
        if inside:
            self._inside.data_received(inside)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """See asyncio."""
        self._socket.write(in_records(data))
