"""In whose name somebody writes in a chat: what they may choose, and what they chose."""

from chappe.features import accounts
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors

from .access import any_chat
from .records import Joined
from .senders import SENDERS_MAX, SendAs, identity, may_choose, owns, sender_of


@method(api.ChannelsGetSendAs, raises=accounts.PEER_ERRORS)
async def get_send_as(call: Call, request: api.ChannelsGetSendAs) -> api.ChannelsSendAsPeers:
    """Return in whose name the caller may write in a chat."""
    place = await any_chat(call, request.peer)
    viewer = call.viewer()
    numbers = [identity(place, call.user)]
    if may_choose(place):
        joined = await call.look().scan(Joined)
        numbers += [j.peer for j in joined if await owns(viewer, place, j.peer)]
    shown = [api.SendAsPeer(peer=accounts.show_peer(viewer, n)) for n in numbers[:SENDERS_MAX]]
    users, found = await accounts.peers(viewer)
    return api.ChannelsSendAsPeers(peers=shown, chats=found, users=users)


@method(
    api.MessagesSaveDefaultSendAs,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*accounts.PEER_ERRORS, errors.SendAsPeerInvalid),
)
async def save_default_send_as(call: Call, request: api.MessagesSaveDefaultSendAs) -> bool:
    """Say in whose name the caller writes in a group unless they say otherwise."""
    place = await any_chat(call, request.peer)
    sender = await sender_of(call, place, request.send_as)
    async with call.change() as change:
        change.put(SendAs(peer=place.peer, sender=sender))
    return True
