"""Threads read page by page: answers, topics, the comments of a post."""

from typing import Final, NamedTuple

from chappe.features import accounts
from chappe.features.conversations import (
    Message,
    Source,
    Thread,
    show_message,
    thread_read_state,
    visible,
)
from chappe.rpc import Call, method
from chappe.tl import api
from chappe.updates import View

from .date_search import first_since
from .pages import show_page
from .pagination import PageRequest, asked_by, page_of
from .threads import THREAD_ERRORS, scan_thread, thread_of

ANSWERS_SKIPPED_MAX: Final = 1_000  # messages of a thread one call may pass over


class _Answers(NamedTuple):
    """The messages of a thread that the caller may see, to be read page by page."""

    look: View
    peer: int
    thread: Thread
    first: int

    async def newer(self, since: int, limit: int) -> list[Message]:
        """See `Lines`."""
        after = max(since, self.first) - 1
        return await scan_thread(
            self.look, self.peer, self.thread, after=after, limit=limit, reverse=False
        )

    async def older(self, before: int, skip: int, limit: int) -> list[Message]:
        """See `Lines`."""
        return await scan_thread(
            self.look,
            self.peer,
            self.thread,
            after=max(0, self.first - 1),
            before=before,
            limit=limit,
            skip=skip,
        )


async def thread_page(
    call: Call, where: Source, thread: Thread, asked: PageRequest
) -> list[Message]:
    """Return one page of a thread, newest first.

    Raises:
        errors.FloodWait: this person has had too much looked through.
    """
    if asked.offset_date and not asked.offset_id:
        offset = await first_since(where.look, where.peer, asked.offset_date)
        asked = asked._replace(offset_id=offset)
    if asked.passed > ANSWERS_SKIPPED_MAX:
        return []
    return await page_of(call, _Answers(where.look, where.peer, thread, where.first), asked)


@method(api.MessagesGetReplies, raises=THREAD_ERRORS)
async def get_replies(call: Call, request: api.MessagesGetReplies) -> api.TypeMessagesMessages:
    """Return a page of a thread: answers, a topic, or a post's comments. Who reads the post reads them."""
    where, thread = await thread_of(call, request.peer, request.msg_id)
    found = await thread_page(call, where, thread, asked_by(request))
    return await show_page(call, found, thread.count + thread.since, where)


@method(api.MessagesGetDiscussionMessage, raises=THREAD_ERRORS)
async def get_discussion_message(
    call: Call, request: api.MessagesGetDiscussionMessage
) -> api.MessagesDiscussionMessage:
    """Return the message a post has become in the discussion group, and how far it was read."""
    where, thread = await thread_of(call, request.peer, request.msg_id)
    viewer = call.viewer()
    first = await visible(where, thread.id)
    reach = await thread_read_state(where.look, call.look(), where.peer, thread)
    shown = [await show_message(viewer, first)] if first else []
    accounts.show_peer(viewer, where.peer)
    users, shown_chats = await accounts.peers(viewer)
    return api.MessagesDiscussionMessage(
        messages=shown,
        max_id=thread.newest or None,
        read_inbox_max_id=reach.inbox or None,
        read_outbox_max_id=reach.outbox or None,
        unread_count=reach.unread,
        chats=shown_chats,
        users=users,
    )
