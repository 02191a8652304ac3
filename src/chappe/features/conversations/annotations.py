"""Records beside a message: pins, mentions, reactions, counters, lifetimes."""

from typing import Final

from chappe.core import Kind, Owner
from chappe.features.accounts import owner_of
from chappe.ports import Record, in_order
from chappe.updates import Change, Viewer

from .records import Message

MARKS_COUNTED_MAX: Final = 1_000  # unread mentions or reactions of one dialog that are counted

Ref = tuple[int, int]  # a message everywhere: who sent it, and its id in the sender's box


class Pin(Record, frozen=True):
    """A pinned message, wherever messages of its dialog are kept."""

    table = "pin"
    key = ("peer", in_order("id"))

    peer: int
    id: int


class Mention(Record, frozen=True):
    """An unread message that is addressed to this person."""

    table = "mention"
    key = ("peer", in_order("id"))

    peer: int
    id: int
    topic: int = 0


class HistoryTtl(Record, frozen=True):
    """How long new messages of a private chat live, in seconds; 0 for ever."""

    table = "history_ttl"
    key = ("peer",)

    peer: int
    period: int


class DefaultTtl(Record, frozen=True):
    """How long messages live in private chats somebody begins."""

    table = "default_ttl"
    key = ()

    period: int = 0


class Discussed(Record, frozen=True):
    """In a discussion group's box: which message a channel's post has become there."""

    table = "discussed_post"
    key = ("channel", "post")

    channel: int  # a group may have discussed another channel before
    post: int
    id: int


class Counted(Record, frozen=True):
    """In a channel's box: how often a post was seen and forwarded."""

    table = "counted"
    key = ("id",)

    id: int
    views: int = 0
    forwards: int = 0
    due: int = 0  # when these numbers are told; 0 if they were
    told_forwards: int = 0  # the number of forwards that was told last


class Reacted(Record, frozen=True):
    """One person's reactions to one message, in the box that keeps the message."""

    table = "reacted"
    key = ("peer", "id", "user")

    peer: int
    id: int
    user: int
    words: tuple[str, ...]
    date: int
    big: bool = False
    face: int = 0  # the peer they reacted as, where that is not themselves


class UnreadReaction(Record, frozen=True):
    """In an author's own box: somebody reacted to a message, and they have not looked."""

    table = "unread_reaction"
    key = ("peer", in_order("id"))

    peer: int
    id: int


async def forget_reactions(change: Change, message: Message) -> None:
    """Forget with a message how people reacted to it."""
    change.drop(UnreadReaction, message.peer, message.id)
    if message.reactions:
        for one in await change.scan(Reacted, message.peer, message.id):
            change.drop(Reacted, message.peer, message.id, one.user)


async def marks_of(
    viewer: Viewer, kind: type[Mention] | type[UnreadReaction], peer: int
) -> list[Message]:
    """Return the messages of a dialog that are marked for somebody, newest first: those that still are."""
    mine = viewer.look(Owner(Kind.USER, viewer.user))
    if not await mine.may_hold(kind, peer):
        return []
    owner = owner_of(peer)
    box = viewer.look(owner) if owner.kind is Kind.CHANNEL else mine
    marks = await mine.scan(kind, peer, reverse=True, limit=MARKS_COUNTED_MAX)
    found = [await box.get(Message, peer, mark.id) for mark in marks]
    there = [m for m in found if m is not None]
    if kind is Mention:  # an edit may have taken out who was addressed
        return [m for m in there if viewer.user in m.mentions]
    return there
