"""channels.toggleForum and toggleViewForumAsMessages."""

from typing import Final

import msgspec

from chappe.features import accounts, adminlog, chats, conversations, groups
from chappe.features.conversations import Dialog
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors

from .events import ShownAsMessages

PLACE_ERRORS: Final = (errors.ChannelInvalid, errors.ChannelPrivate)


@method(
    api.ChannelsToggleForum,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(
        *PLACE_ERRORS,
        errors.ChatAdminRequired,
        errors.ChatNotModified,
        errors.ChatDiscussionUnallowed,
        errors.MegagroupRequired,
    ),
)
async def toggle_forum(call: Call, request: api.ChannelsToggleForum) -> api.TypeUpdates:
    """Divide a supergroup into topics, or no longer; its creator does. All see what was before."""
    place = await chats.channel(call, request.channel)
    if place.member is None or not place.member.creator:
        raise errors.ChatAdminRequired
    if place.chat.broadcast:
        raise errors.MegagroupRequired
    if place.chat.linked:
        raise errors.ChatDiscussionUnallowed
    async with call.change(place.owner) as change:
        chat = await change.get(chats.Chat)
        if chat is None:
            raise errors.ChannelInvalid
        new = msgspec.structs.replace(
            chat,
            forum=request.enabled,
            forum_tabs=request.tabs,
            hidden_history=chat.hidden_history and not request.enabled,
        )
        if new == chat:
            raise errors.ChatNotModified
        change.put(new)
        if request.enabled and not chat.forum:
            top = await change.get(chats.Top)
            general = await conversations.topic_thread(change, conversations.GENERAL)
            general = general or conversations.Thread(id=conversations.GENERAL, topic=True)
            change.put(msgspec.structs.replace(general, since=top.id if top else 0))
        change.announce_without_pts(groups.ChannelChanged(id=place.owner.id))
    if new.forum is not chat.forum:
        action = api.ChannelAdminLogEventActionToggleForum(new_value=request.enabled)
        await adminlog.log(call, place.owner, action)
    return await groups.changed(call, place)


@method(
    api.ChannelsToggleViewForumAsMessages,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*PLACE_ERRORS, errors.ChatNotModified, errors.ChannelForumMissing),
)
async def toggle_as_messages(
    call: Call, request: api.ChannelsToggleViewForumAsMessages
) -> api.TypeUpdates:
    """Show the caller a forum as one conversation, or as topics again."""
    place = await chats.channel(call, request.channel)
    if not place.chat.forum:
        raise errors.ChannelForumMissing
    event = ShownAsMessages(channel=place.owner.id, enabled=request.enabled)
    async with call.change() as change:
        dialog = await change.get(Dialog, place.peer) or Dialog(peer=place.peer)
        if dialog.as_messages is request.enabled:
            raise errors.ChatNotModified
        change.put(msgspec.structs.replace(dialog, as_messages=request.enabled))
        change.announce_without_pts(event)
    viewer = call.viewer()
    update = await event.render(viewer, 0)
    users, shown = await accounts.peers(viewer)
    return api.Updates(updates=[update], users=users, chats=shown, date=call.now, seq=0)
