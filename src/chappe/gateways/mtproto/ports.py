"""Ports of the gateway: the store of authorisation keys, the server of calls, and the pages."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from chappe.gateways.own_names import OwnNames
from chappe.mtproto import NewAuthKey
from chappe.ports import KeyInfo

__all__ = ["AuthKeyStore", "Calls", "HttpLink", "KeyInfo", "Pages"]


class AuthKeyStore(Protocol):
    """The store of authorisation keys. A key is durable when `keep` returns."""

    async def find(self, key_id: int) -> KeyInfo | None:
        """Return a key that may be used, or None."""
        ...

    async def keep(self, new: NewAuthKey) -> bool:
        """Keep a new key; False if its id is taken."""
        ...

    async def destroy(self, key_id: int) -> None:
        """Destroy a key and whatever is bound to it."""
        ...


class Calls(Protocol):
    """Serves calls, for clients that it makes of sessions."""

    def open(
        self, key: KeyInfo, session_id: int, address: str, push: Callable[[bytes], None]
    ) -> Any:
        """Return the client of a session that begins."""
        ...

    def call(self, client: Any, msg_id: int, body: bytes, answer: Callable[[bytes], None]) -> None:
        """Serve a call; `answer` gets the result's bytes once, now or later."""
        ...

    def user_of(self, client: Any) -> int | None:
        """Return the user logged in on a session; None if there is none, or it is not known yet."""
        ...

    def is_running(self, client: Any, msg_id: int) -> bool:
        """Whether a call has no answer yet."""
        ...

    def rest(self, client: Any, *, resting: bool) -> None:
        """Note that a session has no connection any more, or has one again."""
        ...

    async def settle(self, seconds: float) -> None:
        """Wait until every call has its answer, but no longer than this."""
        ...

    def moved(self, client: Any, address: str) -> None:
        """Note by which address a session is counted now: its client speaks from there."""
        ...

    def close(self, client: Any) -> None:
        """Note that a session ended."""
        ...


class HttpLink(Protocol):
    """A connection that speaks HTTP, as the pages see it. Whoever serves a request tells it so."""

    names: OwnNames | None  # the names it may be asked for by; None: whatever the client says
    client: str  # the network of whom the request is from that is served

    @property
    def forwarding(self) -> str:
        """Name the header in which a request says whom it is from; empty: nobody is believed."""
        ...

    def begin(self, forwarded: Sequence[str] = ()) -> float:
        """Note that a request's head is whole; return the seconds to wait until it is paid for.

        `forwarded` are the values of the header that `forwarding` names.
        """
        ...

    def allow(self, *, size_bytes: int, seconds: float | None = None) -> None:
        """Let the request that is served have a body of this size, and longer than others have.

        Called again with no size once a large one has come, nothing else is taken in its place.
        """
        ...

    def end(self, *, last: bool) -> None:
        """Note that the answer has been written; after the `last` one the connection ends."""
        ...


class Pages(Protocol):
    """What serves the connections that speak HTTP and no WebSocket of ours."""

    loaded: bool  # whether `serve` may be called

    def unmask(self, mask: bytes, data: bytearray) -> None:
        """Take the mask off a frame of a WebSocket, in place: in a faster way once they are loaded."""
        ...

    async def load(self) -> None:
        """Wait until `serve` may be called."""
        ...

    def serve(self, link: HttpLink) -> asyncio.Protocol:
        """Return the protocol that serves a connection from its first byte on."""
        ...

    def leave(self, served: asyncio.Protocol) -> None:
        """End such a protocol, whose connection stays open for something else."""
        ...

    async def stop(self, seconds: float) -> None:
        """Let what is being answered be finished, but no longer than this, and end the rest."""
        ...
