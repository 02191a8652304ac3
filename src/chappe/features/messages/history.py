"""messages.*: reading what was written."""

from typing import Any, Final

from chappe.features import accounts, chats
from chappe.features.conversations import (
    Mention,
    Message,
    Source,
    asked_by,
    marks_of,
    newest_pin,
    page,
    page_in,
    readable,
    show_message,
    show_page,
    source,
    source_of,
    visible,
)
from chappe.rpc import Call, Needs, method
from chappe.tl import api, errors

CHANNEL_COUNTED_MAX: Final = 10_000  # messages of a channel that are counted one by one
DIALOG_COUNTED_MAX: Final = 100_000  # messages of one's own dialog that are counted
NAMED_MAX: Final = 200  # messages one call may name by id


@method(api.MessagesGetHistory, raises=(*accounts.PEER_ERRORS,))
async def get_history(call: Call, request: api.MessagesGetHistory) -> Any:
    """Return one page of a conversation."""
    where = await source_of(call, request.peer)
    found = await page(call, where, asked_by(request))
    return await show_page(call, found, await _length(where), where)


async def _length(where: Source) -> int:
    """Return how many messages a conversation has; of a long channel's, by their numbers."""
    after = where.first - 1 if where.first else None
    bound = CHANNEL_COUNTED_MAX if where.is_channel else DIALOG_COUNTED_MAX
    counted = await where.look.derived(
        ("length", where.peer, after),
        lambda: where.look.count(Message, where.peer, after=after, limit=bound),
    )
    if not where.is_channel:
        return counted
    top = await where.look.get(chats.Top)
    if counted < CHANNEL_COUNTED_MAX or top is None:
        return counted
    return max(counted, top.id - max(0, where.first - 1))


@method(api.MessagesGetMessages, needs=Needs.LOGIN)
async def get_messages(call: Call, request: api.MessagesGetMessages) -> Any:
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
async def get_posts(call: Call, request: api.ChannelsGetMessages) -> Any:
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
                message = await visible(where, answering.reply_to) if answering else None
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
async def get_unread_mentions(call: Call, request: api.MessagesGetUnreadMentions) -> Any:
    """Return unread messages that are addressed to the caller."""
    where = await source_of(call, request.peer)
    topic = request.top_msg_id
    marked = [
        m
        for m in await marks_of(call.viewer(), Mention, where.peer)
        if m.id >= where.first and topic in (None, m.thread if m.topic else 0)
    ]
    return await show_page(call, page_in(marked, asked_by(request)), len(marked), where)
