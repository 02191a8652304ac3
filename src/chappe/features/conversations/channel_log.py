"""The log of a supergroup or channel: one copy for all readers, in the channel's own box."""

from typing import Any, Final, NamedTuple

from chappe.core import Kind, Owner
from chappe.features import accounts, chats, files
from chappe.tl import api
from chappe.updates import Change, Command, Context, Event, Job, View, Viewer

from .access import Target
from .annotations import Counted, Discussed, Pin, forget_reactions
from .channel import (
    Addressed,
    DeletePosts,
    EditPost,
    NewPost,
    PinPosts,
    PostPreviewed,
    PostsLookedAt,
)
from .mailbox import PeerTtlChanged, expired, mark_pinned
from .records import Dialog, Message
from .threads import forget_answers

FORGOTTEN_MAX: Final = 1000  # messages of a channel that ended which go in one change
COUNTED_MAX: Final = 10_000  # messages of a channel that are counted one by one


class ChannelLog(NamedTuple):
    """A conversation in a channel's box. See `Log`."""

    box: Owner
    peer: int

    @property
    def shared(self) -> bool:
        """See `Log`."""
        return True

    async def copies(self, context: Context, *, despite_blocks: bool = False) -> tuple[int, ...]:
        """See `Log`."""
        return ()

    def appended(self, number: int) -> Event:
        """See `Log`."""
        return NewPost(channel=self.box.id, id=number)

    def edited(self, number: int) -> Event:
        """See `Log`."""
        return EditPost(channel=self.box.id, id=number)

    def previewed(self, number: int, page: int) -> Event:
        """See `Log`."""
        return PostPreviewed(channel=self.box.id, id=number, page=page)

    async def remove(self, change: Change, messages: list[Message]) -> int:
        """See `Log`."""
        return await remove_posts(change, messages)

    def pin(self, change: Change, messages: list[Message], *, pinned: bool) -> int:
        """See `Log`."""
        ids = mark_pinned(change, messages, pinned=pinned)
        if not ids:
            return change.last("pts")
        return change.announce(PinPosts(channel=self.box.id, ids=ids, pinned=pinned))

    def show_pinned(
        self, viewer: Viewer, ids: list[int], pts: int, count: int, *, pinned: bool
    ) -> Any:
        """See `Log`."""
        viewer.mention_channel(self.box.id)
        return api.UpdatePinnedChannelMessages(
            pinned=pinned, channel_id=self.box.id, messages=ids, pts=pts, pts_count=count
        )

    def address(
        self, change: Change, message: Message, writer: int, before: tuple[int, ...]
    ) -> None:
        """See `Log`."""
        topic = message.thread if message.topic else 0
        for user in message.mentions:
            if user != writer and user not in before:
                command = Addressed(peer=message.peer, id=message.id, topic=topic)
                change.send_command(Owner(Kind.USER, user), command)

    def looked_at(self, change: Change, ids: tuple[int, ...], topic: int) -> int:
        """See `Log`."""
        channel = accounts.owner_of(self.peer).id
        change.announce_without_pts(PostsLookedAt(channel=channel, ids=ids, topic=topic))
        return 0

    def author_without_copy(self, message: Message, reader: int) -> int:
        """See `Log`."""
        return message.sender if message.sender > 0 and message.sender != reader else 0

    async def number_for(self, reader: View, message: Message) -> int:
        """See `Log`."""
        return message.id

    async def length(self, look: View, first: int) -> int:
        """See `Log`. Of a long one by the numbers of its messages."""
        after = first - 1 if first else None
        counted = await look.derived(
            ("length", self.peer, after),
            lambda: look.count(Message, self.peer, after=after, limit=COUNTED_MAX),
        )
        top = await look.get(chats.Top)
        if counted < COUNTED_MAX or top is None:
            return counted
        return max(counted, top.id - max(0, first - 1))

    async def newest_date(self, look: View, dialog: Dialog) -> int:
        """See `Log`."""
        top = await look.get(chats.Top)
        return top.date if top is not None else 0

    def present(self, context: Context, target: Target, most: int) -> tuple[int, ...]:
        """See `Log`. Whoever reads a broadcast channel is told nothing of the kind."""
        broadcast = target.place is not None and target.place.chat.broadcast
        return () if broadcast else tuple(context.delivery.watchers(self.box.id))[:most]

    async def lifetime_changed(self, change: Change, context: Context, period: int) -> None:
        """See `Log`."""
        change.announce_without_pts(PeerTtlChanged(peer=self.peer))


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
