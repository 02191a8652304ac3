"""What the HTTP Bot API needs of the server, as protocols: who a token is, and the queue of updates."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from chappe.core import Clock, Entropy
from chappe.rpc import Client


class HandedUpdate(Protocol):
    """One update that waits."""

    @property
    def number(self) -> int:
        """By which it is confirmed."""
        ...

    @property
    def kind(self) -> "KindWord":
        """What it is of."""
        ...

    @property
    def update(self) -> Any:
        """The `api.Update…`."""
        ...


class KindWord(Protocol):
    """A kind of updates."""

    @property
    def word(self) -> str:
        """The Bot API's name of it."""
        ...


class HandedUpdates(Protocol):
    """Updates in their order, with the users and chats they name."""

    @property
    def updates(self) -> Sequence[HandedUpdate]:
        """The updates."""
        ...

    @property
    def users(self) -> Sequence[Any]:
        """The users."""
        ...

    @property
    def chats(self) -> Sequence[Any]:
        """The chats."""
        ...


class Updates(Protocol):
    """The queues of updates; `chappe.features.botqueue.UpdateQueue` is one."""

    async def take(
        self, bot: int, offset: int, limit: int, *, settled: bool = False
    ) -> HandedUpdates:
        """Return updates from an offset on, and forget those before it."""
        ...

    def listen(self, bot: int) -> AbstractContextManager[asyncio.Event]:
        """Have an event set whenever something was queued for a bot."""
        ...

    async def note_use(self, bot: int, allowed: Sequence[str] | None) -> None:
        """Note that a bot fetches its updates, and which kinds it wants; None: as before."""
        ...

    async def allowed(self, bot: int) -> list[str]:
        """Return the kinds a bot asked for; none if it never said."""
        ...

    async def pending(self, bot: int) -> int:
        """Return how many updates wait."""
        ...

    async def forget(self, bot: int) -> None:
        """Drop all that waits."""
        ...


@dataclass(frozen=True, slots=True)
class BotApiParts:
    """The server, as the HTTP Bot API uses it."""

    open_client: Callable[[str, str], Awaitable[Client | None]]  # by a token and an address
    invoke: Callable[[Client, Any], Awaitable[Any]]
    updates: Updates
    clock: Clock
    entropy: Entropy
