"""Read state of a conversation for one viewer: unread counts and mentions; its newest and pinned message."""

from typing import Final, NamedTuple

from chappe.core import Kind, Owner
from chappe.features import accounts, chats
from chappe.rpc import Call
from chappe.updates import Viewer

from .annotations import Mention, Pin, marks_of
from .channel import channel_state
from .records import Dialog, Message

UNREAD_COUNTED_MAX: Final = 10_000  # unread messages that are counted exactly


class ReadState(NamedTuple):
    """How far somebody has read a channel, how far they were read, and what is left, at one moment."""

    inbox: int
    outbox: int
    unread: int
    pts: int
    newest: Message | None


async def unread_mentions(viewer: Viewer, peer: int, topic: int = 0) -> int:
    """Return how many unread messages of a dialog, or of a topic, are addressed to somebody."""
    marked = await marks_of(viewer, Mention, peer)
    return sum(not topic or (m.topic and m.thread == topic) for m in marked)


async def channel_read_state(viewer: Viewer, peer: int) -> ReadState:
    """Return how far somebody has read a channel."""
    dialog = await viewer.look(Owner(Kind.USER, viewer.user)).get(Dialog, peer)
    read = dialog.read_inbox if dialog else 0
    place = await chats.membership_of(viewer.context, accounts.owner_of(peer), viewer.user)
    if place is None or not chats.may_see_channel(place, int(viewer.context.clock.now())):
        return ReadState(read, dialog.read_outbox if dialog else 0, 0, 0, None)
    now = await channel_state(viewer, peer, read)
    unread = now.unread if dialog else 0
    return ReadState(read, dialog.read_outbox if dialog else 0, unread, now.pts, now.newest)


async def newest_pin(viewer: Viewer, owner: Owner) -> int:
    """Return the newest pinned message of a dialog; 0 if there is none."""
    box = owner if owner.kind is Kind.CHANNEL else Owner(Kind.USER, viewer.user)
    peer = accounts.peer_id(owner)
    newest = await viewer.look(box).scan(Pin, peer, reverse=True, limit=1)
    return newest[0].id if newest else 0


async def newest_of(call: Call, owner: Owner) -> int:
    """Return the newest message of a dialog in the caller's box."""
    found = await call.look().scan(Message, accounts.peer_id(owner), reverse=True, limit=1)
    return found[0].id if found else 0
