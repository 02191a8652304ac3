"""messages.deleteParticipantReaction and its kin: reactions removed by admins."""

from typing import Any, Final

from chappe.core import Kind
from chappe.features import accounts, chats, conversations
from chappe.features.conversations import Message, Reacted
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors

from .events import ReactionsChanged, react, tell_author

REACTED_READ_MAX: Final = 100_000  # reactions of a chat that one call looks through
TAKEN_MAX: Final = 1_000  # reactions taken away by one call


async def _gate(call: Call, request: Any) -> tuple[conversations.Source, int]:
    """Return the supergroup an admin cleans, and whose reactions go.

    Raises:
        accounts.PEER_ERRORS, errors.ChatAdminRequired
    """
    where, place = await conversations.channel_source(call, request.peer)
    chats.require_admin(place, "delete_messages", call.now)
    who = await accounts.peer_of(call, request.participant)
    if who.kind is not Kind.USER:
        raise errors.PeerIdInvalid
    return where, who.id


@method(
    api.MessagesDeleteParticipantReaction,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(*accounts.PEER_ERRORS, errors.ChatAdminRequired, errors.MessageIdInvalid),
)
async def delete_reaction(
    call: Call, request: api.MessagesDeleteParticipantReaction
) -> api.TypeUpdates:
    """Take away how somebody reacted to one message."""
    where, user = await _gate(call, request)
    async with call.change(where.owner) as change:
        message = await change.get(Message, where.peer, request.msg_id)
        if message is None or message.id < where.first:
            raise errors.MessageIdInvalid
        if await react(change, message, user, ()) and message.sender > 0:
            await tell_author(change, message, reacted=False)
    viewer = call.viewer()
    update = await ReactionsChanged(peer=where.peer, id=request.msg_id).render(viewer, 0)
    users, shown = await accounts.peers(viewer)
    return api.Updates(
        updates=[update] if update else [], users=users, chats=shown, date=call.now, seq=0
    )


@method(
    api.MessagesDeleteParticipantReactions,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(*accounts.PEER_ERRORS, errors.ChatAdminRequired),
)
async def delete_reactions(call: Call, request: api.MessagesDeleteParticipantReactions) -> bool:
    """Take away how somebody reacted to anything in a supergroup, a thousand messages a call."""
    where, user = await _gate(call, request)
    async with call.change(where.owner) as change:
        every = await change.scan(Reacted, where.peer, limit=REACTED_READ_MAX)
        for one in [r for r in every if r.user == user][:TAKEN_MAX]:
            message = await change.get(Message, where.peer, one.id)
            if message is None:
                change.drop(Reacted, one.peer, one.id, one.user)
            elif await react(change, message, user, ()) and message.sender > 0:
                await tell_author(change, message, reacted=False)
    return True
