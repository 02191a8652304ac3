"""messages.*: reading what was written."""

from typing import Any, Final

from chappe.core import Owner
from chappe.features import accounts
from chappe.features.dialogs import Message
from chappe.rpc import Call, Needs, method
from chappe.tl import api
from chappe.updates import View

from .access import readable
from .views import show_message

PAGE_MESSAGES_MAX: Final = 100  # messages in one answer
NAMED_MAX: Final = 200  # messages one call may name by id


async def show_page(call: Call, messages: list[Message], total: int | None = None) -> Any:
    """Return messages with the people they mention; `total` makes it a slice of so many."""
    viewer = call.viewer()
    shown = [await show_message(viewer, m) for m in messages]
    users, chats = await accounts.peers(viewer)
    if total is None or total <= len(shown):
        return api.MessagesMessages(messages=shown, topics=[], chats=chats, users=users)
    return api.MessagesMessagesSlice(
        count=total, messages=shown, topics=[], chats=chats, users=users
    )


async def page(look: View, peer: int, request: Any) -> list[Message]:
    """Return one page of a conversation, newest first (core.telegram.org/api/offsets)."""
    limit = max(0, min(request.limit, PAGE_MESSAGES_MAX))
    offset = getattr(request, "offset_id", 0)
    date = getattr(request, "offset_date", 0)
    if date and not offset:
        recent = await look.scan(Message, peer, reverse=True)
        offset = next((m.id + 1 for m in recent if m.date < date), 0)
    shift = request.add_offset
    before = offset or None
    newer: list[Message] = []
    if shift < 0 and offset:
        ascending = await look.scan(Message, peer, after=offset - 1, limit=min(-shift, 1000))
        newer = ascending[::-1]
        older = await look.scan(Message, peer, before=before, limit=limit, reverse=True)
    else:
        skip = max(0, min(shift, 100_000))
        older = await look.scan(Message, peer, before=before, limit=limit + skip, reverse=True)
        older = older[skip:]
    found = [*newer, *older][:limit]
    low, high = getattr(request, "min_id", 0), getattr(request, "max_id", 0)
    return [m for m in found if (not low or m.id > low) and (not high or m.id < high)]


@method(api.MessagesGetHistory, raises=(*accounts.PEER_ERRORS,))
async def get_history(call: Call, request: api.MessagesGetHistory) -> Any:
    """Return one page of a conversation."""
    owner: Owner = await accounts.peer_of(call, request.peer)
    peer = accounts.peer_id(owner)
    found = await page(call.look(), peer, request)
    return await show_page(call, found, await call.look().count(Message, peer))


@method(api.MessagesGetSavedHistory, raises=(*accounts.PEER_ERRORS,))
async def get_saved_history(call: Call, request: api.MessagesGetSavedHistory) -> Any:
    """Return Saved Messages that came from one person."""
    owner: Owner = await accounts.peer_of(call, request.peer)
    look = call.look()
    mine = await look.scan(Message, call.user, reverse=True)
    from_them = [m for m in mine if (m.fwd_from or call.user) == owner.id]
    before = [m for m in from_them if not request.offset_id or m.id < request.offset_id]
    return await show_page(call, before[: min(request.limit, PAGE_MESSAGES_MAX)], len(from_them))


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
    users, chats = await accounts.peers(viewer)
    return api.MessagesMessages(messages=shown, topics=[], chats=chats, users=users)


@method(api.MessagesGetMessagesViews, raises=(*accounts.PEER_ERRORS,))
async def get_messages_views(call: Call, request: api.MessagesGetMessagesViews) -> Any:
    """Return that messages between people are not counted."""
    await accounts.peer_of(call, request.peer)
    views = [api.MessageViews() for _ in request.id[:NAMED_MAX]]
    return api.MessagesMessageViews(views=views, chats=[], users=[])


@method(api.MessagesGetUnreadMentions, raises=(*accounts.PEER_ERRORS,))
async def get_unread_mentions(call: Call, request: api.MessagesGetUnreadMentions) -> Any:
    """Return none: between two people nobody needs mentioning."""
    await accounts.peer_of(call, request.peer)
    return api.MessagesMessages(messages=[], topics=[], chats=[], users=[])


@method(api.MessagesGetScheduledHistory, raises=(*accounts.PEER_ERRORS,))
async def get_scheduled_history(call: Call, request: api.MessagesGetScheduledHistory) -> Any:
    """Return none: nothing can be scheduled yet."""
    await accounts.peer_of(call, request.peer)
    return api.MessagesMessages(messages=[], topics=[], chats=[], users=[])


@method(api.MessagesGetWebPagePreview)
async def get_web_page_preview(call: Call, request: api.MessagesGetWebPagePreview) -> Any:
    """Return no preview: this server does not fetch what people link to."""
    return api.MessagesWebPagePreview(media=api.MessageMediaEmpty(), chats=[], users=[])


@method(api.MessagesGetWebPage)
async def get_web_page(call: Call, request: api.MessagesGetWebPage) -> Any:
    """Return no page, as with previews."""
    page_ = api.WebPageEmpty(id=0, url=request.url[:2048])
    return api.MessagesWebPage(webpage=page_, chats=[], users=[])
