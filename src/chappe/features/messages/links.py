"""channels.exportMessageLink and its kin: public links to messages, and their author."""

from chappe.core import web_links
from chappe.features import accounts, chats
from chappe.features.conversations import source, visible
from chappe.rpc import Call, method
from chappe.tl import api, errors


@method(
    api.ChannelsExportMessageLink,
    raises=(errors.ChannelInvalid, errors.ChannelPrivate, errors.MsgIdInvalid),
)
async def export_message_link(
    call: Call, request: api.ChannelsExportMessageLink
) -> api.ExportedMessageLink:
    """Return a link to a message: by the username where there is one, else for members only."""
    place = await chats.channel(call, request.channel)
    where = await source(call, place.owner)
    if await visible(where, request.id) is None:
        raise errors.MsgIdInvalid
    chat = place.chat.username or place.chat.id
    link = web_links.message_link(call.context.config.web_address, chat, request.id)
    return api.ExportedMessageLink(link=link, html=f'<a href="{link}">{link}</a>')


@method(
    api.ChannelsGetMessageAuthor,
    raises=(
        errors.ChannelInvalid,
        errors.ChannelPrivate,
        errors.MessageIdInvalid,
        errors.ChatAdminRequired,
    ),
)
async def get_message_author(call: Call, request: api.ChannelsGetMessageAuthor) -> api.TypeUser:
    """Return who wrote an unsigned post; for those who run the channel."""
    place = await chats.channel(call, request.channel)
    if not chats.is_admin(place.member):
        raise errors.ChatAdminRequired
    message = await visible(await source(call, place.owner), request.id)
    if message is None or (message.sender < 0 and message.sender != place.peer):
        raise errors.MessageIdInvalid  # who writes in a channel's name in a group is not told
    author = message.author or message.sender
    return await accounts.show_user(call.viewer(), author)
