"""Send as: in whose name somebody may write in a group (core.telegram.org/api/send-as).

As themselves, or as the group for admins who stay anonymous; and in a public group or one that discusses
a channel, as a channel of their own that everybody may know of: a public one, or the one discussed.
"""

from typing import Final

from chappe.features import accounts
from chappe.ports import Record
from chappe.rpc import Call
from chappe.tl import api, errors
from chappe.updates import Viewer

from .access import Membership, membership_of
from .records import BannedChannel
from .rights import is_anonymous

SENDERS_MAX: Final = 100  # names offered to write in


class SendAs(Record, frozen=True):
    """In a writer's own box: in whose name they write in a group unless they say otherwise."""

    table = "send_as"
    key = ("peer",)

    peer: int
    sender: int  # the number of a peer


def identity(place: Membership, user: int) -> int:
    """Return the number of the peer in whose name somebody writes who chooses nobody."""
    anonymous = is_anonymous(place.member)
    return place.peer if place.chat.broadcast or anonymous else user


def may_choose(place: Membership) -> bool:
    """Whether a chat is one in which people write as their channels."""
    # a basic group has neither
    return not place.chat.broadcast and bool(place.chat.username or place.chat.linked)


async def owns(viewer: Viewer, place: Membership, number: int) -> bool:
    """Whether a peer is a channel in whose name the viewer may write in an open group."""
    owner = accounts.owner_of(number)
    if owner == place.owner:
        return False
    found = await membership_of(viewer.context, owner, viewer.user)
    if found is None or not found.chat.broadcast or found.chat.is_over:
        return False
    known = bool(found.chat.username) or found.chat.linked == place.chat.id
    banned = await viewer.look(place.owner).get(BannedChannel, owner.id)
    return known and banned is None and found.member is not None and found.member.creator


async def _allowed(viewer: Viewer, place: Membership, number: int) -> bool:
    if number == identity(place, viewer.user):
        return True
    if place.chat.broadcast:
        return number == viewer.user
    return may_choose(place) and await owns(viewer, place, number)


async def default_sender(viewer: Viewer, place: Membership) -> int:
    """Return in whose name the viewer writes in a chat unless they say otherwise."""
    mine = identity(place, viewer.user)
    if not may_choose(place):
        return mine
    kept = await viewer.look(accounts.owner_of(viewer.user)).get(SendAs, place.peer)
    return kept.sender if kept and await _allowed(viewer, place, kept.sender) else mine


async def sender_of(
    call: Call, place: Membership | None, given: api.TypeInputPeer | int | None
) -> int:
    """Return in whose name the caller writes: whom an InputPeer or number means, or their default.

    Raises:
        errors.SendAsPeerInvalid: they may not write in that name.
    """
    if given is None:
        return call.user if place is None else await default_sender(call.viewer(), place)
    try:
        number = (
            given
            if isinstance(given, int)
            else accounts.peer_id(await accounts.peer_of(call, given))
        )
    except accounts.PEER_ERRORS:
        raise errors.SendAsPeerInvalid from None
    if place is None:
        if number != call.user:
            raise errors.SendAsPeerInvalid
        return number
    if not await _allowed(call.viewer(), place, number):
        raise errors.SendAsPeerInvalid
    return identity(place, call.user) if place.chat.broadcast else number


async def show_default_sender(
    viewer: Viewer, place: Membership
) -> api.PeerChannel | api.PeerChat | api.PeerUser | None:
    """Return the Peer in whose name the viewer writes; None where they cannot choose."""
    if not may_choose(place):
        return None
    return accounts.show_peer(viewer, await default_sender(viewer, place))
