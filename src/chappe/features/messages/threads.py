"""Reading a thread: which one is meant, and its messages page by page."""

from typing import Any, Final

from chappe.core import Owner
from chappe.features import accounts, chats
from chappe.features.conversations import (
    Discussed,
    InThread,
    Message,
    Source,
    Thread,
    log_of,
    source,
    source_of,
    topic_thread,
    visible,
)
from chappe.rpc import Call
from chappe.tl import errors
from chappe.updates import View

PASSES_MAX: Final = 20  # times more messages are read because most were of other topics


async def scan_thread(
    look: View,
    peer: int,
    thread: Thread,
    *,
    after: int = 0,
    before: int = 0,
    limit: int,
    reverse: bool = True,
    skip: int = 0,
) -> list[Message]:
    """Return messages of a thread with after < id < before (0: no bound), newest first or reversed.

    `skip` of them are passed over: they are not read where the index knows all.
    """
    if not thread.since:
        return await _indexed(look, peer, thread, after, before, limit, skip, reverse=reverse)
    limit += skip
    found = await _indexed(look, peer, thread, after, before, limit, reverse=reverse)
    whole = len(found) == limit and reverse and bool(found) and found[-1].id > thread.since
    if not whole:
        found += await _early(look, peer, thread, after, before, limit, reverse=reverse)
        found.sort(key=lambda m: m.id, reverse=reverse)
    return found[skip:limit]


async def _indexed(
    look: View,
    peer: int,
    thread: Thread,
    after: int,
    before: int,
    limit: int,
    skip: int = 0,
    *,
    reverse: bool,
) -> list[Message]:
    rows = await look.scan(
        InThread,
        thread.id,
        after=after or None,
        before=before or None,
        limit=skip + limit,
        reverse=reverse,
    )
    found = [await look.get(Message, peer, row.id) for row in rows[skip:]]
    return [m for m in found if m is not None]


async def _early(
    look: View,
    peer: int,
    thread: Thread,
    after: int,
    before: int,
    limit: int,
    *,
    reverse: bool,
) -> list[Message]:
    """Return messages from before there were topics."""
    low, high = after, min(before or thread.since + 1, thread.since + 1)
    found: list[Message] = []
    for _ in range(PASSES_MAX):
        read = await look.scan(
            Message, peer, after=low or None, before=high, limit=limit, reverse=reverse
        )
        found += [m for m in read if not m.topic]
        if len(read) < limit or len(found) >= limit:
            break
        low, high = (low, read[-1].id) if reverse else (read[-1].id, high)
    return found[:limit]


THREAD_ERRORS: Final = (*accounts.PEER_ERRORS, errors.MsgIdInvalid, errors.TopicIdInvalid)


async def thread_of(call: Call, given: Any, number: int) -> tuple[Source, Thread]:
    """Return where the thread of a post, message or topic is kept, and what is known of it.

    Raises:
        errors.MsgIdInvalid: there is none, or nothing can be said to it.
        errors.TopicIdInvalid: it is a topic that was deleted.
    """
    where = await source_of(call, given)
    if where.place is None or not log_of(call, where).shared:
        raise errors.MsgIdInvalid
    if where.place.chat.forum:
        topic = await topic_thread(where.look, number)
        if topic is not None and topic.gone:
            raise errors.TopicIdInvalid
        if topic is not None:
            return where, topic
    message = await visible(where, number)
    if message is None:
        raise errors.MsgIdInvalid
    if not where.place.chat.broadcast:
        top = message.thread or message.id
        return where, await where.look.get(Thread, top) or Thread(id=top)
    if not where.place.chat.linked:
        raise errors.MsgIdInvalid
    group = Owner.channel(where.place.chat.linked)
    discussed = await call.look(group).get(Discussed, where.owner.id, number)
    if discussed is None:
        raise errors.MsgIdInvalid
    there = await source(call, group)
    if there.place is None or chats.is_kicked(there.place.member, call.now):
        raise errors.MsgIdInvalid
    thread = await there.look.get(Thread, discussed.id) or Thread(id=discussed.id)
    return there, thread
