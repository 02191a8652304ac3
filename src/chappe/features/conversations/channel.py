"""Events of a channel's log, with the gate that both push and difference apply."""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, chats
from chappe.tl import api
from chappe.updates import (
    Change,
    Command,
    Context,
    Event,
    Facts,
    Notification,
    View,
    Viewer,
)

from .annotations import Mention
from .hearing import heard
from .notified import notification_of
from .records import Dialog, Message
from .views import show_message, show_page_of

UNREAD_COUNTED_MAX: Final = 10_000  # unread messages of a channel that are counted
FORUM_UNREAD_READ_MAX: Final = 200  # unread messages of a forum that are looked at one by one
WRITTEN_AT_ONCE_MAX: Final = 20  # messages somebody wrote of which their own box has not heard yet
STANDING_TRIES_MAX: Final = 20  # times a channel is looked at again because it was written in


async def seen_post(viewer: Viewer, channel: int, number: int) -> Message | None:
    """Return a message of a channel if this viewer may see it: the gate at push and difference."""
    owner = Owner.channel(channel)
    place = await chats.membership_of(viewer.context, owner, viewer.user)
    if place is None or not chats.may_see_channel(place, int(viewer.context.clock.now())):
        return None
    if place.member is not None and number < place.member.first_visible:
        return None
    message = await viewer.look(owner).get(Message, accounts.peer_id(owner), number)
    is_bot = place.member.bot if place.member is not None else await _is_bot(viewer, None)
    if message is not None and is_bot and not heard(message, viewer.user):
        return None
    return message


async def _is_bot(viewer: Viewer, member: chats.Member | None) -> bool:
    """Whether the viewer is a bot: its membership says so, or else its account."""
    if member is not None:
        return member.bot
    record = await viewer.look(Owner(Kind.USER, viewer.user)).get(accounts.User)
    return record is not None and record.bot


async def message_for(viewer: Viewer, peer: int, number: int) -> Message | None:
    """Return a message of any dialog if this viewer may see it: of a channel, or of their own box."""
    owner = accounts.owner_of(peer)
    if owner.kind is Kind.CHANNEL:
        return await seen_post(viewer, owner.id, number)
    return await viewer.look(Owner(Kind.USER, viewer.user)).get(Message, peer, number)


class ChannelState(NamedTuple):
    """How a channel stands for a reader, all of one moment.

    Clients count on from here: a number of unread messages beside the pts of another moment is one
    too many or too few on them for good.
    """

    pts: int
    unread: int
    newest: Message | None


async def channel_state(viewer: Viewer, peer: int, read: int) -> ChannelState:
    """Return how a channel stands for somebody who has read up to a message."""
    owner = accounts.owner_of(peer)
    box = viewer.look(owner)
    member = await box.get(chats.Member, viewer.user)
    first = member.first_visible if member is not None else 0
    read = max(read, first - 1)
    for _ in range(STANDING_TRIES_MAX):
        pts = await box.counter("pts")
        top = await box.get(chats.Top)
        seen = top is not None and top.id >= first
        newest = await box.get(Message, peer, top.id) if top is not None and seen else None
        unread = 0
        if top is not None and top.id > read:
            unread = await _unread(viewer, box, peer, read, top.id)
        if pts == await box.counter("pts"):
            break
    return ChannelState(pts, unread, newest)


async def _unread(viewer: Viewer, box: View, peer: int, read: int, top: int) -> int:
    """Return how many messages of a channel somebody has not read.

    Who writes has read what was before, but in a forum: there it is one topic they have read. Their mark
    lies in their own box, which hears of what they wrote a moment later than the channel's.
    """
    chat = await box.get(chats.Chat)
    if chat is not None and chat.forum:
        newer = await box.scan(
            Message, peer, after=read, before=top + 1, limit=FORUM_UNREAD_READ_MAX + 1
        )
        if len(newer) <= FORUM_UNREAD_READ_MAX:
            return sum(viewer.user not in (m.sender, m.author) for m in newer)
        return await box.count(Message, peer, after=read, before=top + 1, limit=UNREAD_COUNTED_MAX)
    for _ in range(WRITTEN_AT_ONCE_MAX):
        following = await box.get(Message, peer, read + 1)
        if following is None or viewer.user not in (following.sender, following.author):
            break
        read += 1
    return await box.count(Message, peer, after=read, before=top + 1, limit=UNREAD_COUNTED_MAX)


