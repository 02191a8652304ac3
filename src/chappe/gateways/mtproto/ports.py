"""Ports of the gateway: the store of authorisation keys, and the server of calls."""

from collections.abc import Callable
from typing import Any, Protocol

from chappe.mtproto import NewAuthKey
from chappe.ports import KeyInfo

__all__ = ["AuthKeyStore", "Calls", "KeyInfo"]


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

    def close(self, client: Any) -> None:
        """Note that a session ended."""
        ...
