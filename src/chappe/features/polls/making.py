"""Creation of polls, in the change that keeps their message."""

import msgspec

from chappe.features import chats, files, media
from chappe.rpc import Call
from chappe.tl import api, errors
from chappe.updates import Change

from . import rules
from .events import ClosePoll
from .records import Poll, Shown, pack_shown, unpack_shown


async def take_poll(call: Call, given: api.InputMediaPoll) -> files.MediaRef:
    """Return what a message keeps of an InputMediaPoll, before it is sent.

    Raises:
        rules.MAKE_ERRORS
    """
    asked = rules.definition(given, call.user, call.now)
    said = media.joined(asked.question, *(answer.text for answer in asked.answers))
    shown = pack_shown(Shown(asked=asked))
    return files.MediaRef(kind="poll", right="send_polls", plain=shown, said=said)


async def place_poll(
    change: Change, kept: files.MediaRef, peer: int, number: int, date: int
) -> files.MediaRef:
    """Keep the poll of a message that is being sent, in the same change; return what the message keeps.

    A forwarded poll is kept already, and shares its votes.

    Raises:
        errors.BroadcastPublicVotersForbidden: a channel does not show who voted for what.
    """
    shown = unpack_shown(kept.plain)
    if shown.asked.public:
        chat = await change.get(chats.Chat)
        if chat is not None and chat.broadcast:
            raise errors.BroadcastPublicVotersForbidden
    if shown.number:
        return kept
    asked = shown.asked
    if asked.close_period:
        asked = msgspec.structs.replace(asked, close_date=change.now + asked.close_period)
    kind, owner = change.owner
    poll = change.next("poll")
    change.put(
        Poll(
            number=poll,
            peer=peer,
            id=number,
            date=date,
            asked=asked,
            closed=asked.closed,
        )
    )
    if asked.close_date:
        change.schedule(asked.close_date, ClosePoll(kind=kind, owner=owner, number=poll))
    placed = Shown(asked=asked, kind=kind, owner=owner, number=poll)
    return msgspec.structs.replace(kept, plain=pack_shown(placed))
