"""Clients: the sessions that call, by authorisation key, and who is logged in on each."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from chappe.updates import Hub

RUNNING_CALLS_MAX: Final = 256  # calls of one client being served at the same time


class DeviceInfo(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What `initConnection` said about the app. Shown to its user in the list of sessions."""

    api_id: int = 0
    device_model: str = ""
    system_version: str = ""
    app_version: str = ""
    system_lang_code: str = ""
    lang_pack: str = ""
    lang_code: str = ""


class Client:
    """One session of one authorisation key. Also what the hub pushes to."""

    __slots__ = (
        "address", "aside", "bot", "device", "expires", "failed", "identified", "key_id", "layer",
        "pending_user", "push", "running", "session_id", "subscribed", "temp_key_id", "unsaved",
        "user", "wants_updates",
    )  # fmt: skip

    def __init__(
        self,
        key_id: int,
        session_id: int,
        push: Callable[[bytes], None],
        *,
        address: str = "",
        temp_key_id: int | None = None,
    ) -> None:
        self.key_id = key_id  # the permanent key; 0 while a temporary one is not bound
        self.temp_key_id = temp_key_id
        self.session_id = session_id
        self.address = address
        self.push = push
        self.user: int | None = None
        self.bot = False
        self.aside = False  # its key is another's for files only: it is told nothing by itself
        self.pending_user: int | None = None  # gave the right code, still owes the password
        self.layer = 0  # the layer belongs to the key; 0 until somebody says it
        self.unsaved = False  # what it said of itself is not kept yet: nothing it asks was admitted
        self.device = DeviceInfo()
        self.wants_updates = True
        self.identified = False
        self.subscribed: int | None = None
        self.running: dict[int, list[Callable[[bool], None]]] = {}  # msg_id → who waits for it
        self.failed: list[int] = []  # msg_ids of recent calls that were refused


class Clients:
    """Every open session, by the permanent key it belongs to."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._by_key: dict[int, set[Client]] = {}
        self.ended = 0  # log-outs so far

    def add(self, client: Client) -> None:
        """Remember a session that opened."""
        self._by_key.setdefault(client.key_id, set()).add(client)

    def remove(self, client: Client) -> None:
        """Forget a session that ended."""
        self.settle(client, None)
        found = self._by_key.get(client.key_id)
        if found is not None:
            found.discard(client)
            if not found:
                del self._by_key[client.key_id]

    def move(self, client: Client, key_id: int) -> None:
        """Put a session under another permanent key: its temporary key was bound."""
        self.remove(client)
        client.key_id = key_id
        self.add(client)

    @property
    def busy(self) -> bool:
        """Whether any call has no answer yet."""
        return any(client.running for found in self._by_key.values() for client in found)

    def of_key(self, key_id: int) -> frozenset[Client]:
        """Return the open sessions of a permanent key."""
        return frozenset(self._by_key.get(key_id, ()))

    def of_temporary(self, temp_key_id: int) -> frozenset[Client]:
        """Return the open sessions that speak under a temporary key."""
        return frozenset(
            c for found in self._by_key.values() for c in found if c.temp_key_id == temp_key_id
        )

    def log_in(self, key_id: int, user: int, *, bot: bool = False, aside: bool = False) -> None:
        """Say that everybody on this key is now this user; `aside`: by an exported authorisation."""
        for client in self.of_key(key_id):
            client.bot = bot
            client.aside = aside
            client.pending_user = None
            self.settle(client, user)

    def log_out(self, key_id: int) -> None:
        """Say that nobody is logged in on this key any more."""
        self.ended += 1
        for client in self.of_key(key_id):
            client.pending_user = None
            self.settle(client, None)

    def settle(self, client: Client, user: int | None) -> None:
        """Make the client this user's, or nobody's, and subscribe it accordingly."""
        if client.subscribed is not None and (client.aside or client.subscribed != user):
            self._hub.unsubscribe(client.subscribed, client)
            client.subscribed = None
        client.user = user
        if user is not None and client.subscribed is None and not client.aside:
            self._hub.subscribe(user, client)
            client.subscribed = user
