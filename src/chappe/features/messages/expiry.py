"""messages.*HistoryTTL: conversations whose messages vanish by themselves, for everybody.

A message says itself how long it lives, as its conversation had it when it was sent. Every box that keeps
it lets it go in time.
"""

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, adminlog, chats
from chappe.features.conversations import (
    WRITE_ERRORS,
    DefaultTtl,
    HistoryTtl,
    PeerTtlChanged,
    TtlSet,
    log_for,
    may_write,
    post_action,
)
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import Viewer


async def _set_private(call: Call, to: Owner, period: int) -> None:
    """Set how long messages live in a private chat, in both boxes.

    Raises:
        WRITE_ERRORS, errors.ChatNotModified
    """
    target = await may_write(call, to)
    async with call.change() as change:
        old = await change.get(HistoryTtl, target.peer)
        if period == (old.period if old else 0):
            raise errors.ChatNotModified
        change.put(HistoryTtl(peer=target.peer, period=period))
        change.announce_without_pts(PeerTtlChanged(peer=target.peer))
        for user in target.copies:
            change.send_command(Owner(Kind.USER, user), TtlSet(peer=call.user, period=period))


async def _set_in_chat(call: Call, owner: Owner, period: int) -> None:
    """Set how long messages live in a group or channel.

    Raises:
        errors.ChatAdminRequired, errors.ChatNotModified
    """
    place = await chats.membership_of(call.context, owner, call.user)
    if place is None or place.chat.is_over:
        raise errors.ChatAdminRequired
    chats.require_change(place, "change_info", "change_info", call.now)
    async with call.change(owner) as change:
        chat = await change.get(chats.Chat)
        if chat is None or chat.ttl == period:
            raise errors.ChatNotModified
        before = chat.ttl
        change.put(msgspec.structs.replace(chat, ttl=period))
        await log_for(call.user, place.peer).lifetime_changed(change, call.context, period)
    action = api.ChannelAdminLogEventActionChangeHistoryTTL(prev_value=before, new_value=period)
    await adminlog.log(call, owner, action)


@method(
    api.MessagesSetHistoryTTL,
    rate=Rate.WRITE,
    home=Home.LOG,
    raises=(*WRITE_ERRORS, errors.TtlPeriodInvalid, errors.ChatNotModified),
)
async def set_history_ttl(call: Call, request: api.MessagesSetHistoryTTL) -> api.TypeUpdates:
    """Have new messages of a conversation vanish after a while, for everybody; 0 for never."""
    to = await accounts.peer_of(call, request.peer)
    period = chats.check_history_ttl(request.period)
    if to.kind is Kind.USER:
        await _set_private(call, to, period)
    else:
        await _set_in_chat(call, to, period)
    viewer = call.viewer()
    told = await PeerTtlChanged(peer=accounts.peer_id(to)).render(viewer, 0)
    action = api.MessageActionSetMessagesTTL(period=period)
    said = await post_action(call, viewer, to, action)
    users, shown = await accounts.peers(viewer)
    if told is not None:
        said = [told, *said]
    return api.Updates(updates=said, users=users, chats=shown, date=call.now, seq=0)


@method(
    api.MessagesSetDefaultHistoryTTL,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.TtlPeriodInvalid,),
)
async def set_default_history_ttl(call: Call, request: api.MessagesSetDefaultHistoryTTL) -> bool:
    """Set how long messages live in private chats the caller begins from now on."""
    period = chats.check_history_ttl(request.period)
    async with call.change() as change:
        change.put(DefaultTtl(period=period))
    return True


@method(api.MessagesGetDefaultHistoryTTL)
async def get_default_history_ttl(
    call: Call, request: api.MessagesGetDefaultHistoryTTL
) -> api.DefaultHistoryTTL:
    """Return how long messages live in private chats the caller begins."""
    default = await call.look().get(DefaultTtl) or DefaultTtl()
    return api.DefaultHistoryTTL(period=default.period)


async def history_ttl(viewer: Viewer, peer: int) -> int:
    """Return how long messages live in somebody's private chat, by timer and server; 0 for ever."""
    found = await viewer.look(Owner(Kind.USER, viewer.user)).get(HistoryTtl, peer)
    return chats.lifetime(viewer, peer, found.period if found else 0) or 0
