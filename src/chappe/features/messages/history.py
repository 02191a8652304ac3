"""messages.*: reading what was written."""

from typing import Any, Final, NamedTuple

from chappe.core import Kind, Owner
from chappe.features import accounts, chats
from chappe.features.dialogs import Message
from chappe.rpc import Call, Needs, method
from chappe.tl import api, errors
from chappe.updates import PAGE_RECORDS, View, Viewer

from .access import Source, readable, source, source_of, visible
from .dates import first_since
from .offsets import Asked, asked_by, page_in, page_of
from .records import Mention, Pin, marks_of
from .views import ANSWER_BYTES_MAX, show_message, weight_of

CHANNEL_COUNTED_MAX: Final = 10_000  # messages of a channel that are counted one by one
DIALOG_COUNTED_MAX: Final = 100_000  # messages of one's own dialog that are counted
NAMED_MAX: Final = 200  # messages one call may name by id


async def show_page(
    call: Call,
    messages: list[Message],
    total: int | None = None,
    where: Source | None = None,
    place: int | None = None,
) -> Any:
    """Return messages with the people they mention; `total` makes it a slice of so many.

    `place` is that of the first one in the whole list, the newest being 1, if the client is to know.
    Of messages too large for one answer it returns the first of the list; clients ask for the rest.
    """
    viewer = call.viewer()
    shown: list[Any] = []
    weight = 0
    for message in messages:
        shown.append(await show_message(viewer, message))
        weight += weight_of(shown[-1])
        if weight > ANSWER_BYTES_MAX:
            total = len(messages) if total is None else total
            break
    if where is not None and where.is_channel:
        accounts.show_peer(viewer, where.peer)
        pts = await where.look.counter("pts")
        users, shown_chats = await accounts.peers(viewer)
        count = len(shown) if total is None else max(total, len(shown))
        return api.MessagesChannelMessages(
            pts=pts,
            count=count,
            offset_id_offset=place,
            messages=shown,
            topics=[],
            chats=shown_chats,
            users=users,
        )
    users, shown_chats = await accounts.peers(viewer)
    if total is None or total <= len(shown):
        return api.MessagesMessages(messages=shown, topics=[], chats=shown_chats, users=users)
    return api.MessagesMessagesSlice(
        count=total,
        offset_id_offset=place,
        messages=shown,
        topics=[],
        chats=shown_chats,
        users=users,
    )


class _Conversation(NamedTuple):
    """The messages of a conversation that the caller may see, to be read page by page."""

    call: Call
    where: Source

    @property
    def _hidden(self) -> int | None:
        return self.where.first - 1 if self.where.first else None

    async def newer(self, since: int, limit: int) -> list[Message]:
        """See `Lines`."""
        return await self._read(limit, after=max(since, self.where.first) - 1)

    async def older(self, before: int, skip: int, limit: int) -> list[Message]:
        """See `Lines`."""
        return await self._read(
            limit, skip, after=self._hidden, before=before or None, reverse=True
        )

    async def _read(self, limit: int, skip: int = 0, **how: Any) -> list[Message]:
        look, peer = self.where.look, self.where.peer
        if skip + limit <= PAGE_RECORDS:
            return (await look.scan(Message, peer, limit=skip + limit, **how))[skip:]
        found: list[Message] = []
        pages = look.pages(Message, peer, limit=skip + limit, **how)
        async for some in self.call.in_slices(pages):
            found += some[skip:]
            skip = max(0, skip - len(some))
        return found


async def page(call: Call, where: Source, asked: Asked) -> list[Message]:
    """Return one page of a conversation, newest first.

    Raises:
        errors.FloodWait: this person has had too much looked through.
    """
    if asked.offset_date and not asked.offset_id:
        offset = await first_since(where.look, where.peer, asked.offset_date)
        asked = asked._replace(offset_id=offset)
    return await page_of(call, _Conversation(call, where), asked)


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


async def newest_pin(viewer: Viewer, owner: Owner) -> int:
    """Return the newest pinned message of a dialog; 0 if there is none."""
    box = owner if owner.kind is Kind.CHANNEL else Owner(Kind.USER, viewer.user)
    peer = accounts.peer_id(owner)
    newest = await viewer.look(box).scan(Pin, peer, reverse=True, limit=1)
    return newest[0].id if newest else 0


async def pinned_messages(look: View, peer: int) -> list[Message]:
    """Return the pinned messages of a dialog, the oldest first."""
    pins = await look.scan(Pin, peer)
    return [m for pin in pins if (m := await look.get(Message, peer, pin.id)) is not None]


async def newest_of(call: Call, owner: Owner) -> int:
    """Return the newest message of a dialog in the caller's box."""
    found = await call.look().scan(Message, accounts.peer_id(owner), reverse=True, limit=1)
    return found[0].id if found else 0


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