async def seen_ids(viewer: Viewer, channel: int, ids: Sequence[int]) -> list[int]:
    """Return those of some messages that this viewer may know of, deleted or not."""
    owner = Owner.channel(channel)
    place = await chats.membership_of(viewer.context, owner, viewer.user)
    if place is None or not chats.may_see_channel(place, int(viewer.context.clock.now())):
        return []
    first = place.member.first_visible if place.member is not None else 0
    seen = [i for i in ids if i >= first]
    if not await _is_bot(viewer, place.member):
        return seen
    look, peer = viewer.look(owner), accounts.peer_id(owner)
    there = {i: await look.get(Message, peer, i) for i in seen}
    return [i for i, m in there.items() if m is None or heard(m, viewer.user)]


class PostEvent(Event, frozen=True):
    """Something that happened in a channel's log."""

    name = ""

    channel: int

    async def count_only(self, viewer: Viewer, pts: int) -> api.UpdateChannelWebPage | None:
        """See `Event`. A page nobody linked to: what clients count and pass over."""
        owner = Owner.channel(self.channel)
        place = await chats.membership_of(viewer.context, owner, viewer.user)
        if place is None or not chats.may_see_channel(place, int(viewer.context.clock.now())):
            return None
        viewer.mention_channel(self.channel)
        return api.UpdateChannelWebPage(
            channel_id=self.channel,
            webpage=api.WebPageEmpty(id=0),
            pts=pts,
            pts_count=self.pts_count,
        )


async def alike_to_readers(
    context: Context, channel: int, number: int, apart: Collection[int] = ()
) -> Facts:
    """Return what tells plain readers of a post from each other; whoever is `apart` reads it otherwise."""
    owner = Owner.channel(channel)
    look, now = context.look(owner), int(context.clock.now())
    chat = await look.get(chats.Chat)

    async def facts(user: int) -> chats.Member | None:
        member = await look.get(chats.Member, user)
        if chat is None or member is None or user in apart or not chats.is_plain(member):
            return None
        seen = chats.may_see_channel(chats.Membership(owner, chat, member), now)
        return member if seen and number >= member.first_visible else None

    return facts


class NewPost(PostEvent, frozen=True):
    """Something was written in a channel."""

    name = "posts.new"
    notifies = (Kind.CHANNEL,)

    id: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateNewChannelMessage | None:
        """See `Event`."""
        message = await seen_post(viewer, self.channel, self.id)
        if message is None:
            return None
        shown = await show_message(viewer, message)
        return api.UpdateNewChannelMessage(message=shown, pts=pts, pts_count=1)

    async def notification(self, viewer: Viewer, date: int) -> Notification | None:
        """See `Event`."""
        message = await seen_post(viewer, self.channel, self.id)
        return None if message is None else notification_of(viewer, message)

    async def audience(self, context: Context) -> Facts | None:
        """See `Event`. Plain members read it alike, but for who wrote it or is addressed by it."""
        owner = Owner.channel(self.channel)
        message = await context.look(owner).get(Message, accounts.peer_id(owner), self.id)
        if message is None or message.action:
            return None
        apart = {message.sender, message.author, *message.mentions}
        return await alike_to_readers(context, self.channel, self.id, apart)


class EditPost(PostEvent, frozen=True):
    """A message of a channel is not what it was."""

    name = "posts.edit"

    id: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateEditChannelMessage | None:
        """See `Event`."""
        message = await seen_post(viewer, self.channel, self.id)
        if message is None:
            return None
        shown = await show_message(viewer, message)
        return api.UpdateEditChannelMessage(message=shown, pts=pts, pts_count=1)


class DeletePosts(PostEvent, frozen=True):
    """Messages of a channel are gone."""

    name = "posts.delete"

    ids: tuple[int, ...]

    @property
    def pts_count(self) -> int:
        """One for each message."""
        return len(self.ids)

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateDeleteChannelMessages | None:
        """See `Event`."""
        ids = await seen_ids(viewer, self.channel, self.ids)
        if not ids:
            return None
        viewer.mention_channel(self.channel)
        return api.UpdateDeleteChannelMessages(
            channel_id=self.channel, messages=ids, pts=pts, pts_count=len(self.ids)
        )


