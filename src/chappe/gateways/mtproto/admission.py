"""Admission of connections: how many an address may keep open, and whose rate budget pays for them."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Coroutine
from typing import Any, Final, Protocol

from chappe.rpc import Limiter, Rate, TokenBucket

CONNECTIONS_PER_ADDRESS_MAX: Final = 20_000  # connections open from one address

HALF_OPEN_S_MAX: Final = (
    15.0  # seconds until a connection has shown a key, begun to make one, or sent a request's head
)


# told the network of a proxy that does not say whom something is from, and what: a connection or a request
OnSilentProxy = Callable[[str, str], None]


class Admitted(Protocol):
    """A connection, as far as the set of open ones uses it."""

    address: str
    key_id: int  # 0 until it has shown a key
    link: int  # of the proxy link it came by; 0: by none

    def sweep(self, now: float, wall: float) -> None:
        """Close the connection if it or its key is past its time."""
        ...

    def close(self) -> None:
        """Close once what was written has left."""
        ...

    def abort(self) -> None:
        """Close at once."""
        ...


class Admission:
    """The open connections of a gateway, and what they have in common while they are open."""

    def __init__(
        self,
        limiter: Limiter,
        on_bug: Callable[[str, BaseException], None],
        on_silent_proxy: OnSilentProxy = lambda _address, _what: None,
    ) -> None:
        self.connections: set[Admitted] = set()
        self.stopping = False  # nothing more is read
        self.on_bug = on_bug
        self.on_silent_proxy = on_silent_proxy
        self._limiter = limiter
        self._of_address: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[Any]] = set()

    def admit(self, connection: Admitted) -> bool:
        """Remember a new connection; False if its address has too many open."""
        if self._of_address[connection.address] >= CONNECTIONS_PER_ADDRESS_MAX:
            return False
        self._of_address[connection.address] += 1
        self.connections.add(connection)
        return True

    def dismiss(self, connection: Admitted) -> None:
        """Forget a connection that is closed; harmless for one that was not admitted."""
        if connection not in self.connections:
            return
        self.connections.discard(connection)
        self._of_address[connection.address] -= 1
        if not self._of_address[connection.address]:
            del self._of_address[connection.address]

    def cut_key(self, key_id: int) -> None:
        """Close every connection that uses a key, at once."""
        for connection in [c for c in self.connections if c.key_id == key_id]:
            connection.abort()

    def cut_links(self, kept: Collection[int]) -> None:
        """Close every connection that came by another link than these, at once."""
        for connection in [c for c in self.connections if c.link and c.link not in kept]:
            connection.abort()

    def budget(self, user: int | None, address: str) -> TokenBucket:
        """Return the budget that pays for what comes on a connection: the user's, else the address's."""
        return self._limiter.bucket(Rate.WIRE, user or address)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something a connection waits for. It outlives the connection, and ends by itself."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
