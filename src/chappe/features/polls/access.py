"""Gate of polls: through a message that shows the poll."""

from typing import Final, NamedTuple

from chappe.core import Owner
from chappe.features import accounts, chats, conversations, files
from chappe.features.conversations import Message
from chappe.rpc import Call
from chappe.tl import api, errors

from .records import Poll, unpack_shown
from .rules import MEMBER_S
from .views import is_outside, votes_box

POLL_ERRORS: Final = (*accounts.PEER_ERRORS, errors.MessageIdInvalid)


class LocatedPoll(NamedTuple):
    """A poll, the box it is kept in, and the message somebody sees it in."""

    box: Owner
    poll: Poll
    where: conversations.Source
    message: Message


async def find_poll(call: Call, peer: api.TypeInputPeer, number: int) -> LocatedPoll:
    """Return the poll a message shows the caller.

    Raises:
        accounts.PEER_ERRORS, errors.MessageIdInvalid: there is none, or not for them.
    """
    where = await conversations.source_of(call, peer)
    message = await conversations.visible(where, number)
    kept = files.unpack_media_ref(message.media) if message is not None and message.media else None
    if message is None or kept is None or kept.kind != "poll":
        raise errors.MessageIdInvalid
    if await is_outside(call.viewer(), where.peer):
        raise errors.MessageIdInvalid
    shown = unpack_shown(kept.plain)
    box = votes_box(shown)
    poll = await call.look(box).get(Poll, shown.number)
    if poll is None:
        raise errors.MessageIdInvalid
    return LocatedPoll(box, poll, where, message)


async def check_voter(call: Call, found: LocatedPoll) -> None:
    """Check that the caller may vote, where only members may who have been there for a day.

    Raises:
        errors.PollMemberRestricted
    """
    poll = found.poll
    if not poll.asked.members_only or poll.peer > 0:
        return
    place = await chats.membership_of(call.context, accounts.owner_of(poll.peer), call.user)
    member = place.member if place else None
    if member is None or not chats.is_in(member, call.now):
        raise errors.PollMemberRestricted
    if member.joined > poll.date - MEMBER_S and not member.creator:
        raise errors.PollMemberRestricted
