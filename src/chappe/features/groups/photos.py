"""Picture of a group or channel."""

from typing import Any, Final

import msgspec

from chappe.core import Kind
from chappe.features import accounts, chats, media
from chappe.features.adminlog import note
from chappe.features.chats import (
    Chat,
    Membership,
    basic,
    channel,
    may_see_channel,
    membership_of,
    require_change,
)
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Context

from .chat_updates import act, mention, updates

PHOTO_ERRORS: Final = (*media.PHOTO_ERRORS, errors.ChatAdminRequired, errors.ChatNotModified)


async def seen_chat_photo(context: Context, user: int, peer: int) -> int:
    """Return the number of the picture somebody sees of a chat; 0 for none."""
    place = await membership_of(context, accounts.owner_of(peer), user)
    if place is None:
        return 0
    now = int(context.clock.now())
    basic_member = place.owner.kind is Kind.CHAT and chats.is_in(place.member, now)
    if not basic_member and not may_see_channel(place, now):
        return 0
    return place.chat.photo


async def _set(call: Call, place: Membership, given: api.TypeInputChatPhoto) -> api.Updates:
    """Give a chat another picture, or none; tell it by a service message."""
    require_change(place, "change_info", "change_info", call.now)
    photo = await media.take_chat_photo(call, given)
    async with call.change(place.owner) as change:
        chat = await change.get(Chat)
        if chat is None or chat.photo == photo:
            raise errors.ChatNotModified
        change.put(msgspec.structs.replace(chat, photo=photo, version=chat.version + 1))
        before, after = api.PhotoEmpty(id=chat.photo), api.PhotoEmpty(id=photo)  # shown to each
        logged = api.ChannelAdminLogEventActionChangePhoto(prev_photo=before, new_photo=after)
        await note(change, call.user, logged)
        if photo and chat.username:
            call.context.ask(chats.hooks.public_photo_put)(call.context, change)
    viewer = call.viewer()
    mention(viewer, place)
    action: Any = api.MessageActionChatDeletePhoto()
    if photo:
        action = api.MessageActionChatEditPhoto(photo=api.PhotoEmpty(id=photo))  # shown to each
    return await updates(call, viewer, await act(call, viewer, place, action))


@method(
    api.MessagesEditChatPhoto,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(errors.ChatIdInvalid, *PHOTO_ERRORS),
)
async def edit_chat_photo(call: Call, request: api.MessagesEditChatPhoto) -> api.TypeUpdates:
    """Give a basic group another picture."""
    return await _set(call, await basic(call, request.chat_id), request.photo)


@method(
    api.ChannelsEditPhoto,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.PEER,
    raises=(errors.ChannelInvalid, errors.ChannelPrivate, *PHOTO_ERRORS),
)
async def edit_channel_photo(call: Call, request: api.ChannelsEditPhoto) -> api.TypeUpdates:
    """Give a supergroup or channel another picture."""
    return await _set(call, await channel(call, request.channel), request.photo)
