"""messages.readDiscussion: how far a thread was read, told to the reader's devices and its writers."""

from typing import Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.features.conversations import AnswerRead, Message, ReadThread, ThreadRead
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api

from .threads import THREAD_ERRORS, scan_thread, thread_of

READ_TOLD_MAX: Final = 200  # newly read messages whose senders are told


@method(
    api.MessagesReadDiscussion,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=THREAD_ERRORS,
)
async def read_discussion(call: Call, request: api.MessagesReadDiscussion) -> bool:
    """Mark a thread as read up to a message, and let its writers know."""
    where, thread = await thread_of(call, request.peer, request.msg_id)
    max_id = min(request.read_max_id, max(thread.newest, thread.since))
    root = await where.look.get(Message, where.peer, thread.id)
    channel = where.owner.id
    async with call.change() as change:
        old = await change.get(ReadThread, where.peer, thread.id)
        old = old or ReadThread(peer=where.peer, thread=thread.id, max_id=0)
        if max_id <= old.max_id:
            return True
        change.put(msgspec.structs.replace(old, max_id=max_id))
        comments = root is not None and root.fwd_post and root.fwd_from == root.sender
        change.announce_without_pts(
            ThreadRead(
                channel=channel,
                thread=thread.id,
                max_id=max_id,
                broadcast=accounts.owner_of(root.fwd_from).id if root and comments else 0,
                post=root.fwd_post if root and comments else 0,
            )
        )
        read = await scan_thread(
            where.look, where.peer, thread, after=old.max_id, before=max_id + 1, limit=READ_TOLD_MAX
        )
        newest: dict[int, int] = {}
        for message in read:
            author = message.author or message.sender
            if author > 0 and author != call.user:
                newest.setdefault(author, message.id)
        for author, number in newest.items():
            command = AnswerRead(channel=channel, thread=thread.id, max_id=number)
            change.send_command(Owner(Kind.USER, author), command)
    return True
