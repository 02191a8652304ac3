"""Replies with quotes, and replies to messages of other chats (core.telegram.org/api/replies)."""

from typing import Any, Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, privacy
from chappe.features.conversations import (
    Message,
    ReplyDetails,
    Source,
    Target,
    log_of,
    source,
    source_of,
    visible,
)
from chappe.markup import units
from chappe.rpc import Call
from chappe.texts import Entity, take_entities
from chappe.tl import api, errors

QUOTE_UNITS_MAX: Final = 1024  # UTF-16 units of a quote
ANSWER_ERRORS: Final = (
    errors.QuoteTextInvalid,
    errors.ReplyMessageIdInvalid,
    errors.ChatForwardsRestricted,
)
# what a quote may be drawn in; the rest of the quoted text's entities is left behind
KEPT: Final = frozenset(
    {
        "MessageEntityBold",
        "MessageEntityItalic",
        "MessageEntityUnderline",
        "MessageEntityStrike",
        "MessageEntitySpoiler",
        "MessageEntityCustomEmoji",
    }
)


async def origin_of(call: Call, message: Message, *, hidden: bool = False) -> dict[str, Any]:
    """Return what a copy of a message says of where it is from, as its author's privacy allows."""
    if hidden:
        return {}
    if message.fwd_date:
        return {
            "fwd_from": message.fwd_from,
            "fwd_name": message.fwd_name,
            "fwd_date": message.fwd_date,
            "fwd_post": message.fwd_post,
            "fwd_signature": message.fwd_signature,
        }
    if message.sender < 0:
        post = message.id if message.sender == message.peer else 0
        return {
            "fwd_from": message.sender,
            "fwd_date": message.date,
            "fwd_post": post,
            "fwd_signature": message.signature,
        }
    author = message.sender
    shown = author == call.user or await privacy.may_see(call.viewer(), author, "forwards")
    if shown:
        return {"fwd_from": author, "fwd_date": message.date}
    person = await call.look(Owner(Kind.USER, author)).get(accounts.User)
    name = f"{person.first_name} {person.last_name}".strip() if person else ""
    return {"fwd_name": name or "Somebody", "fwd_date": message.date}


async def with_answer(call: Call, target: Target, request: Any, draft: Message) -> Message:
    """Return a message with what its answer quotes, and with what it answers in another chat.

    Raises:
        accounts.PEER_ERRORS, ANSWER_ERRORS
    """
    given = getattr(request, "reply_to", None)
    if not isinstance(given, api.InputReplyToMessage):
        return draft
    where = await _place(call, target, given)
    elsewhere = where.owner != target.owner
    if not elsewhere and not given.quote_text:
        return draft
    answered = await visible(where, given.reply_to_msg_id)
    if answered is None or (elsewhere and answered.action):
        raise errors.ReplyMessageIdInvalid
    answer = ReplyDetails()
    if elsewhere:
        _require_free(where, answered)
        shared = log_of(call, where).shared  # elsewhere numbers mean nothing to others
        answer = ReplyDetails(
            elsewhere=True,
            peer=where.peer if shared else 0,
            id=answered.id if shared else 0,
            **await origin_of(call, answered),
        )
        draft = msgspec.structs.replace(draft, reply_to=0, thread=given.top_msg_id or 0)
    if given.quote_text:
        text, offset, entities = _quote(given, answered.text)
        answer = msgspec.structs.replace(answer, quote=text, offset=offset, entities=entities)
    return msgspec.structs.replace(draft, answer=answer)


async def _place(call: Call, target: Target, given: Any) -> Source:
    if given.reply_to_peer_id is None:
        return await source(call, target.owner)
    return await source_of(call, given.reply_to_peer_id)


def _require_free(where: Source, answered: Message) -> None:
    """Check that words may leave their chat.

    Raises:
        errors.ChatForwardsRestricted: they may not.
    """
    kept_in = where.place is not None and where.place.chat.noforwards
    if kept_in or answered.noforwards:
        raise errors.ChatForwardsRestricted


def _quote(given: Any, text: str) -> tuple[str, int, tuple[Entity, ...]]:
    """Return a quote, where it stands in the text it is of, and what it is drawn in.

    Raises:
        errors.QuoteTextInvalid: it is not of that text.
    """
    if units(given.quote_text) > QUOTE_UNITS_MAX:
        raise errors.QuoteTextInvalid
    try:
        quote, entities = take_entities(given.quote_entities, given.quote_text)
    except errors.EntityBoundsInvalid:
        raise errors.QuoteTextInvalid from None
    wanted = given.quote_offset or 0
    places = [i for i in range(len(text)) if text.startswith(quote, i)]
    if not quote or not places:
        raise errors.QuoteTextInvalid
    offsets = [units(text[:i]) for i in places]
    offset = min(offsets, key=lambda o: abs(o - wanted))
    return quote, offset, tuple(e for e in entities if e[0] in KEPT)
