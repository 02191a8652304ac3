"""Gates of forums: to the forum, to its topics, and to editing them."""

from chappe.core import Owner
from chappe.features import accounts, chats, conversations
from chappe.rpc import Call
from chappe.tl import api, errors
from chappe.updates import View

from .records import Topic
from .rules import COLORS


async def forum(call: Call, given: api.TypeInputPeer) -> conversations.Source:
    """Return the forum an InputPeer means.

    Raises:
        accounts.PEER_ERRORS: the caller may not look there.
        errors.ChannelForumMissing: it has no topics.
    """
    where = await conversations.source_of(call, given)
    if where.place is None or not where.place.chat.forum:
        raise errors.ChannelForumMissing
    return where


def forum_membership(where: conversations.Source) -> chats.Membership:
    """Return the forum's place; `forum` has seen to it that there is one."""
    if where.place is None:
        raise errors.ChannelForumMissing
    return where.place


async def topic_of(look: View, chat: chats.Chat, number: int) -> Topic | None:
    """Return a topic, or None, whether deleted or never there. General is always there."""
    found = await look.get(Topic, number)
    if found is None and number == conversations.GENERAL:
        forum_peer = accounts.peer_id(Owner.channel(chat.id))  # its creator may be anonymous
        return Topic(
            id=number,
            title="General",
            date=chat.created,
            sender=forum_peer,
            author=chat.creator,
            color=COLORS[0],
        )
    return found


def may_edit(where: conversations.Source, topic: Topic, user: int, now: int) -> bool:
    """Whether somebody may alter a topic: admins who manage them, and its creator while in."""
    member = forum_membership(where).member
    if chats.may_admin(member, "manage_topics"):
        return True
    own = topic.author == user and topic.id != conversations.GENERAL
    return own and chats.is_in(member, now)
