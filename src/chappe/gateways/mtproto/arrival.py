"""A connection before its client's own bytes: what a proxy says of it, then the beginning of TLS.

Afterwards it is a `Connection`, to which whatever came behind that is given. Nothing is guessed: who has to
announce a client does it first and as the PROXY protocol has it, or is cut off.
"""

import asyncio
import ssl
from collections.abc import Callable
from typing import Final, NamedTuple

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
from chappe.gateways.splicing import Splice
from chappe.mtproto import ProxySecret, ProxySecrets, work
from chappe.mtproto.tls_records import false_flight
from chappe.mtproto.transports import OBFUSCATED_HEADER_BYTES

from .admission import HALF_OPEN_S_MAX, Admission
from .tls import TlsLayer
from .veil import Veil, cover_flight, genuine_flight

COVERED_IDLE_S_MAX: Final = 120.0  # seconds of silence after which what goes to the cover is ended

# makes the connection of an address (empty: the socket's own) and of the secret it came by, if by any
Connect = Callable[[str, ProxySecret | None], asyncio.Protocol]
# chooses how TLS is spoken with who begins so, or with who begins as nobody should (None); None: not at all
Choose = Callable[[ClientHello | None], ssl.SSLContext | None]


class Reception(NamedTuple):
    """How a listener receives who arrives."""

    admission: Admission
    clock: Clock
    proxies: Proxies
    connect: Connect
    tls: Choose | None = None  # None: everything is in the clear
    cover: tuple[str, int] | None = None  # the host that gets what begins TLS and is not for us
    secrets: ProxySecrets | None = None  # of the links by which somebody may come unseen
    chance: Callable[[int], bytes] = bytes  # returns so many bytes at random

    @property
    def takes_tls(self) -> bool:
        """Whether something becomes of who begins to speak TLS."""
        return self.tls is not None or self.cover is not None


