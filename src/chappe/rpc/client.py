"""Clients: the sessions that call, by authorisation key, who is logged in on each, and which are told."""

import asyncio
from collections.abc import Callable, Collection
from enum import IntEnum
from typing import Any, Final, NamedTuple

import msgspec

from chappe import tl
from chappe.updates import Hub, PerServer

RUNNING_CALLS_MAX: Final = 256  # calls of one client being served at the same time
OPENING_METHODS: Final = frozenset(
    (
        "help.getConfig",
        "help.getCdnConfig",
        "auth.bindTempAuthKey",
        "auth.importAuthorization",
        "auth.dropTempAuthKeys",
    )
)
FILE_METHODS: Final = "upload."  # what their names begin with


class Purpose(IntEnum):
    """What a session is for, by what it has called so far. Decision 0019 says why it matters.

    A session that only moves files is told no updates: core.telegram.org/api/updates.
    """

    UNKNOWN = 0  # nothing was called
    FILES = 1  # files were moved, nothing else was done
    OPENING = 2  # only what any session begins with
    MAIN = 3  # something else was called, at any time


def purpose_of(method: str) -> Purpose:
    """Return what a session is for that calls this method."""
    if method.startswith(FILE_METHODS):
        return Purpose.FILES
    return Purpose.OPENING if method in OPENING_METHODS else Purpose.MAIN


class DeviceInfo(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What `initConnection` said about the app. Shown to its user in the list of sessions."""

    api_id: int = 0
    device_model: str = ""
    system_version: str = ""
    app_version: str = ""
    system_lang_code: str = ""
    lang_pack: str = ""
    lang_code: str = ""


class Frozen(NamedTuple):
    """That an account is suspended, and to whom it may still write."""

    contact: int  # the account of who runs the server; 0: it has none


class Client:
    """One session of one authorisation key, or of an account (`of_account`). Also what the hub pushes to."""

    __slots__ = (
        "address",
        "aside",
        "bot",
        "device",
        "expires",
        "failed",
        "frozen",
        "identified",
        "key_id",
        "layer",
        "pending_user",
        "purpose",
        "push",
        "resting",
        "running",
        "session_id",
        "subscribed",
        "temp_key_id",
        "unsaved",
        "user",
        "vouched",
        "wants_updates",
    )

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
        self.frozen: Frozen | None = None  # its account is suspended: what it may do is bounded
        self.pending_user: int | None = None  # gave the right code, still owes the password
        self.layer = 0  # the layer belongs to the key; 0 until somebody says it
        self.unsaved = False  # what it said of itself is not kept yet: nothing it asks was admitted
        self.device = DeviceInfo()
        self.wants_updates = True
        self.purpose = Purpose.UNKNOWN
        self.resting = False  # its connection is gone, it may come back
        self.identified = False
        self.subscribed: int | None = None
        self.running: dict[int, list[Callable[[bool], None]]] = {}  # msg_id → who waits for it
        self.failed: list[int] = []  # msg_ids of recent calls that were refused
        self.vouched = False  # admitted without a key

    @classmethod
    def of_account(
        cls,
        user: int,
        receive: Callable[[Any], None],
        *,
        bot: bool = False,
        frozen: Frozen | None = None,
        address: str = "",
    ) -> "Client":
        """Return a client without an authorisation key: its gateway has checked for whom it speaks.

        It calls by `Dispatcher.invoke`, and receives what it is told as `api.Updates` objects of the newest
        layer, its own to change: from `Clients.add` to `Clients.remove`, or until its account is deleted
        (`user` is None from then on). As any client it repairs what it lost by pts.
        """

        def push(body: bytes) -> None:
            receive(tl.decode(body))

        client = cls(0, 0, push, address=address)
        client.user = user
        client.bot = bot
        client.frozen = frozen
        client.layer = tl.LAYER
        client.purpose = Purpose.MAIN
        client.identified = True
        client.vouched = True
        return client

    def outcome(self, msg_id: int) -> asyncio.Future[bool]:
        """Return a future of a call that is being served: whether it is refused, once it is answered."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.running[msg_id].append(
            lambda refused: None if future.done() else future.set_result(refused)
        )
        return future


