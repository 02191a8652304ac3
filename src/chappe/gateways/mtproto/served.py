"""The port `Calls`, implemented by the dispatcher: one `Client` for each session."""

import asyncio
import contextlib
from collections.abc import Callable

from chappe.ports import KeyInfo
from chappe.rpc import Client, Dispatcher


class ServedCalls:
    """See `ports.Calls`."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    def open(
        self, key: KeyInfo, session_id: int, address: str, push: Callable[[bytes], None]
    ) -> Client:
        """See `ports.Calls`."""
        client = Client(
            key.perm_key_id if key.expires else key.key_id,
            session_id,
            push,
            address=address,
            temp_key_id=key.key_id if key.expires else None,
        )
        self._dispatcher.clients.add(client)
        return client

    def call(
        self, client: Client, msg_id: int, body: bytes, answer: Callable[[bytes], None]
    ) -> None:
        """See `ports.Calls`."""
        self._dispatcher.call(client, msg_id, body, answer)

    def user_of(self, client: Client) -> int | None:
        """See `ports.Calls`."""
        return client.user

    def is_running(self, client: Client, msg_id: int) -> bool:
        """See `ports.Calls`."""
        return msg_id in client.running

    def rest(self, client: Client, *, resting: bool) -> None:
        """See `ports.Calls`."""
        self._dispatcher.clients.rest(client, resting=resting)

    def moved(self, client: Client, address: str) -> None:
        """See `ports.Calls`."""
        client.address = address

    async def settle(self, seconds: float) -> None:
        """See `ports.Calls`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._dispatcher.clients.finish()

    def close(self, client: Client) -> None:
        """See `ports.Calls`."""
        self._dispatcher.clients.remove(client)