class Arrival(asyncio.Protocol):
    """Stands before a connection until it is known whom it is from, and it speaks TLS if it should."""

    __slots__ = (
        "_announced",
        "_begun",
        "_connection",
        "_heard",
        "_lost",
        "_opened",
        "_peer",
        "_reception",
        "_socket",
        "_splice",
        "_starting",
        "address",
        "key_id",
        "link",
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
        self._opened = self._heard = 0.0
        self._splice: Splice | None = None  # it goes to the cover
        self.address = ""
        self.key_id = 0  # none is shown before it is a `Connection`
        self.link = 0

    # -- asyncio.Protocol ----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        reception = self._reception
        self._socket = transport  # type: ignore[assignment]  # a stream's transport
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else "local"
        self._announced = reception.proxies.of_connections.has(self.address)
        if not self._announced and reception.tls is None:
            self._pass_on(self._socket, None)
            return
        self.address = network_of(self.address)
        self._opened = reception.clock.monotonic()
        if not reception.admission.admit(self):
            self.abort()

    def take_over(
        self, socket: asyncio.Transport, begun: bytes, peer: str, address: str, opened: float
    ) -> None:
        """Go on with a connection that begins to speak TLS, where it might have spoken something else."""
        self._socket, self._peer, self.address, self._opened = socket, peer, address, opened
        if not self._reception.admission.admit(self):
            self.abort()
            return
        socket.set_protocol(self)
        socket.resume_reading()  # whoever owes something waits before TLS begins
        self.data_received(begun)

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
        first = self._announced or not self._begun  # of the client's own bytes
        self._begun += data
        if self._starting:
            return
        if self._announced and not self._read_announced():
            return
        if self._reception.takes_tls:
            self._read_hello(first=first)
        else:
            self._pass_on(self._socket, None)

    def _read_hello(self, *, first: bool) -> None:
        """Go on once it is known who begins, and how; what is none TLS itself refuses, as it would anywhere.

        A stream made with a secret may come instead, where it comes in one piece: `first` says that nothing
        came before. For more than a piece nobody else's TLS would wait.
        """
        hello: ClientHello | None = None
        try:
            hello = read_client_hello(bytes(self._begun))
        except NoClientHelloError:
            if first and (secret := self._secret_of_stream()) is not None:
                self._pass_on(self._socket, secret)
                return
        else:
            if hello is None:
                return
        self._starting = True
        self._reception.admission.run(self._receive_tls(hello))

    def _secret_of_stream(self) -> ProxySecret | None:
        """Return the secret that an obfuscated stream was made with, if that is what begins here."""
        reception, begun = self._reception, bytes(self._begun[:OBFUSCATED_HEADER_BYTES])
        if reception.secrets is None or len(begun) < OBFUSCATED_HEADER_BYTES:
            return None
        self._pay(work.SECRET * len(reception.secrets.padded))
        return reception.secrets.open_header(begun)

    def _pay(self, units: int) -> float:
        """Charge whom it is from; return how many seconds they owe then."""
        reception = self._reception
        budget = reception.admission.budget(None, network_of(self._peer) or self.address)
        now = reception.clock.monotonic()
        return 0.0 if budget.pay(units, now) else budget.owed(now)

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

    async def _receive_tls(self, hello: ClientHello | None) -> None:
        """Let in who proves a secret; who does not is spoken to by TLS, or spliced to the cover.

        The secrets are looked through for all, and what is answered is made by the same stack: so nothing
        tells one from the other but what only the client can read.
        """
        reception = self._reception
        self._socket.pause_reading()  # what comes from here on is for TLS, which resumes it
        secrets, secret = reception.secrets, None
        tried = 0 if secrets is None else len(secrets.in_tls)
        if (owed := self._pay(work.TLS + work.SECRET * tried)) > 0:
            await asyncio.sleep(owed)
        if self._lost or self._socket.is_closing():
            return
        context = None if reception.tls is None else reception.tls(hello)
        if hello is not None and secrets is not None and not hello.proves_a_name:
            whole = bytes(self._begun[: hello.size_bytes])
            secret = secrets.open_hello(whole, reception.clock.now())
            if secret is not None and await self._begin_veiled(secret, hello, whole, context):
                return
        if self._lost or self._socket.is_closing():
            return
        if reception.cover is not None:
            await self._go_to_cover(*reception.cover)
        elif context is None:
            self.abort()
        else:
            self._start_tls(context)

    async def _begin_veiled(
        self,
        secret: ProxySecret,
        hello: ClientHello,
        whole: bytes,
        context: ssl.SSLContext | None,
    ) -> bool:
        """Answer as TLS would, and go on with the stream inside; False if TLS would answer otherwise."""
        reception = self._reception
        if reception.cover is not None:
            flight = await cover_flight(*reception.cover, whole)
        else:
            flight = genuine_flight(context, whole) if context is not None else b""
        if not flight or reception.secrets is None or secret not in reception.secrets.in_tls:
            return False  # it was revoked meanwhile
        if self._lost or self._socket.is_closing() or reception.admission.stopping:
            return True
        admission = reception.admission
        admission.dismiss(self)
        veil = Veil(self._socket, lambda: reception.connect(self._peer, secret))
        self._socket.write(false_flight(flight, secret, hello.random, reception.chance))
        self._connection = veil.begin()
        if rest := bytes(self._begun[hello.size_bytes :]):
            veil.data_received(rest)
        self._socket.resume_reading()
        return True

    async def _go_to_cover(self, host: str, port: int) -> None:
        """Join the connection to the cover, for as long as either speaks."""
        begun, self._begun = bytes(self._begun), bytearray()
        self._hear()
        self._splice = Splice(self._socket, self._end_splice, self._hear)
        await self._splice.open(host, port, begun)

    def _hear(self) -> None:
        self._heard = self._reception.clock.monotonic()

    def _end_splice(self) -> None:
        self.connection_lost(None)

    def _start_tls(self, context: ssl.SSLContext) -> None:
        """Speak TLS from the bytes on that came already; then it is a connection inside it."""
        begun, self._begun = bytes(self._begun), bytearray()
        TlsLayer(self._socket, self, context, self._go_inside).begin(begun)

    def _go_inside(self, inside: TlsLayer) -> None:
        if self._lost or self._reception.admission.stopping:
            inside.abort()
        else:
            self._pass_on(inside, None)

    def _pass_on(self, transport: asyncio.Transport, secret: ProxySecret | None) -> None:
        """Let a connection go on, which came by a link if there is a secret."""
        self._reception.admission.dismiss(self)
        self._connection = connection = self._reception.connect(self._peer, secret)
        transport.set_protocol(connection)
        connection.connection_made(transport)
        if self._begun:
            connection.data_received(bytes(self._begun))

    # -- Admitted ------------------------------------------------------------------------------

    def sweep(self, now: float, wall: float) -> None:
        """Close the connection if it takes too long to say what it must."""
        if self._splice is not None:
            if now - self._heard > COVERED_IDLE_S_MAX:
                self.abort()
        elif now - self._opened > HALF_OPEN_S_MAX:
            self.abort()

    def close(self) -> None:
        """Close once what was written has left."""
        (self._splice or self._socket).close()

    def abort(self) -> None:
        """Close at once."""
        (self._splice or self._socket).abort()
