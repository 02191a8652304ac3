"""A bot whose program calls: by its client every request is admitted, as one that an app would send."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from chappe.core import Clock, Entropy
from chappe.rpc import Client
from chappe.tl import api

from .failures import CHAT_NOT_FOUND, refused
from .parts import BotApiParts

CHANNEL_FROM: Final = 1_000_000_000_000  # what ids of channels and supergroups are below, negated
NAME_CHARACTERS_MAX: Final = 64  # of a username that is looked up


class NamedPeers:
    """The users and chats that an answer named, by id."""

    def __init__(self) -> None:
        self.users: dict[int, Any] = {}
        self.chats: dict[int, Any] = {}

    def learn(self, users: Sequence[Any], chats: Sequence[Any]) -> None:
        """Take up those of another answer."""
        self.users.update((user.id, user) for user in users)
        self.chats.update((chat.id, chat) for chat in chats)


class Caller:
    """One call of a bot: who it is, and what the answers to its requests named."""

    def __init__(self, parts: BotApiParts, client: Client) -> None:
        self.parts = parts
        self.client = client
        self.bot: int = client.user or 0
        self.named = NamedPeers()
        self.files: Mapping[
            str, Any
        ] = {}  # those that came with the call, by the names of their fields
        self._invoke: Callable[[Client, Any], Awaitable[Any]] = parts.invoke

    @property
    def clock(self) -> Clock:
        """The server's clock."""
        return self.parts.clock

    @property
    def entropy(self) -> Entropy:
        """The server's chance."""
        return self.parts.entropy

    async def __call__(self, request: Any) -> Any:
        """Call a method of the protocol; who is named in the answer is remembered.

        Raises:
            errors.RpcError: it is refused.
        """
        answer = await self._invoke(self.client, request)
        users, chats = getattr(answer, "users", None), getattr(answer, "chats", None)
        if isinstance(users, list) and isinstance(chats, list):
            self.named.learn(users, chats)
        return answer

    def random_id(self) -> int:
        """Return a number by which a message is sent once."""
        return int.from_bytes(self.entropy.token(8), "big", signed=True) or 1

    async def peer(self, chat_id: str) -> Any:
        """Return the conversation that a chat_id means.

        Raises:
            Failure: it is none.
            errors.RpcError: there is nobody of that name.
        """
        given = chat_id.strip()
        if not given:
            raise refused("chat_id is empty")
        if given.startswith("@"):
            return await self._by_name(given[1:])
        number = _number(given)
        if number > 0:
            return api.InputPeerUser(user_id=number, access_hash=0)
        if number <= -CHANNEL_FROM:
            return api.InputPeerChannel(channel_id=-number - CHANNEL_FROM, access_hash=0)
        if number < 0:
            return api.InputPeerChat(chat_id=-number)
        raise refused(CHAT_NOT_FOUND)

    async def _by_name(self, name: str) -> Any:
        if not name or len(name) > NAME_CHARACTERS_MAX:
            raise refused(CHAT_NOT_FOUND)
        found = await self(api.ContactsResolveUsername(username=name))
        if isinstance(found.peer, api.PeerUser):
            user = self.named.users[found.peer.user_id]
            return api.InputPeerUser(user_id=user.id, access_hash=user.access_hash or 0)
        chat = self.named.chats[found.peer.channel_id]
        return api.InputPeerChannel(channel_id=chat.id, access_hash=chat.access_hash or 0)


def _number(text: str) -> int:
    """Return the number a text is, 0 if it is none."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 18:  # noqa: PLR2004  64 bits
        return 0
    return int(text)


def input_user(user_id: int) -> api.InputUser:
    """Return a person by their id alone: a bot knows whom it met."""
    return api.InputUser(user_id=user_id, access_hash=0)


def input_channel(peer: api.InputPeerChannel) -> api.InputChannel:
    """Return a channel as requests about channels name it."""
    return api.InputChannel(channel_id=peer.channel_id, access_hash=peer.access_hash)
