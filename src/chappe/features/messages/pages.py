"""Pages of messages, rendered for one viewer, with the peers they mention."""

from typing import Any, NamedTuple

from chappe.features import accounts
from chappe.features.conversations import (
    ANSWER_BYTES_MAX,
    Message,
    Pin,
    Source,
    log_of,
    show_message,
    weight_of,
)
from chappe.rpc import Call
from chappe.tl import api
from chappe.updates import PAGE_RECORDS, View

from .date_search import first_since
from .pagination import PageRequest, page_of


async def show_page(
    call: Call,
    messages: list[Message],
    total: int | None = None,
    where: Source | None = None,
    place: int | None = None,
) -> api.MessagesChannelMessages | api.MessagesMessages | api.MessagesMessagesSlice:
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
    if where is not None and log_of(call, where).shared:
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


async def page(call: Call, where: Source, asked: PageRequest) -> list[Message]:
    """Return one page of a conversation, newest first.

    Raises:
        errors.FloodWait: this person has had too much looked through.
    """
    if asked.offset_date and not asked.offset_id:
        offset = await first_since(where.look, where.peer, asked.offset_date)
        asked = asked._replace(offset_id=offset)
    return await page_of(call, _Conversation(call, where), asked)


async def pinned_messages(look: View, peer: int) -> list[Message]:
    """Return the pinned messages of a dialog, the oldest first."""
    pins = await look.scan(Pin, peer)
    return [m for pin in pins if (m := await look.get(Message, peer, pin.id)) is not None]
