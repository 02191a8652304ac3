"""Whoever speaks in a test world, with an app in their hand; and whom they name."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol, Self, TypeVar

from chappe.core import Kind
from chappe.features import accounts
from chappe.tl import api

from .device import Device
from .doing import Doing
from .world import World

T = TypeVar("T")
PATIENCE_S: Final = (
    5.0  # real seconds for which something is waited for unless a test says otherwise
)


class NotSeen(AssertionError):
    """What a test waited for did not come."""


class App(Device):
    """The device of a person of a test world, which says when something new came."""

    def __init__(self, world: World) -> None:
        super().__init__(world.server, next(world.key_ids))
        self.news = asyncio.Event()

    def hear(self, pushed: Any) -> None:
        """Wake whoever waits for news."""
        self.news.set()
        self.news = asyncio.Event()

    async def until(
        self, look: Callable[[], Awaitable[T | None]], patience_s: float, what: str
    ) -> T:
        """Return what `look` finds, as soon as it finds something.

        Raises:
            NotSeen: it found nothing in so many real seconds.
        """
        try:
            async with asyncio.timeout(patience_s):
                while True:
                    news = self.news  # before the look: what comes meanwhile is not missed
                    found = await look()
                    if found is not None:
                        return found
                    await news.wait()
        except TimeoutError:
            raise NotSeen(f"{what} within {patience_s:g} s") from None


class Peer(Protocol):
    """Somebody, a bot, or a group: what a conversation is with."""

    @property
    def is_somebody(self) -> bool:
        """Whether it is a person or a bot, and no group or channel."""
        ...

    @property
    def id(self) -> int:
        """Its number."""
        ...

    @property
    def name(self) -> str:
        """What it is called."""
        ...


class Speaker:
    """Somebody with an account. `await person(request)` calls any method of the API in their name."""

    is_somebody = True

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.name = name
        self.id = 0
        self.phone = f"3361{world.number():07d}"
        self.app = App(world)

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Speaker) and (self.world, self.id) == (other.world, other.id)

    def __hash__(self) -> int:
        return hash(self.id)

    async def sign_up(self) -> Self:
        """Make the account, on the world's loop."""
        await self.app.connect()
        sent = await self.app(
            api.AuthSendCode(
                phone_number=self.phone, api_id=1, api_hash="x", settings=api.CodeSettings()
            )
        )
        hashed = {"phone_number": self.phone, "phone_code_hash": sent.phone_code_hash}
        await self.app(api.AuthSignIn(**hashed, phone_code=self.world.code(self.phone)))
        answer = await self.app(api.AuthSignUp(**hashed, first_name=self.name, last_name=""))
        self.id = answer.user.id
        await self.app(api.UpdatesGetState())  # from now on it is told
        return self

    def __call__(self, request: Any) -> Doing[Any]:
        """Call any method of the API as an app does.

        Raises:
            errors.RpcError: the server refused.
        """
        return Doing(self.world, self.app(request))

    def peer(self, other: Peer) -> Any:
        """Return the InputPeer by which this person names somebody, or a group."""
        if other is self:
            return api.InputPeerSelf()
        kind = Kind.USER if other.is_somebody else Kind.CHANNEL
        context = self.world.server.context
        hashed = accounts.access_hash(context, self.id, kind, other.id)
        if kind is Kind.USER:
            return api.InputPeerUser(user_id=other.id, access_hash=hashed)
        return api.InputPeerChannel(channel_id=other.id, access_hash=hashed)

    def user(self, other: Peer) -> Any:
        """Return the InputUser by which this person names somebody."""
        peer = self.peer(other)
        if isinstance(peer, api.InputPeerSelf):
            return api.InputUserSelf()
        return api.InputUser(user_id=peer.user_id, access_hash=peer.access_hash)

    def channel(self, group: Peer) -> Any:
        """Return the InputChannel by which this person names a group or channel."""
        peer = self.peer(group)
        return api.InputChannel(channel_id=peer.channel_id, access_hash=peer.access_hash)

    def block(self, other: Peer) -> Doing[Any]:
        """Block somebody: they cannot write to this person any more."""
        return self(api.ContactsBlock(id=self.peer(other)))

    def unblock(self, other: Peer) -> Doing[Any]:
        """Take a block back."""
        return self(api.ContactsUnblock(id=self.peer(other)))
