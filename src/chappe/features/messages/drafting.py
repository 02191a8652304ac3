"""Drafts of messages: text and caption are checked here, and the kept draft of a dialog ends here."""

from typing import Any, Final

import msgspec

from chappe.features import chats, keyboards
from chappe.features.conversations import (
    GENERAL,
    Draft,
    Message,
    Sent,
    Target,
    TopicDraft,
    topic_number,
)
from chappe.features.dialogs import DraftChanged
from chappe.markup import units
from chappe.rpc import Call
from chappe.texts import Entity, show_entities, take_entities
from chappe.tl import api, errors

CAPTION_UNITS_MAX: Final = 1024  # UTF-16 units of a caption
TEXT_UNITS_MAX: Final = 4096  # UTF-16 units of a message's text


def check_text(
    text: str, entities: Any, me: int, *, empty: bool = False
) -> tuple[str, tuple[Entity, ...]]:
    """Return the cleaned text and entities of what `me` writes; `empty` where something else may be sent.

    Raises:
        errors.MessageTooLong, errors.MessageEmpty, errors.EntityBoundsInvalid
    """
    if units(text) > TEXT_UNITS_MAX:
        raise errors.MessageTooLong
    cleaned, kept = take_entities(entities, text, me)
    if not cleaned and not empty:
        raise errors.MessageEmpty
    return cleaned, kept


def check_caption(text: str, entities: Any, me: int) -> tuple[str, tuple[Entity, ...]]:
    """Return a cleaned caption and its entities; there need be none.

    Raises:
        errors.MediaCaptionTooLong, errors.EntityBoundsInvalid
    """
    if units(text) > CAPTION_UNITS_MAX:
        raise errors.MediaCaptionTooLong
    return check_text(text, entities, me, empty=True)


def draft_of(
    call: Call, target: Target, request: Any, text: str, entities: tuple[Entity, ...]
) -> Message:
    """Return the message a request asks for, without its number."""
    given = getattr(request, "reply_to", None)
    return Message(
        peer=target.peer,
        id=0,
        date=call.now,
        sender=call.user,
        out=True,
        text=text,
        entities=entities,
        reply_to=getattr(given, "reply_to_msg_id", 0) or 0,
        thread=getattr(given, "top_msg_id", 0) or 0,
        silent=getattr(request, "silent", False),
        noforwards=getattr(request, "noforwards", False),
    )


async def with_markup(call: Call, target: Target, request: Any, draft: Message) -> Message:
    """Return a message with the keyboard a request gives it, if a bot asks.

    Raises:
        keyboards.MARKUP_ERRORS
    """
    given = getattr(request, "reply_markup", None)
    room = keyboards.room_of(target.owner, target.place)
    kept = await keyboards.take_markup(call, given, room)
    return msgspec.structs.replace(draft, markup=kept) if kept else draft


def short(
    call: Call, kept: Sent, draft: Message, written: str
) -> api.UpdateShortSentMessage | None:
    """Return what tells a sender that a text is kept in a private chat; None if it is not as `written`.

    It says only what they do not know yet, so it cannot say that the text was trimmed, or answers nothing.
    """
    if draft.media or draft.markup or kept.word or kept.lone or draft.text != written:
        return None
    return api.UpdateShortSentMessage(
        out=True,
        id=kept.id,
        pts=kept.pts,
        pts_count=1,
        date=draft.date,
        entities=show_entities(draft.entities) or None,
        ttl_period=chats.lifetime(call.viewer(), kept.peer, kept.ttl),
    )


async def finish_draft(call: Call, target: Target, request: Any, number: int) -> None:
    """Clear what the caller had begun where they wrote message `number` (0: later), if they ask for it.

    In a forum it is what they had begun in that topic. Libraries write without asking for it, and
    leave alone what somebody has begun by hand; apps ask.
    """
    if not request.clear_draft:
        return
    topic = getattr(request.reply_to, "top_msg_id", 0) or 0
    if number and target.place is not None and target.place.chat.forum:
        message = await call.look(target.owner).get(Message, target.peer, number)
        topic = topic_number(message) if message is not None else 0
    mine = call.look()
    begun = await mine.get(Draft, target.peer) if topic in (0, GENERAL) else None
    there = await mine.get(TopicDraft, target.peer, topic) if topic else None
    if begun is None and there is None:
        return
    async with call.change() as change:
        if begun is not None:
            change.drop(Draft, target.peer)
            change.announce_without_pts(DraftChanged(peer=target.peer))
        if there is not None:
            change.drop(TopicDraft, target.peer, topic)
            change.announce_without_pts(DraftChanged(peer=target.peer, topic=topic))
