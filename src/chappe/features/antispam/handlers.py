"""Methods channels.toggleAntiSpam and channels.reportAntiSpamFalsePositive, for admins who may ban."""

from typing import Final

import msgspec

from chappe.features import chats, groups, restrictions
from chappe.features.adminlog import note
from chappe.features.chats import Chat, channel, require_admin
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors

PLACE_ERRORS: Final = (errors.ChannelInvalid, errors.ChannelPrivate)


@method(
    api.ChannelsToggleAntiSpam,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(*PLACE_ERRORS, errors.ChatAdminRequired, errors.ChatNotModified),
)
async def toggle_anti_spam(call: Call, request: api.ChannelsToggleAntiSpam) -> api.TypeUpdates:
    """Have a supergroup rid of spam by the rules of docs/abuse.md, or no more."""
    place = await channel(call, request.channel)
    require_admin(place, "ban_users", call.now)
    if place.chat.broadcast:  # in which nobody but its admins writes
        raise errors.ChatNotModified
    async with call.change(place.owner) as change:
        chat = await change.get(Chat)
        member = await change.get(chats.Member, call.user)
        require_admin(place._replace(member=member), "ban_users", call.now)
        if chat is None or chat.antispam == request.enabled:
            raise errors.ChatNotModified
        change.put(msgspec.structs.replace(chat, antispam=request.enabled))
        change.announce_without_pts(groups.ChannelChanged(id=chat.id))
        action = api.ChannelAdminLogEventActionToggleAntiSpam(new_value=request.enabled)
        await note(change, call.user, action)
    return await groups.changed(call, place)


@method(
    api.ChannelsReportAntiSpamFalsePositive,
    rate=Rate.REPORT,
    home=Home.PEER,
    raises=(*PLACE_ERRORS, errors.ChatAdminRequired, errors.MsgIdInvalid),
)
async def report_false_positive(
    call: Call, request: api.ChannelsReportAntiSpamFalsePositive
) -> bool:
    """Bring back a message that was taken for spam and is none, as it was."""
    place = await channel(call, request.channel)
    require_admin(place, "ban_users", call.now)
    async with call.change(place.owner) as change:
        acts = await restrictions.acts_that_took(change, place.peer, request.msg_id)
        ours = [
            act for act in acts if act < 0
        ]  # what a decision took down is not an admin's to restore
        if not ours:
            raise errors.MsgIdInvalid
        for act in ours:
            await restrictions.restore_within(change, act)
    return True
