"""Service messages sent by apps themselves: screenshots, messages shown in notifications."""

from chappe.core import Kind
from chappe.features import accounts, conversations
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors


@method(
    api.MessagesSendScreenshotNotification,
    rate=Rate.SEND,
    home=Home.LOG,
    raises=(
        *accounts.PEER_ERRORS,
        errors.InputUserDeactivated,
        errors.YouBlockedUser,
        errors.PeerFlood,
        errors.ReplyMessageIdInvalid,
    ),
)
async def send_screenshot(
    call: Call, request: api.MessagesSendScreenshotNotification
) -> api.TypeUpdates:
    """Tell the other in a private chat that a picture of it was taken."""
    to = await accounts.peer_of(call, request.peer)
    if to.kind is not Kind.USER or to == call.me:
        raise errors.PeerIdInvalid
    await conversations.may_write(call, to)
    where = await conversations.source(call, to)
    number = getattr(request.reply_to, "reply_to_msg_id", 0) or 0
    if await conversations.visible(where, number) is None:
        raise errors.ReplyMessageIdInvalid
    viewer = call.viewer()
    action = api.MessageActionScreenshotTaken()
    told = await conversations.post_action(call, viewer, to, action, reply_to=number)
    users, chats = await accounts.peers(viewer)
    return api.Updates(updates=told, users=users, chats=chats, date=call.now, seq=0)


@method(api.MessagesReportMessagesDelivery, raises=accounts.PEER_ERRORS)
async def report_delivery(call: Call, request: api.MessagesReportMessagesDelivery) -> bool:
    """Take note; which notifications are shown is nobody's to know."""
    await accounts.peer_of(call, request.peer)
    return True
