"""A connection before its client's own bytes: what a proxy says of it, then the beginning of TLS.

Afterwards it is a `Connection`, to which whatever came behind that is given. Nothing is guessed: who has to
announce a client does it first and as the PROXY protocol has it, or is cut off.
"""

import asyncio
import ssl
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from chappe.core import Clock
from chappe.gateways.arriving import (
    ClientHello,
    NoClientHelloError,
    NoProxyHeaderError,
    Proxies,
    network_of,
    read_client_hello,
    read_proxy_header,
)
from chappe.mtproto import work

from .admission import HALF_OPEN_S_MAX, Admission

TLS_HANDSHAKE_S_MAX: Final = 15.0  # seconds until a connection must speak TLS

Connect = Callable[[str], asyncio.Protocol]
# chooses how TLS is spoken with who begins so, or with who begins as nobody should (None); None: not at all
Choose = Callable[[ClientHello | None], ssl.SSLContext | None]


class Reception(NamedTuple):
    """How a listener receives who arrives."""

    admission: Admission
    clock: Clock
    proxies: Proxies
    connect: Connect  # makes the connection of an address; empty: the socket's own
    tls: Choose | None = None  # None: everything is in the clear


class Arrival(asyncio.Protocol):
    """Stands before a connection until it is known whom it is from, and it speaks TLS if it should."""

    __slots__ = (
        "_announced",
        "_begun",
        "_connection",
        "_lost",
        "_opened",
        "_peer",
        "_reception",
        "_socket",
        "_starting",
        "address",
        "key_id",
    )

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._socket: asyncio.Transport
        self._begun = bytearray()  # what came, and is not read yet
        self._peer = ""  # whom it is from, once a proxy said so
        self._announced = False  # a header of the PROXY protocol comes first
        self._starting = False  # TLS is; what comes meanwhile is what was inside it
        self._lost = False
        self._connection: asyncio.Protocol | None = None  # what goes on with it
        self._opened = 0.0
        self.address = ""
        self.key_id = 0  # none is shown before it is a `Connection`

    # -- asyncio.Protocol ----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        reception = self._reception
        self._socket = transport  # type: ignore[assignment]  # a stream's transport
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else "local"
        self._announced = reception.proxies.of_connections.has(self.address)
        if not self._announced and reception.tls is None:
            self._pass_on(self._socket)
            return
        self.address = network_of(self.address)
        self._opened = reception.clock.monotonic()
        if not reception.admission.admit(self):
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio."""
        self._lost = True
        self._reception.admission.dismiss(self)
        if self._connection is not None:  # it was on its way here when the connection went on
            self._connection.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        if self._reception.admission.stopping:
            return
        self._begun += data
        if self._starting:
            return
        if self._announced and not self._read_announced():
            return
        if self._reception.tls is None:
            self._pass_on(self._socket)
        else:
            self._read_hello(self._reception.tls)

    def _read_hello(self, choose: Choose) -> None:
        """Speak TLS once it is known with whom; what is none TLS itself refuses, as it would anywhere."""
        hello: ClientHello | None = None
        try:
            hello = read_client_hello(bytes(self._begun))
        except NoClientHelloError:
            pass
        else:
            if hello is None:
                return
        context = choose(hello)
        if context is None:
            self.abort()
            return
        self._starting = True
        self._reception.admission.run(self._start_tls(context))

    def _read_announced(self) -> bool:
        """Read what a proxy says; False while that is not whole, and when it cannot be read."""
        try:
            header = read_proxy_header(bytes(self._begun))
        except NoProxyHeaderError:
            self._reception.admission.on_silent_proxy(self.address, "connection")
            self.abort()
            return False
        if header is None:
            return False
        self._announced = False
        self._peer = header.address
        del self._begun[: header.size_bytes]
        return True

    # -- on ------------------------------------------------------------------------------------

    async def _start_tls(self, context: ssl.SSLContext) -> None:
        """Speak TLS from the bytes on that came already; then it is a connection inside it."""
        loop, reception = asyncio.get_running_loop(), self._reception
        budget = reception.admission.budget(None, network_of(self._peer) or self.address)
        now = reception.clock.monotonic()
        self._socket.pause_reading()  # what comes from here on is for TLS, which resumes it
        if not budget.pay(work.TLS, now):
            await asyncio.sleep(budget.owed(now))
        if self._lost or self._socket.is_closing():
            return
        begun, self._begun = bytes(self._begun), bytearray()
        starting = loop.create_task(
            loop.start_tls(
                self._socket,
                self,
                context,
                server_side=True,
                ssl_handshake_timeout=TLS_HANDSHAKE_S_MAX,
            )
        )
        await asyncio.sleep(0)  # now it has put its own protocol in our place …
        await asyncio.sleep(0)  # … which has been told, and has read nothing yet
        if not starting.done():
            _feed(self._socket.get_protocol(), begun)
        try:
            inside = await starting
        except (OSError, ssl.SSLError):
            self.connection_lost(None)  # it spoke none, or nothing that is known here
            return
        if inside is None or self._lost or self._reception.admission.stopping:
            self.abort()
            return
        self._pass_on(inside)

    def _pass_on(self, transport: asyncio.Transport) -> None:
        """Let a connection go on."""
        self._reception.admission.dismiss(self)
        self._connection = connection = self._reception.connect(self._peer)
        transport.set_protocol(connection)
        connection.connection_made(transport)
        if self._begun:
            connection.data_received(bytes(self._begun))

    # -- Admitted ------------------------------------------------------------------------------

    def sweep(self, now: float, wall: float) -> None:
        """Close the connection if it takes too long to say what it must."""
        if now - self._opened > HALF_OPEN_S_MAX:
            self.abort()

    def close(self) -> None:
        """Close once what was written has left."""
        self._socket.close()

    def abort(self) -> None:
        """Close at once."""
        self._socket.abort()


def _feed(protocol: Any, data: bytes) -> None:
    """Give a protocol bytes that were read before it was there; see `asyncio.BufferedProtocol`."""
    while data:
        room = protocol.get_buffer(len(data))
        size = min(len(room), len(data))
        room[:size] = data[:size]
        protocol.buffer_updated(size)
        data = data[size:]
