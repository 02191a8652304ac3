"""What the gateway needs from the inside: keys, and somebody to serve calls."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from chappe.mtproto import NewAuthKey


class KeyInfo(NamedTuple):
    """An authorisation key as the gateway needs it."""

    key_id: int
    key: bytes
    expires: int = 0  # seconds since 1970; 0 for a permanent key
    perm_key_id: int = 0  # the permanent key a temporary one is bound to, 0 while it is not


class AuthKeys(Protocol):
    """Where authorisation keys are kept. Durable when `keep` returns."""

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
    """Who serves calls."""

    def open(
        self, key: KeyInfo, session_id: int, address: str, push: Callable[[bytes], None]
    ) -> Any:
        """A session begins; the object returned stands for it."""
        ...

    def call(self, client: Any, msg_id: int, body: bytes, answer: Callable[[bytes], None]) -> None:
        """Serve a call; `answer` gets the result's bytes once, now or later."""
        ...

    def close(self, client: Any) -> None:
        """A session ended."""
        ...
