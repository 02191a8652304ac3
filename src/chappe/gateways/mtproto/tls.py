"""TLS between a socket and its connection, by OpenSSL on buffers of memory.

The event loop has a TLS of its own. It closes the socket as soon as a handshake or a record is wrong, and
what OpenSSL says about it (an alert, RFC 8446, section 6) never leaves. Every other stack sends it: by that
silence whoever probes would tell this server from others.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from typing import Final

from .layer import Layer

RECORD_BYTES_MAX: Final = 16 * 1024  # bytes that one record carries (RFC 8446, section 5.1)
UNREAD_BYTES_MAX: Final = (
    16 * 1024 * 1024
)  # bytes that wait for who asks for answers, and reads none


class TlsLayer(Layer):
    """Speaks TLS as the server. The connection inside is told of nothing before the handshake is over."""

    def __init__(
        self,
        socket: asyncio.Transport,
        begun: asyncio.Protocol,
        context: ssl.SSLContext,
        ready: Callable[["TlsLayer"], None],
    ) -> None:
        """`begun` is told of the end until `ready` has put a connection into its place."""
        super().__init__(socket, begun)
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._machine = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._ready: Callable[[TlsLayer], None] | None = ready  # None: the handshake is over
        self._paused = False
        self._over = False  # nothing is read or written any more

    def begin(self, begun: bytes) -> None:
        """Take the socket over, of which these bytes came already."""
        self._socket.set_protocol(self)
        self._socket.resume_reading()
        self.data_received(begun)

    # -- as the socket's protocol ----------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        if self._over:
            return
        self._incoming.write(data)
        self._go_on()
        if self._socket.get_write_buffer_size() > UNREAD_BYTES_MAX:
            self.abort()

    def eof_received(self) -> bool | None:
        """See asyncio. There is no half of a connection inside TLS."""
        if not self._over and self._ready is None:
            self._inside.eof_received()
        return None

    def _go_on(self) -> None:
        """Read what there is; where it is wrong, say so as OpenSSL has it, and end."""
        try:
            if self._ready is not None:
                self._machine.do_handshake()
                ready, self._ready = self._ready, None
                ready(self)
            while not (self._paused or self._over):
                data = self._machine.read(RECORD_BYTES_MAX)
                if not data:  # they say that they are at their end
                    self._inside.eof_received()
                    self.close()
                    return
                self._inside.data_received(data)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except ssl.SSLError:
            self._end()
        self._flush()

    def _flush(self) -> None:
        written = self._outgoing.read()
        if written and not self._socket.is_closing():
            self._socket.write(written)

    def _end(self) -> None:
        """Close once what was written, an alert too, has left."""
        self._over = True
        self._flush()
        self._socket.close()

    # -- as the connection's socket --------------------------------------------------------------

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """See asyncio."""
        if self._over or self._ready is not None or self._socket.is_closing():
            return
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._machine.write(rest) :]
        except ssl.SSLError:
            self._end()
        self._flush()

    def pause_reading(self) -> None:
        """See asyncio."""
        self._paused = True
        self._socket.pause_reading()

    def resume_reading(self) -> None:
        """See asyncio. What came already is read in a turn of its own."""
        self._paused = False
        if not self.is_closing():
            self._socket.resume_reading()
            asyncio.get_running_loop().call_soon(self._go_on)

    def is_closing(self) -> bool:
        """See asyncio."""
        return self._over or self._socket.is_closing()

    def close(self) -> None:
        """See asyncio. It is said to the other side that this was the end."""
        if self.is_closing():
            return
        if self._ready is None:
            with contextlib.suppress(ssl.SSLError):  # it waits for their word, and we do not
                self._machine.unwrap()
        self._end()

    def abort(self) -> None:
        """See asyncio."""
        self._over = True
        self._socket.abort()
