"""The gateway: listens for connections and gives each what all of them share."""

import asyncio
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Final

from chappe.core import Clock, Entropy
from chappe.crypto.rsa import ServerKey
from chappe.gateways.arriving import NOBODY, Proxies
from chappe.gateways.own_names import OwnNames
from chappe.mtproto import ProxySecret, ProxySecrets, Salts
from chappe.ports import LinkSecret
from chappe.rpc import Limiter

from .admission import Admission, OnSilentProxy
from .arrival import Arrival, Choose, Reception
from .connection import Connection
from .handshakes import Handshakes
from .keys import KeyCache
from .parts import GatewayParts
from .ports import AuthKeyStore, Calls, Pages
from .sessions import Sessions

BACKLOG: Final = 4096  # connections the system holds until they are accepted
ANSWERED_S_MAX: Final = 5.0  # seconds a stop waits for calls that are being served
SWEEP_S: Final = 5.0  # seconds between looks at deadlines
SALT_SECRET_BYTES: Final = 32  # bytes of the secret this run's salts are derived from


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address; a name but `localhost` may be anybody's."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Gateway:
    """All MTProto connections of this process."""

    def __init__(
        self,
        *,
        keys: AuthKeyStore,
        calls: Calls,
        server_keys: list[ServerKey],
        clock: Clock,
        entropy: Entropy,
        on_bug: Callable[[str, BaseException], None],
        limiter: Limiter | None = None,
        pages: Pages | None = None,
        names: OwnNames | None = None,
        proxies: Proxies = NOBODY,
        on_silent_proxy: OnSilentProxy = lambda _address, _what: None,
        tls: Choose | None = None,
        cover: tuple[str, int] | None = None,
        linked_only: bool = False,
    ) -> None:
        """`pages` serve who speaks HTTP; on loopback the server must be asked for by one of its `names`.

        `on_silent_proxy` is told of `proxies` that should say whom something is from, and do not. Who begins
        TLS where it need not be spoken is spoken to by `tls`, or passed on to the `cover`. With
        `linked_only` nobody else gets an answer but who comes by a link.
        """
        limiter = limiter or Limiter()
        salts = Salts(entropy.token(SALT_SECRET_BYTES))
        self.clock = clock
        self.entropy = entropy
        self.admission = Admission(limiter, on_bug, on_silent_proxy)
        self.keys = KeyCache(keys, salts, clock)
        self.handshakes = Handshakes(server_keys, limiter, clock, entropy)
        self.sessions = Sessions(calls, salts, clock)
        self.secrets = ProxySecrets(clock.now())
        self._pages = pages
        self._names = names or OwnNames()
        self._proxies = proxies
        self._tls = tls
        self._cover = cover
        self._parts = GatewayParts(
            self.admission,
            self.keys,
            self.handshakes,
            self.sessions,
            clock,
            entropy,
            pages,
            proxies,
            self.secrets,
            linked_only,
        )
        self._servers: list[asyncio.Server] = []
        self._sweeper: asyncio.Task[None] | None = None

    def connect(
        self,
        names: OwnNames | None = None,
        peer: str = "",
        secret: ProxySecret | None = None,
        tls: Reception | None = None,
        *,
        inside: bool = False,
    ) -> Connection:
        """Return the protocol of a new connection; see `asyncio.Protocol`.

        `peer` is the address a proxy said it is from. Names are there against pages that lead a browser on
        this machine here: whoever a proxy announces from elsewhere is none. By a `secret` it came already;
        `tls` receives it if it begins to speak that, `inside` says that it does already.
        """
        if names is not None and peer and not is_loopback(peer):
            names = None
        return Connection(
            self._parts, names=names, peer=peer, secret=secret, tls=tls, inside=inside
        )

    @property
    def open_connections(self) -> int:
        """How many connections are open."""
        return len(self.admission.connections)

    async def listen(self, host: str, port: int, tls: Choose | None = None) -> int:
        """Listen on an address; return the port. Any transport is found out by its first bytes.

        With `tls` all of them are spoken inside it, as it chooses: browsers want that. Where only this
        machine reaches the address, a browser must name the server by one of its own names: a page from
        elsewhere could lead it here.

        Raises:
            OSError: the address is taken or not ours.
        """
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self.receiver(host, tls), host, port, backlog=BACKLOG)
        self._servers.append(server)
        if self._sweeper is None:
            self._sweeper = loop.create_task(self._sweep())
        return int(server.sockets[0].getsockname()[1])

    def receiver(self, host: str, tls: Choose | None = None) -> Callable[[], asyncio.Protocol]:
        """Return what makes the protocol of who arrives at an address."""
        names = self._names if is_loopback(host) else None
        if tls is not None:
            reception = self._reception(names, tls)
            return lambda: Arrival(reception)
        inside: Reception | None = None  # of who begins TLS though nobody asked for it
        if self._tls is not None or self._cover is not None:
            inside = self._reception(names, self._tls)
        if not self._proxies.of_connections:
            return lambda: self.connect(names, tls=inside)
        announced = Reception(
            self.admission,
            self.clock,
            self._proxies,
            lambda peer, secret: self.connect(names, peer, secret, inside),
        )
        return lambda: Arrival(announced)

    def _reception(self, names: OwnNames | None, tls: Choose | None) -> Reception:
        """Return how who speaks TLS is received."""
        return Reception(
            self.admission,
            self.clock,
            self._proxies,
            lambda peer, secret: self.connect(names, peer, secret, inside=True),
            tls,
            self._cover,
            self.secrets,
            self.entropy.token,
        )

    async def _sweep(self) -> None:
        """Close what is past its time: half-open connections, silent ones, sessions at rest."""
        while True:
            await asyncio.sleep(SWEEP_S)
            now, wall = self.clock.monotonic(), self.clock.now()
            for connection in tuple(self.admission.connections):
                connection.sweep(now, wall)
            self.handshakes.sweep(wall)
            self.sessions.sweep(now)

    # -- what others ask of it -----------------------------------------------------------------

    def drop_key(self, key_id: int) -> None:
        """Forget a key, end its sessions and close every connection that uses it."""
        self.keys.forget(key_id)
        self.sessions.end_key(key_id)
        self.admission.cut_key(key_id)

    def cut_key(self, key_id: int) -> None:
        """Close every connection that uses a key; the key itself stays."""
        self.admission.cut_key(key_id)

    def forget_key(self, key_id: int) -> None:
        """Read a key anew when it is next used: it was bound."""
        self.keys.forget(key_id)

    def admit_links(self, secrets: Iterable[LinkSecret]) -> None:
        """See `ports.Connections`."""
        given = [ProxySecret(*one) for one in secrets]
        self.secrets.replace(given)
        self.admission.cut_links({one.link for one in given})

    async def stop(self) -> None:
        """Stop listening and reading, let what was asked be answered, close every connection."""
        self.admission.stopping = True
        for server in self._servers:
            server.close()
        if self._sweeper is not None:
            self._sweeper.cancel()
        await self.sessions.finish(ANSWERED_S_MAX)
        if self._pages is not None:
            await self._pages.stop(ANSWERED_S_MAX)
        for connection in tuple(self.admission.connections):
            connection.close()
        await asyncio.sleep(0)
        self.sessions.stop()
        self.handshakes.stop()
