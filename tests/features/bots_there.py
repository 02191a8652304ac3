"""Bots of a village: made for their owner, logged in, and named by people."""

from typing import Any

from chappe.core import Kind
from chappe.features import accounts
from chappe.features.bots import making
from chappe.tl import api

from .village import Device, Person, Village


class BotThere:
    """A bot that is logged in. Calling it calls a method."""

    def __init__(self, device: Device, user: int, username: str, token: str) -> None:
        self.device = device
        self.id = user
        self.username = username
        self.token = token
        self.village = device.village

    async def __call__(self, request: Any) -> Any:
        """Call a method; see `Device.__call__`."""
        return await self.device(request)

    def hashed(self, kind: Kind, number: int) -> int:
        """Return the access hash by which the bot names something."""
        return accounts.access_hash(self.village.context, self.id, kind, number)

    def peer(self, chat: Any) -> Any:
        """Return how the bot names itself, a person or a chat."""
        if chat is self:
            return api.InputPeerSelf()
        if isinstance(chat, Person):
            return api.InputPeerUser(user_id=chat.id, access_hash=self.hashed(Kind.USER, chat.id))
        if isinstance(chat, api.Chat):
            return api.InputPeerChat(chat_id=chat.id)
        hashed = self.hashed(Kind.CHANNEL, chat.id)
        return api.InputPeerChannel(channel_id=chat.id, access_hash=hashed)

    def channel(self, chat: Any) -> Any:
        """Return the InputChannel by which the bot names a supergroup or channel."""
        peer = self.peer(chat)
        return api.InputChannel(channel_id=peer.channel_id, access_hash=peer.access_hash)

    def user(self, person: Any) -> Any:
        """Return the InputUser by which the bot names itself or somebody."""
        if person is self:
            return api.InputUserSelf()
        peer = self.peer(person)
        return api.InputUser(user_id=peer.user_id, access_hash=peer.access_hash)

    def named_by(self, person: Person) -> Any:
        """Return the InputUser by which somebody names the bot."""
        hashed = accounts.access_hash(self.village.context, person.id, Kind.USER, self.id)
        return api.InputUser(user_id=self.id, access_hash=hashed)

    def texts(self) -> list[str]:
        """Return the texts the bot was pushed, oldest first."""
        told = [getattr(u, "message", None) for u in self.device.heard]
        found = [m if isinstance(m, str) else getattr(m, "message", "") for m in told]
        return [text for text in found if text]

    async def say(self, chat: Any, text: str, **more: Any) -> int:
        """Write a text; return its number."""
        request = api.MessagesSendMessage(
            peer=self.peer(chat), message=text, random_id=self.village.number(), **more
        )
        answer = await self(request)
        await self.village.settle()
        if isinstance(answer, api.UpdateShortSentMessage):
            return int(answer.id)
        return int(next(u.id for u in answer.updates if isinstance(u, api.UpdateMessageID)))


async def bot_of(
    v: Village, owner: Person | None, username: str, *, hears_all: bool = False
) -> BotThere:
    """Make a bot, with privacy mode as it is at first or without, and log it in."""
    token = await making.make_bot(v.context, owner.id if owner else 0, username, username)
    number = int(token.partition(":")[0])
    if hears_all:
        await making.set_privacy(v.context, number, on=False)
    device = await v.stranger()
    await device(
        api.AuthImportBotAuthorization(flags=0, api_id=1, api_hash="x", bot_auth_token=token)
    )
    return BotThere(device, number, username, token)