class PinPosts(PostEvent, frozen=True):
    """Messages of a channel were pinned or unpinned."""

    name = "posts.pin"

    ids: tuple[int, ...]
    pinned: bool

    @property
    def pts_count(self) -> int:
        """One for each message."""
        return len(self.ids)

    async def render(self, viewer: Viewer, pts: int) -> api.UpdatePinnedChannelMessages | None:
        """See `Event`."""
        ids = await seen_ids(viewer, self.channel, self.ids)
        if not ids:
            return None
        viewer.mention_channel(self.channel)
        return api.UpdatePinnedChannelMessages(
            pinned=self.pinned,
            channel_id=self.channel,
            messages=ids,
            pts=pts,
            pts_count=len(self.ids),
        )


class PostPreviewed(Event, frozen=True):
    """The page came to which a message of a channel links, or it does not come."""

    name = "posts.previewed"

    channel: int
    id: int
    page: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateChannelWebPage | None:
        """See `Event`."""
        message = await seen_post(viewer, self.channel, self.id)
        if message is None:
            return None
        shown = await show_page_of(viewer, message, self.page)
        viewer.mention_channel(self.channel)
        return api.UpdateChannelWebPage(
            channel_id=self.channel, webpage=shown, pts=pts, pts_count=1
        )


class ReadPosts(Event, frozen=True):
    """In a reader's own box: they have read a channel up to a message."""

    name = "posts.read"

    channel: int
    max_id: int
    unread: int = 0  # of no use: told is what is unread when it is told

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateReadChannelInbox:
        """See `Event`."""
        viewer.mention_channel(self.channel)
        peer = accounts.peer_id(Owner.channel(self.channel))
        dialog = await viewer.look(Owner(Kind.USER, viewer.user)).get(Dialog, peer)
        # they may have read on since: by writing, which is told by the post itself
        read = max(self.max_id, dialog.read_inbox if dialog is not None else 0)
        now = await channel_state(viewer, peer, read)
        return api.UpdateReadChannelInbox(
            channel_id=self.channel, max_id=read, still_unread_count=now.unread, pts=now.pts
        )


def posts_are_read(change: Change, channel: int, max_id: int) -> None:
    """Tell a reader's devices that what was written up to a message counts as read."""
    change.announce_without_pts(ReadPosts(channel=channel, max_id=max_id))


class PostsWereRead(Event, frozen=True):
    """In a writer's own box: somebody has read a supergroup up to a message of theirs."""

    name = "posts.were_read"

    channel: int
    max_id: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateReadChannelOutbox:
        """See `Event`."""
        viewer.mention_channel(self.channel)
        return api.UpdateReadChannelOutbox(channel_id=self.channel, max_id=self.max_id)


class PostsLookedAt(Event, frozen=True):
    """In a reader's own box: messages of a supergroup addressed to them were looked at."""

    name = "posts.looked_at"

    channel: int
    ids: tuple[int, ...]
    topic: int = 0

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateChannelReadMessagesContents:
        """See `Event`."""
        viewer.mention_channel(self.channel)
        return api.UpdateChannelReadMessagesContents(
            channel_id=self.channel, top_msg_id=self.topic or None, messages=list(self.ids)
        )


class PostRead(Command, frozen=True):
    """To a writer's box: somebody has read a supergroup up to this message of theirs."""

    name = "posts.post_read"

    channel: int
    max_id: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        peer = accounts.peer_id(Owner.channel(self.channel))
        dialog = await change.get(Dialog, peer)
        if dialog is None or dialog.read_outbox >= self.max_id:
            return
        change.put(msgspec.structs.replace(dialog, read_outbox=self.max_id))
        change.announce_without_pts(PostsWereRead(channel=self.channel, max_id=self.max_id))


class Addressed(Command, frozen=True):
    """To a member's box: a message of a supergroup is addressed to them."""

    name = "posts.addressed"

    peer: int
    id: int
    topic: int = 0

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        if await change.get(Dialog, self.peer) is not None:
            change.put(Mention(peer=self.peer, id=self.id, topic=self.topic))


EVENTS: Final[tuple[type, ...]] = (
    NewPost,
    EditPost,
    DeletePosts,
    PinPosts,
    ReadPosts,
    PostsWereRead,
    PostsLookedAt,
    PostRead,
    Addressed,
    PostPreviewed,
)
