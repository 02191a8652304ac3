"""Methods messages.getHistory, getMessages and their kin."""

from typing import Any, Final

from chappe.features import accounts, chats
from chappe.features.conversations import (
    Mention,
    Message,
    log_of,
    marks_of,
    newest_pin,
    readable,
    show_message,
    shows_what_it_answers,
    source,
    source_of,
    visible,
)
from chappe.rpc import Call, Needs, method
from chappe.tl import api, errors

from .pages import page, show_page
from .pagination import asked_by, page_in

NAMED_MAX: Final = 200  # messages one call may name by id


@method(api.MessagesGetHistory, raises=(*accounts.PEER_ERRORS,))
async def get_history(call: Call, request: api.MessagesGetHistory) -> api.TypeMessagesMessages:
    """Return one page of a conversation."""
    where = await source_of(call, request.peer)
    found = await page(call, where, asked_by(request))
    return await show_page(
        call, found, await log_of(call, where).length(where.look, where.first), where
    )


@method(api.MessagesGetMessages, needs=Needs.LOGIN)
async def get_messages(call: Call, request: api.MessagesGetMessages) -> api.TypeMessagesMessages:
    """Return messages by id; an empty one for an id that names nothing."""
    viewer, look = call.viewer(), call.look()
    shown: list[Any] = []
    for given in request.id[:NAMED_MAX]:
        number = getattr(given, "id", 0)
        message = await readable(look, number)
        if message is not None and isinstance(given, api.InputMessageReplyTo):
            message = await readable(look, message.reply_to)
        shown.append(
            api.MessageEmpty(id=number) if message is None else await show_message(viewer, message)
        )
    users, shown_chats = await accounts.peers(viewer)
    return api.MessagesMessages(messages=shown, topics=[], chats=shown_chats, users=users)


@method(
    api.ChannelsGetMessages,
    needs=Needs.LOGIN,
    raises=(errors.ChannelInvalid, errors.ChannelPrivate),
)
async def get_posts(call: Call, request: api.ChannelsGetMessages) -> api.TypeMessagesMessages:
    """Return messages of a channel by id; an empty one for an id that names nothing there."""
    place = await chats.channel(call, request.channel)
    where = await source(call, place.owner)
    viewer = call.viewer()
    shown: list[Any] = []
    for given in request.id[:NAMED_MAX]:
        message: Message | None = None
        number = getattr(given, "id", 0)
        match given:
            case api.InputMessagePinned():
                pinned = await newest_pin(viewer, place.owner)
                message = await visible(where, pinned) if pinned else None
            case api.InputMessageReplyTo():
                answering = await visible(where, number)
                if answering is not None:
                    shows = where.bot and shows_what_it_answers(answering, where.bot)
                    to = where._replace(bot=0) if shows else where
                    message = await visible(to, answering.reply_to)
            case _:
                message = await visible(where, number)
        shown.append(
            api.MessageEmpty(id=number) if message is None else await show_message(viewer, message)
        )
    accounts.show_peer(viewer, where.peer)
    users, shown_chats = await accounts.peers(viewer)
    pts = await where.look.counter("pts")
    return api.MessagesChannelMessages(
        pts=pts, count=len(shown), messages=shown, topics=[], chats=shown_chats, users=users
    )


@method(api.MessagesGetUnreadMentions, raises=accounts.PEER_ERRORS)
async def get_unread_mentions(
    call: Call, request: api.MessagesGetUnreadMentions
) -> api.TypeMessagesMessages:
    """Return unread messages that are addressed to the caller."""
    where = await source_of(call, request.peer)
    topic = request.top_msg_id
    marked = [
        m
        for m in await marks_of(call.viewer(), Mention, where.peer)
        if m.id >= where.first and topic in (None, m.thread if m.topic else 0)
    ]
    return await show_page(call, page_in(marked, asked_by(request)), len(marked), where)
