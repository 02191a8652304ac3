"""Posts that go, and posts that are pinned: what is kept and told of it, whoever decided."""

from typing import Final

from chappe.core import Kind, Owner
from chappe.features import accounts, chats, files
from chappe.updates import Change, House, Line

from .access import Source
from .channel import DeletePosts, PinPosts
from .comments import Discussed
from .mailbox import mark_pinned
from .marks import Counted, Pin, forget_reactions
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
        change.post(Owner(Kind.CHANNEL, chat.linked), gone)
    return await drop_posts(change, messages)


class PostsGone(Line, frozen=True):
    """To a discussion group's box: posts of its channel were deleted, and what they became there goes."""

    name = "comments.posts_gone"

    posts: tuple[int, ...]
    channel: int = 0

    async def apply(self, change: Change, house: House) -> None:
        """See `Line`."""
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


async def forget_posts(house: House, channel: Owner) -> bool:
    """Let go of some posts of a channel that has ended, and of the files they show; False if none is left."""
    async with house.change(channel) as change:
        found = await change.scan(Message, accounts.peer_id(channel), limit=FORGOTTEN_MAX)
        for message in found:
            change.drop(Message, message.peer, message.id)
            await files.count_shown(change, message.media, -1)
    return bool(found)


def pin_posts(change: Change, where: Source, messages: list[Message], *, pinned: bool) -> int:
    """Pin or unpin messages of a channel; return the pts, the last one where nothing changed."""
    ids = mark_pinned(change, messages, pinned=pinned)
    if not ids:
        return change.last("pts")
    return change.announce(PinPosts(channel=where.owner.id, ids=ids, pinned=pinned))
