"""Sending texts, copies and forwards (core.telegram.org/bots/api#sendmessage)."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import msgspec

from chappe.tl import api

from ..caller import Caller
from ..failures import refused
from ..keyboards import taken_markup
from ..params import Params
from ..shown.peers import Json
from ..shown.texts import EntityGiven
from .acting import (
    LinkPreviewOptions,
    Text,
    act,
    find_message,
    formatted,
    message_at,
    one_sent,
    shown_sent,
)
from .again import sent_again

TOGETHER_MAX: Final = 100  # messages forwarded or copied at once
SENDING: Final = {"MESSAGE_ID_INVALID": "message to be replied not found"}
FORWARDING: Final = {"MESSAGE_ID_INVALID": "message to forward not found"}
COPYING: Final = {"MESSAGE_ID_INVALID": "message to copy not found"}


class ReplyParameters(msgspec.Struct, frozen=True, kw_only=True):
    """What a message answers."""

    message_id: int = 0
    chat_id: int | str | None = None
    allow_sending_without_reply: bool = False
    quote: str = ""
    quote_parse_mode: str = ""
    quote_entities: list[EntityGiven] | None = None
    quote_position: int | None = None


class Sending(Params, frozen=True):
    """What all methods take that send something."""

    chat_id: str = ""
    business_connection_id: str = ""
    message_thread_id: int = 0
    disable_notification: bool = False
    protect_content: bool = False
    message_effect_id: str = ""
    reply_parameters: ReplyParameters | None = None
    reply_to_message_id: int = 0
    allow_sending_without_reply: bool = False
    reply_markup: Any = None


async def how_sent(caller: Caller, given: Sending) -> dict[str, Any]:
    """Return the fields of a request that sends something, besides what is sent.

    Raises:
        Failure: the chat, or what is answered, is not there.
    """
    if given.business_connection_id:
        raise refused("business connection not found")
    peer = await caller.peer(given.chat_id)
    return {
        "peer": peer,
        "random_id": caller.random_id(),
        "silent": given.disable_notification,
        "noforwards": given.protect_content,
        "reply_to": await _answers(caller, given, peer),
        "reply_markup": taken_markup(given.reply_markup),
        "effect": int(given.message_effect_id) if given.message_effect_id.isdigit() else None,
    }


async def _answers(caller: Caller, given: Sending, peer: Any) -> Any:
    """Return what a message answers, and in which thread it is."""
    reply = given.reply_parameters
    if reply is None and given.reply_to_message_id:
        reply = ReplyParameters(
            message_id=given.reply_to_message_id,
            allow_sending_without_reply=given.allow_sending_without_reply,
        )
    top = given.message_thread_id or None
    elsewhere = None
    if reply is not None and reply.message_id > 0:
        where = peer
        if reply.chat_id is not None and str(reply.chat_id) != given.chat_id:
            where = elsewhere = await caller.peer(str(reply.chat_id))
        if await find_message(caller, where, reply.message_id) is None:
            if not reply.allow_sending_without_reply:
                raise refused("message to be replied not found")
            reply = None
    if reply is None or reply.message_id <= 0:
        return None if top is None else api.InputReplyToMessage(reply_to_msg_id=top, top_msg_id=top)
    quote = formatted(reply.quote, reply.quote_parse_mode, reply.quote_entities)
    return api.InputReplyToMessage(
        reply_to_msg_id=reply.message_id,
        top_msg_id=top,
        reply_to_peer_id=elsewhere,
        quote_text=quote.text or None,
        quote_entities=quote.entities or None,
        quote_offset=reply.quote_position,
    )


class SendMessage(Sending, frozen=True):
    """See the Bot API."""

    text: str = ""
    parse_mode: str = ""
    entities: list[EntityGiven] | None = None
    link_preview_options: LinkPreviewOptions | None = None
    disable_web_page_preview: bool = False


def preview_of(
    text: Text, options: LinkPreviewOptions | None, *, disabled: bool
) -> tuple[bool, bool, Any]:
    """Return whether no page is shown, whether it is above the text, and the page that is asked for."""
    if options is None:
        return disabled, False, None
    chosen = options.url or options.prefer_large_media or options.prefer_small_media
    if options.is_disabled or not chosen:
        return options.is_disabled, options.show_above_text, None
    page = api.InputMediaWebPage(
        url=options.url,
        force_large_media=options.prefer_large_media,
        force_small_media=options.prefer_small_media,
        optional=True,
    )
    return False, options.show_above_text, page if options.url else None


@act(SendMessage, SENDING)
async def send_message(caller: Caller, given: SendMessage) -> Json:
    """Send a text."""
    text = formatted(given.text, given.parse_mode, given.entities)
    if not text.text.strip():
        raise refused("message text is empty")
    fields = await how_sent(caller, given)
    bare, above, page = preview_of(
        text, given.link_preview_options, disabled=given.disable_web_page_preview
    )
    said: dict[str, Any] = {
        "message": text.text,
        "entities": text.entities or None,
        "invert_media": above,
    }
    request: Any
    if page is not None:
        request = api.MessagesSendMedia(media=page, **said, **fields)
    else:
        request = api.MessagesSendMessage(no_webpage=bare, **said, **fields)
    return await one_sent(caller, await caller(request))


class ForwardMessage(Sending, frozen=True):
    """See the Bot API."""

    from_chat_id: str = ""
    message_id: int = 0


class ForwardMessages(Sending, frozen=True):
    """See the Bot API."""

    from_chat_id: str = ""
    message_ids: tuple[int, ...] = ()


class CopyMessage(Sending, frozen=True):
    """See the Bot API."""

    from_chat_id: str = ""
    message_id: int = 0
    caption: str | None = None
    parse_mode: str = ""
    caption_entities: list[EntityGiven] | None = None
    show_caption_above_media: bool = False


class CopyMessages(Sending, frozen=True):
    """See the Bot API."""

    from_chat_id: str = ""
    message_ids: tuple[int, ...] = ()
    remove_caption: bool = False


async def _forward(
    caller: Caller, given: Any, numbers: Sequence[int], *, drop: bool = False, bare: bool = False
) -> list[Json]:
    """Forward messages that are there; return the Messages they became."""
    to = await caller.peer(given.chat_id)
    request = api.MessagesForwardMessages(
        from_peer=await caller.peer(given.from_chat_id),
        id=list(numbers),
        random_id=[caller.random_id() for _ in numbers],
        to_peer=to,
        silent=given.disable_notification,
        noforwards=given.protect_content,
        drop_author=drop,
        drop_media_captions=bare,
        top_msg_id=given.message_thread_id or None,
    )
    return await shown_sent(caller, await caller(request))


async def _there(caller: Caller, given: Any) -> list[int]:
    """Return which of the messages are there, in rising order.

    Raises:
        Failure: they are none, too many, or out of order.
    """
    numbers = given.message_ids
    if not numbers:
        raise refused("message identifiers are not specified")
    if len(numbers) > TOGETHER_MAX:
        raise refused("too many message identifiers specified")
    if any(a >= b for a, b in pairwise(numbers)):
        raise refused("message identifiers must be in a strictly increasing order")
    peer = await caller.peer(given.from_chat_id)
    return [n for n in numbers if n > 0 and await find_message(caller, peer, n) is not None]


def _ids(shown: Sequence[Json]) -> list[Json]:
    return [{"message_id": one["message_id"]} for one in shown]


@act(ForwardMessage, FORWARDING)
async def forward_message(caller: Caller, given: ForwardMessage) -> Json:
    """Forward one message."""
    await message_at(caller, given.from_chat_id, given.message_id, "to forward")
    (shown,) = await _forward(caller, given, [given.message_id])
    return shown


@act(ForwardMessages, FORWARDING)
async def forward_messages(caller: Caller, given: ForwardMessages) -> list[Json]:
    """Forward messages; those that are gone are left out."""
    there = await _there(caller, given)
    if not there:
        raise refused("there are no messages to forward")
    return _ids(await _forward(caller, given, there))


@act(CopyMessages, COPYING)
async def copy_messages(caller: Caller, given: CopyMessages) -> list[Json]:
    """Forward messages without saying whose they are."""
    there = await _there(caller, given)
    if not there:
        raise refused("there are no messages to copy")
    return _ids(await _forward(caller, given, there, drop=True, bare=given.remove_caption))


@act(CopyMessage, COPYING)
async def copy_message(caller: Caller, given: CopyMessage) -> Json:
    """Send what a message holds once more, with another caption and keyboard if they are given."""
    source = await message_at(caller, given.from_chat_id, given.message_id, "to copy")
    if getattr(source.message, "noforwards", False):
        raise refused("message has protected content and can't be copied")
    caption = None
    if given.caption is not None:
        caption = formatted(given.caption, given.parse_mode, given.caption_entities)
    fields = await how_sent(caller, given)
    request = sent_again(source.message, caption, fields, above=given.show_caption_above_media)
    shown = await one_sent(caller, await caller(request))
    return {"message_id": shown["message_id"]}