class Clients:
    """Every open session, by the permanent key it belongs to."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._by_key: dict[int, set[Client]] = {}
        self._by_temporary: dict[int, set[Client]] = {}
        self._by_account: dict[int, set[Client]] = {}  # those without a key
        self.ended = (
            0  # log-outs and suspensions so far: who is looked up meanwhile is looked up again
        )

    def add(self, client: Client) -> None:
        """Remember a session that opened."""
        if client.vouched:
            if client.user is not None:
                self._by_account.setdefault(client.user, set()).add(client)
                self._hub.subscribe(client.user, client)
                client.subscribed = client.user
            return
        self._by_key.setdefault(client.key_id, set()).add(client)
        if client.temp_key_id is not None:
            self._by_temporary.setdefault(client.temp_key_id, set()).add(client)

    def remove(self, client: Client) -> None:
        """Forget a session that ended."""
        if client.vouched:
            self._part(client)
            return
        client.user = None
        if client.temp_key_id is not None:
            under = self._by_temporary.get(client.temp_key_id, set())
            under.discard(client)
            if not under:
                self._by_temporary.pop(client.temp_key_id, None)
        found = self._by_key.get(client.key_id)
        if found is not None:
            found.discard(client)
            if found:
                self._arrange(client.key_id)
            else:
                del self._by_key[client.key_id]
        self._unsubscribe(client)

    def _part(self, client: Client) -> None:
        if client.user is not None:
            found = self._by_account.get(client.user, set())
            found.discard(client)
            if not found:
                self._by_account.pop(client.user, None)
        client.user = None
        self._unsubscribe(client)

    def end_account(self, user: int) -> None:
        """Let nobody act for an account any more who was admitted without a key: it is being deleted."""
        for client in tuple(self._by_account.get(user, ())):
            self._part(client)

    def move(self, client: Client, key_id: int) -> None:
        """Put a session under another permanent key: its temporary key was bound."""
        self.remove(client)
        client.key_id = key_id
        self.add(client)

    async def finish(self) -> None:
        """Wait until every call has its answer, those too that come meanwhile."""
        while running := [
            client.outcome(msg_id)
            for kept in (self._by_key, self._by_account)
            for found in kept.values()
            for client in found
            for msg_id in client.running
        ]:
            await asyncio.wait(running)

    def of_key(self, key_id: int) -> frozenset[Client]:
        """Return the open sessions of a permanent key."""
        return frozenset(self._by_key.get(key_id, ()))

    def listens(self, key_id: int) -> bool:
        """Whether a session of this permanent key is connected, and told what happens."""
        return any(
            c.subscribed is not None and c.wants_updates and not c.resting
            for c in self._by_key.get(key_id, ())
        )

    def hears(self, user: int) -> bool:
        """Whether any session of a user is connected, and told what happens."""
        told = self._hub.subscribers(user)
        return any(s.wants_updates and not getattr(s, "resting", False) for s in told)

    def of_temporary(self, temp_key_id: int) -> frozenset[Client]:
        """Return the open sessions that speak under a temporary key."""
        return frozenset(self._by_temporary.get(temp_key_id, ()))

    def log_in(self, key_id: int, user: int, *, bot: bool = False, aside: bool = False) -> None:
        """Say that everybody on this key is now this user; `aside`: by an exported authorisation."""
        for client in self.of_key(key_id):
            client.bot = bot
            client.aside = aside
            client.pending_user = None
            client.user = user
            client.identified = False  # what else is true of this account is looked up
        self._arrange(key_id)

    def freeze(self, user: int, frozen: Frozen | None) -> None:
        """Bound what every session of an account may do, or bound it no more (None)."""
        self.ended += 1
        for kept in (*self._by_key.values(), self._by_account.get(user, set())):
            for client in kept:
                if client.user == user:
                    client.frozen = frozen

    def log_out(self, key_id: int) -> None:
        """Say that nobody is logged in on this key any more."""
        self.ended += 1
        for client in self.of_key(key_id):
            client.pending_user = None
            client.user = None
        self._arrange(key_id)

    def settle(self, client: Client, user: int | None) -> None:
        """Make the client this user's, or nobody's, and subscribe it accordingly."""
        client.user = user
        self._arrange(client.key_id)

    def note(self, client: Client, purpose: Purpose) -> None:
        """Note what a client has called."""
        if client.purpose is Purpose.MAIN:
            return
        if purpose is Purpose.OPENING and client.purpose is Purpose.FILES:
            return  # it begins anew after a cut
        if purpose is not client.purpose:
            client.purpose = purpose
            self._arrange(client.key_id)

    def rest(self, client: Client, *, resting: bool) -> None:
        """Note that a client has lost its connection, or has one again."""
        if client.resting is not resting:
            client.resting = resting
            if client.purpose is not Purpose.MAIN:
                self._arrange(client.key_id)

    def _arrange(self, key_id: int) -> None:
        """Subscribe those sessions of a key that are to be told, and no others.

        The new ones come first, so that nobody seems to leave in between.
        """
        found = self._by_key.get(key_id) if key_id else None
        if found is None:
            return  # a temporary key that is not bound is nobody's
        told = _told(found)
        for client in told:
            if client.subscribed != client.user:
                self._unsubscribe(client)
                if client.user is not None:
                    self._hub.subscribe(client.user, client)
                    client.subscribed = client.user
        for client in found:
            if client not in told:
                self._unsubscribe(client)

    def _unsubscribe(self, client: Client) -> None:
        if client.subscribed is not None:
            self._hub.unsubscribe(client.subscribed, client)
            client.subscribed = None


CLIENTS: Final[PerServer[Clients]] = PerServer()


def _told(clients: Collection[Client]) -> list[Client]:
    """Return which sessions of one key are told updates: those that are for more than files.

    Where there is none yet, the one most likely to become it: no device hears nothing.
    """
    listening = [c for c in clients if not c.aside]
    main = [c for c in listening if c.purpose is Purpose.MAIN]
    if main:
        return main
    known = [c for c in listening if c.purpose is not Purpose.UNKNOWN]
    best = max(
        known, key=lambda c: (not c.resting, c.purpose, c.subscribed is not None), default=None
    )
    return [] if best is None else [best]
