"""A relay: passes bytes on to one server, for people who cannot reach that themselves.

It has no key, no account and no store, and opens nothing of what it passes on. Whoever runs it can see who is
connected and how much they send.
"""

import asyncio
from collections import Counter
from typing import Any, Final

from chappe.core import Clock

from .arriving import announcement, network_of
from .splicing import Splice

RELAYED_MAX: Final = 10_000  # connections passed on at once
RELAYED_PER_ADDRESS_MAX: Final = 256  # of those from one address, a /64 in IPv6
RELAYED_IDLE_S_MAX: Final = 900.0  # seconds of silence after which one is ended
RELAY_SWEEP_S: Final = 15.0  # seconds between looks for those
RELAY_BACKLOG: Final = 1_024  # connections the system holds until they are accepted


class ByteRelay:
    """Listens for connections, and joins each to the one server."""

    def __init__(self, clock: Clock, host: str, port: int, *, announce: bool = False) -> None:
        """With `announce` the server is told by the PROXY protocol whom each connection is from."""
        self._clock = clock
        self._to = host, port
        self._announce = announce
        self._passed: set[_Passed] = set()
        self._of_address: Counter[str] = Counter()
        self._opening: set[asyncio.Task[Any]] = set()
        self._servers: list[asyncio.Server] = []
        self._sweeping: asyncio.Task[None] | None = None

    @property
    def open_connections(self) -> int:
        """How many connections are passed on."""
        return len(self._passed)

    async def listen(self, host: str, port: int) -> int:
        """Listen on an address; return the port.

        Raises:
            OSError: the address is taken or not ours.
        """
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: _Arriving(self), host, port, backlog=RELAY_BACKLOG
        )
        self._servers.append(server)
        if self._sweeping is None:
            self._sweeping = loop.create_task(self._sweep())
        return int(server.sockets[0].getsockname()[1])

    def take(self, socket: asyncio.Transport) -> None:
        """Pass a connection on; one too many is closed without a word."""
        peer, own = socket.get_extra_info("peername"), socket.get_extra_info("sockname")
        if not peer or not own:
            socket.abort()  # it is gone already
            return
        source = str(peer[0])
        address = network_of(source)
        if len(self._passed) >= RELAYED_MAX or self._of_address[address] >= RELAYED_PER_ADDRESS_MAX:
            socket.abort()
            return
        self._of_address[address] += 1
        passed = _Passed(self, address)
        self._passed.add(passed)
        passed.splice = Splice(socket, passed.end, passed.hear)
        first = b""
        if self._announce:
            first = announcement((source, int(peer[1])), (str(own[0]), int(own[1])))
        opening = asyncio.get_running_loop().create_task(passed.splice.open(*self._to, first))
        self._opening.add(opening)
        opening.add_done_callback(self._opening.discard)

    def now(self) -> float:
        """Return the time, in seconds of a clock that nobody sets."""
        return self._clock.monotonic()

    def forget(self, passed: "_Passed") -> None:
        """Note that a connection has ended; harmless for one of which that is known."""
        if passed not in self._passed:
            return
        self._passed.discard(passed)
        self._of_address[passed.address] -= 1
        if not self._of_address[passed.address]:
            del self._of_address[passed.address]

    def sweep(self) -> None:
        """End what was silent for too long."""
        now = self.now()
        for passed in tuple(self._passed):
            if now - passed.heard > RELAYED_IDLE_S_MAX and passed.splice is not None:
                passed.splice.abort()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(RELAY_SWEEP_S)
            self.sweep()

    async def stop(self) -> None:
        """Stop listening, and end every connection."""
        for server in self._servers:
            server.close()
        if self._sweeping is not None:
            self._sweeping.cancel()
        for passed in tuple(self._passed):
            if passed.splice is not None:
                passed.splice.close()
        await asyncio.sleep(0)


class _Passed:
    """A connection that is passed on."""

    __slots__ = ("_relay", "address", "heard", "splice")

    def __init__(self, relay: ByteRelay, address: str) -> None:
        self._relay = relay
        self.address = address
        self.splice: Splice | None = None
        self.heard = relay.now()

    def hear(self) -> None:
        self.heard = self._relay.now()

    def end(self) -> None:
        self._relay.forget(self)


class _Arriving(asyncio.Protocol):
    """A connection before it is passed on."""

    def __init__(self, relay: ByteRelay) -> None:
        self._relay = relay

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._relay.take(transport)  # type: ignore[arg-type]  # a stream's transport
