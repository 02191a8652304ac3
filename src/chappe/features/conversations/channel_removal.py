"""Deletion of posts: from a channel's log and its discussion; by hand, by age, or with the channel."""

from typing import Any, Final

from chappe.core import Owner
from chappe.features import accounts, chats, files
from chappe.updates import Change, Command, Context, Job

from .annotations import Counted, Discussed, Pin, forget_reactions
from .channel import DeletePosts
from .mailbox import expired
from .records import Message
from .threads import forget_answers

FORGOTTEN_MAX: Final = 1000  # messages of a channel that ended which go in one change


async def remove_posts(change: Change, messages: list[Message]) -> int:
    """Take messages out of a channel's log, and out of its discussion; return the pts.

    `messages` is not empty.
    """
    chat = await change.get(chats.Chat)
    if chat is not None and chat.broadcast and chat.linked:
        gone = PostsGone(posts=tuple(m.id for m in messages), channel=chat.id)
        change.send_command(Owner.channel(chat.linked), gone)
    return await drop_posts(change, messages)


class PostsGone(Command, frozen=True):
    """To a discussion group's box: posts of its channel were deleted, and what they became there goes."""

    name = "comments.posts_gone"

    posts: tuple[int, ...]
    channel: int = 0

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        peer = accounts.peer_id(change.owner)
        found = []
        for post in self.posts:
            discussed = await change.get(Discussed, self.channel, post)
            if discussed is None:
                continue
            change.drop(Discussed, self.channel, post)
            message = await change.get(Message, peer, discussed.id)
            if message is not None:
                found.append(message)
        if found:
            await drop_posts(change, found)


async def drop_posts(change: Change, messages: list[Message]) -> int:
    """Take messages out of a channel's log; return the pts. `messages` is not empty."""
    peer = messages[0].peer
    for message in messages:
        change.drop(Message, peer, message.id)
        change.drop(Counted, message.id)
        await files.count_shown(change, message.media, -1)
        if message.pinned:
            change.drop(Pin, peer, message.id)
        await forget_reactions(change, message)
    await forget_answers(change, messages)
    gone = {m.id for m in messages}
    top = await change.get(chats.Top)
    if top is not None and top.id in gone:
        newest = await change.scan(Message, peer, limit=1, reverse=True)
        number, date = (newest[0].id, newest[0].date) if newest else (0, top.date)
        change.put(chats.Top(id=number, date=date))
    return change.announce(DeletePosts(channel=change.owner.id, ids=tuple(sorted(gone))))


async def forget_posts(context: Context, channel: Owner) -> bool:
    """Let go of some posts of a channel that has ended, and of the files they show; False if none is left."""
    async with context.change(channel) as change:
        found = await change.scan(Message, accounts.peer_id(channel), limit=FORGOTTEN_MAX)
        for message in found:
            change.drop(Message, message.peer, message.id)
            await files.count_shown(change, message.media, -1)
    return bool(found)


class ExpirePosts(Job, frozen=True):
    """The time of a message of a channel is over, and perhaps of others behind it."""

    name = "posts.expire"

    channel: int
    id: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        owner = Owner.channel(self.channel)
        async with context.change(owner) as change:
            if found := await expired(change, accounts.peer_id(owner), self.id):
                await remove_posts(change, found)


EVENTS: Final[tuple[Any, ...]] = (PostsGone, ExpirePosts)
