"""Preparation of a message for its log: author, addressees, lifetime, medium; and the result of a send."""

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

import msgspec

from chappe import tl
from chappe.core import Kind, Owner
from chappe.features import accounts, chats, media
from chappe.markup import part
from chappe.rpc import Call
from chappe.tl import api
from chappe.updates import Change

from .access import Target
from .records import Message
from .threads import begins_topic, first_visible

MENTIONS_MAX: Final = 50  # people one message can be addressed to

# what else is done in the change that keeps a post, once it has its number
Also = Callable[[Change, Message], Awaitable[None]]

# service messages that stay where others vanish: word of that itself, and what begins a topic
LASTING: Final = tuple(
    tl.encode(action, tl.LAYER)[:4]
    for action in (
        api.MessageActionSetMessagesTTL(period=0),
        api.MessageActionTopicCreate(title="", icon_color=0),
    )
)


class Sent(NamedTuple):
    """Result of a send: the message's number and pts; pts 0 for a repeated random_id."""

    random_id: int
    box: Owner  # whose log keeps it
    peer: int  # the conversation, as that box has it
    id: int
    pts: int
    passed: bool = False  # whether unread messages of a channel lie before it
    ttl: int = 0  # seconds it lives; 0 for ever
    word: int = 0  # the message before it that says how long messages live in this new conversation
    lone: bool = False  # whether the message that it was to answer is gone


def as_written(call: Call, target: Target, draft: Message) -> Message:
    """Return a channel's message as written by who it is shown to be written by."""
    place = target.place
    member = place.member if place else None
    if place is None:
        return draft
    sender = target.sender or chats.identity(place, call.user)
    if sender == call.user:
        return msgspec.structs.replace(draft, sender=sender, author=0)
    anonymous = member is not None and bool(member.admin & chats.ADMIN["anonymous"])
    signature = member.rank if member and anonymous and sender == place.peer else ""
    return msgspec.structs.replace(draft, sender=sender, author=call.user, signature=signature)


async def addressed(
    call: Call, owner: Owner, place: chats.Membership | None, draft: Message
) -> Message:
    """Return a group's message with the members it is addressed to: named in it, or answered."""
    if place is None or place.chat.broadcast:
        return draft
    users: set[int] = set()
    if draft.reply_to:
        box = call.look(owner) if owner.kind is Kind.CHANNEL else call.look()
        answered = await box.get(Message, draft.peer, draft.reply_to)
        seen = answered is not None and answered.id >= first_visible(place)
        if answered is not None and seen and answered.sender > 0 and not begins_topic(answered):
            users.add(answered.sender)
    for name, offset, length, argument in draft.entities:
        if name == "MessageEntityMentionName" and isinstance(argument, int):
            users.add(argument)
        elif name == "MessageEntityMention":
            username = part(draft.text, offset, length).lstrip("@")
            named = await accounts.find_owner(call.context, "username", username)
            if named is not None and named.kind is Kind.USER:
                users.add(named.id)
    users.discard(call.user)
    members = call.look(owner)
    there = [
        u
        for u in sorted(users)[:MENTIONS_MAX]
        if chats.is_in(await members.get(chats.Member, u), call.now)
    ]
    return msgspec.structs.replace(draft, mentions=tuple(there))


def action_message(sender: int, peer: int, now: int, action: api.TypeMessageAction) -> Message:
    """Return a service message, without its number."""
    return Message(
        peer=peer,
        id=0,
        date=now,
        sender=sender,
        out=True,
        action=tl.encode(action, tl.LAYER),
    )


def lives(draft: Message, period: int) -> Message:
    """Return a message that lives as long as new messages of its conversation do (seconds; 0 for ever)."""
    if not period or draft.action.startswith(LASTING):
        return draft
    return msgspec.structs.replace(draft, ttl=period)


async def with_medium(call: Call, change: Change, draft: Message, number: int) -> Message:
    """Return a message of which what counts for itself, such as a poll, is kept beside it."""
    if not draft.media:
        return draft
    place = call.context.own(media.MEDIUMS).place
    placed = await place(change, draft.media, peer=draft.peer, number=number, date=draft.date)
    return msgspec.structs.replace(draft, media=placed)
