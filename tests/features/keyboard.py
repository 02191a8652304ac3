"""Bots with keyboards, for tests: a bot made by somebody, who has spoken to it, and buttons."""

from typing import Any

from chappe.features import bots
from chappe.tl import api

from .test_bots import let_in, made
from .village import Device, Person, Village


class Bot:
    """A bot on a device of its own, and how it and people name each other."""

    def __init__(self, village: Village, device: Device, shown: Any) -> None:
        self.village = village
        self.device = device
        self.id: int = shown.id
        self.username: str = shown.username

    async def __call__(self, request: Any) -> Any:
        """Call a method as the bot."""
        return await self.device(request)

    def to(self, person: Person) -> api.InputPeerUser:
        """Return how the bot names somebody it has a conversation with."""
        return api.InputPeerUser(user_id=person.id, access_hash=0)

    async def say(self, person: Person, text: str, markup: Any = None, **more: Any) -> Any:
        """Write to somebody with a keyboard; return the message as the bot is shown it, or its number."""
        answer = await self(
            api.MessagesSendMessage(
                peer=self.to(person),
                message=text,
                random_id=self.village.number(),
                reply_markup=markup,
                **more,
            )
        )
        await self.village.settle()
        if isinstance(answer, api.UpdateShortSentMessage):
            return answer
        return next(u.message for u in answer.updates if isinstance(u, api.UpdateNewMessage))

    async def edit(self, person: Person, number: int, **more: Any) -> Any:
        """Edit a message of the bot's."""
        answer = await self(api.MessagesEditMessage(peer=self.to(person), id=number, **more))
        await self.village.settle()
        return answer


async def bot_of(person: Person, name: str = "shop_bot") -> Bot:
    """Return a bot that somebody has made and spoken to."""
    v = person.village
    await bots.settle(v.context)
    device = await let_in(v, await made(person, name))
    shown = (await person(api.ContactsResolveUsername(username=name))).users[0]
    bot = Bot(v, device, shown)
    await start(person, bot)
    return bot


def named(person: Person, bot: Bot) -> api.InputPeerUser:
    """Return how somebody names a bot."""
    peer = person.peer(api.PeerUser(user_id=bot.id))
    assert isinstance(peer, api.InputPeerUser)
    return peer


async def start(person: Person, bot: Bot) -> None:
    """Have somebody press Start in the conversation with a bot."""
    peer = named(person, bot)
    who = api.InputUser(user_id=peer.user_id, access_hash=peer.access_hash)
    v = person.village
    await person(api.MessagesStartBot(bot=who, peer=peer, random_id=v.number(), start_param=""))
    await v.settle()


def below(*rows: list[tuple[str, Any]]) -> api.ReplyInlineMarkup:
    """Return a keyboard below a message: rows of texts and what each button does."""
    made_rows: list[api.TypeKeyboardInlineButtonRow] = []
    for row in rows:
        buttons: list[api.TypeKeyboardInlineButton] = [
            api.KeyboardInlineButton(text=text, type=kind) for text, kind in row
        ]
        made_rows.append(api.KeyboardInlineButtonRow(buttons=buttons))
    return api.ReplyInlineMarkup(rows=made_rows)


def gives(data: bytes, *, password: bool = False) -> api.InlineButtonTypeCallback:
    """Return that a button gives this back to its bot."""
    return api.InlineButtonTypeCallback(data=data, requires_password=password)


def letters(*texts: str, **more: Any) -> api.ReplyKeyboardMarkup:
    """Return a keyboard in place of letters, of one row."""
    buttons: list[api.TypeKeyboardButton] = [
        api.KeyboardButton(text=text, type=api.ButtonTypeDefault()) for text in texts
    ]
    return api.ReplyKeyboardMarkup(rows=[api.KeyboardButtonRow(buttons=buttons)], **more)


async def newest(person: Person, bot: Bot) -> Any:
    """Return the newest message somebody has in the conversation with a bot."""
    return (await person.history(api.PeerUser(user_id=bot.id), limit=1))[0]
