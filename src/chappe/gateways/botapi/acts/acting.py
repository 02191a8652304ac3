"""Declaring what a method of the Bot API does, and what several of them need."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

from chappe.markup.parsing import CannotParse, ParseMode, parse
from chappe.tl import api

from ..caller import Caller
from ..failures import Failure, Said, refused
from ..params import Params
from ..shown.messages import show_messages
from ..shown.peers import Json, chat_id_of
from ..shown.texts import EntityGiven, as_entity, taken_entities

P = TypeVar("P", bound=Params)
Does = Callable[[Caller, Any], Awaitable[Any]]
NO_WORDS: Final[Said] = {}


class Act(NamedTuple):
    """One method: its parameters, what it does, and what words of the protocol mean to it."""

    params: type[Params]
    does: Does
    said: Said


class Told(NamedTuple):
    """A result with a sentence beside it."""

    result: Any
    description: str


ACTS: Final[dict[str, Act]] = {}


def act(
    kind: type[P], said: Said = NO_WORDS
) -> Callable[[Callable[[Caller, P], Awaitable[Any]]], Callable[[Caller, P], Awaitable[Any]]]:
    """Declare the function below as what the method does that is named as its parameters are."""

    def declare(
        does: Callable[[Caller, P], Awaitable[Any]],
    ) -> Callable[[Caller, P], Awaitable[Any]]:
        name = kind.__name__.removesuffix("Params").lower()
        if name in ACTS:
            raise TypeError(f"two acts are called {name}")
        ACTS[name] = Act(kind, does, said)
        return does

    return declare


class Text(NamedTuple):
    """A text, and what is marked in it."""

    text: str
    entities: list[Any]


def formatted(text: str, parse_mode: str, entities: Sequence[EntityGiven] | None) -> Text:
    """Return a text as a bot means it: by its marks if it names a mode, else by its entities.

    Raises:
        Failure: there is no such mode, or a mark has no end.
    """
    word = parse_mode.strip().lower()
    if word in ("", "none"):
        return Text(text, taken_entities(entities or ()))
    try:
        mode = ParseMode(word)
    except ValueError:
        raise refused("unsupported parse_mode") from None
    try:
        plain, found = parse(text, mode)
    except CannotParse as why:
        raise refused(f"can't parse entities: {why}") from None
    return Text(plain, [as_entity(*one) for one in found])


class InputMessage(NamedTuple):
    """A message that a call is about."""

    peer: Any
    message: Any


async def message_at(caller: Caller, chat_id: str, number: int, what: str) -> InputMessage:
    """Return a message by chat and number, as the bot has it.

    Raises:
        Failure: there is none; `what` says what it is wanted for, as `to edit`.
    """
    peer = await caller.peer(chat_id)
    if number <= 0:
        raise refused("message identifier is not specified")
    found = await find_message(caller, peer, number)
    if found is None:
        raise refused(f"message {what} not found")
    return InputMessage(peer, found)


async def find_message(caller: Caller, peer: Any, number: int) -> Any:
    """Return a message of a conversation, None if it is not there."""
    ids = [api.InputMessageID(id=number)]
    if isinstance(peer, api.InputPeerChannel):
        channel = api.InputChannel(channel_id=peer.channel_id, access_hash=peer.access_hash)
        answer = await caller(api.ChannelsGetMessages(channel=channel, id=ids))
    else:
        answer = await caller(api.MessagesGetMessages(id=ids))
    one = answer.messages[0] if answer.messages else None
    if one is None or isinstance(one, api.MessageEmpty):
        return None
    return one if chat_id_of(one.peer_id) == _chat_of(caller, peer) else None


def _chat_of(caller: Caller, peer: Any) -> int:
    """Return the number by which bots name a conversation that they write to."""
    if isinstance(peer, api.InputPeerUser):
        return int(peer.user_id)
    if isinstance(peer, api.InputPeerSelf):
        return caller.bot
    return chat_id_of(peer)


NEW: Final = (api.UpdateNewMessage, api.UpdateNewChannelMessage)
EDITED: Final = (api.UpdateEditMessage, api.UpdateEditChannelMessage)


def messages_in(answer: Any) -> list[Any]:
    """Return the messages that an answer tells of, in their order."""
    told = getattr(answer, "updates", ())
    return [one.message for one in told if isinstance(one, (*NEW, *EDITED))]


async def shown_sent(caller: Caller, answer: Any) -> list[Json]:
    """Return the Messages that were sent or edited."""
    if isinstance(answer, api.UpdateShortSentMessage):
        found = await caller(api.MessagesGetMessages(id=[api.InputMessageID(id=answer.id)]))
        return await show_messages(caller, found.messages)
    return await show_messages(caller, messages_in(answer))


async def one_sent(caller: Caller, answer: Any) -> Json:
    """Return the Message that was sent or edited.

    Raises:
        Failure: the answer tells of none, which is a fault of the server.
    """
    shown = await shown_sent(caller, answer)
    if not shown:
        raise Failure(500, "Internal Server Error")
    return shown[-1]


class LinkPreviewOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How the page is shown that a text links to."""

    is_disabled: bool = False
    url: str = ""
    prefer_small_media: bool = False
    prefer_large_media: bool = False
    show_above_text: bool = False
