"""The log of a supergroup or channel: one copy for all readers, in the channel's own box."""

from typing import Final, NamedTuple

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, botqueue, chats, files
from chappe.rpc import Call
from chappe.tl import api, errors
from chappe.updates import Change, Context, Event, View, Viewer

from .access import Target
from .channel import Addressed, EditPost, NewPost, PinPosts, PostPreviewed, PostsLookedAt, ReadPosts
from .channel_removal import ExpirePosts, remove_posts
from .comments import discuss
from .copy_commands import Wrote
from .deduplication import already_sent, recent_sends_of, remember
from .hearing import heard_by_bots
from .mailbox import PeerTtlChanged, mark_pinned
from .records import Dialog, Message
from .threads import Placed, count_answer, placed
from .written import Also, Sent, as_written, lives, with_medium

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

    async def append(
        self, call: Call, target: Target, random_id: int, draft: Message, also: Also | None = None
    ) -> Sent:
        """See `Log`."""
        draft = as_written(call, target, draft)
        place = target.place
        if place is not None and place.chat.broadcast and place.chat.signatures:
            me = await call.look().get(accounts.User)
            name = f"{me.first_name} {me.last_name}".strip() if me else ""
            draft = msgspec.structs.replace(draft, signature=name)
        async with call.change(target.owner) as change:
            kept = await self.append_within(call, change, target, random_id, draft, also)
        await self.passed_by(call, kept)
        return kept

    async def append_within(
        self,
        call: Call,
        change: Change,
        target: Target,
        random_id: int,
        draft: Message,
        also: Also | None = None,
    ) -> Sent:
        """Keep a message as part of a change of the channel's box that is under way."""
        channel, place = target.owner.id, target.place
        slots = await recent_sends_of(change, call.user) if random_id else []
        if known := already_sent(slots, random_id):
            return Sent(random_id, self.box, self.peer, known, 0)
        dialog = await call.look().get(Dialog, target.peer)
        number = change.next("message")
        where = Placed(number, 0, topic=True)  # a draft that says so begins a topic
        if not draft.topic and place is not None:
            where = await placed(change, place, draft)
        message = msgspec.structs.replace(
            draft,
            id=number,
            origin=number,
            reply_to=where.reply_to,
            thread=where.thread,
            topic=where.topic,
        )
        message = lives(message, place.chat.ttl if place else 0)
        message = await heard_by_bots(call.context, change, message)
        message = await with_medium(call, change, message, number)
        change.put(message)
        await files.count_shown(change, message.media, 1)
        if message.ttl:
            change.schedule(message.date + message.ttl, ExpirePosts(channel=channel, id=number))
        if also is not None:
            await also(change, message)
        change.put(chats.Top(id=number, date=call.now))
        if random_id:
            remember(change, call.user, slots, random_id, number)
        await _note_posting(change, call, place, draft)
        await count_answer(change, message)
        if place is not None:
            discuss(change, place.chat, message)
        pts = change.announce(NewPost(channel=channel, id=number))
        topic = message.thread if message.topic else 0
        wrote = Wrote(
            peer=target.peer, id=number, date=call.now, topic=topic, here=call.client.key_id != 0
        )
        change.send_command(call.me, wrote)
        self.address(change, message, call.user, ())
        forum = place is not None and place.chat.forum  # its topics are read one by one
        passed = dialog is not None and dialog.read_inbox < number - 1 and not forum
        return Sent(random_id, self.box, self.peer, number, pts, passed)

    async def told_before(self, viewer: Viewer, kept: Sent) -> list[api.TypeUpdate]:
        """See `Log`."""
        return []

    def told_after(self, kept: Sent) -> list[api.TypeUpdate]:
        """See `Log`. The caller has read the channel up to the message they wrote."""
        if not kept.passed:
            return []
        return [
            api.UpdateReadChannelInbox(
                channel_id=self.box.id, max_id=kept.id, still_unread_count=0, pts=kept.pts
            )
        ]

    async def passed_by(self, call: Call, kept: Sent) -> None:
        """See `Log`. The caller's other devices learn that who writes in a channel has read it so far."""
        if not kept.passed:
            return
        async with call.change() as change:
            dialog = await change.get(Dialog, self.peer)
            if dialog is not None:
                read = max(dialog.read_inbox, kept.id)
                change.put(msgspec.structs.replace(dialog, read_inbox=read, marked=False))
                change.announce_without_pts(
                    ReadPosts(channel=self.box.id, max_id=kept.id, unread=0)
                )

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
    ) -> api.UpdatePinnedChannelMessages:
        """See `Log`."""
        viewer.mention_channel(self.box.id)
        return api.UpdatePinnedChannelMessages(
            pinned=pinned, channel_id=self.box.id, messages=ids, pts=pts, pts_count=count
        )

    def address(
        self, change: Change, message: Message, writer: int, before: tuple[int, ...]
    ) -> None:
        """See `Log`."""
        told = self.edited(message.id) if message.edit_date else self.appended(message.id)
        hearing = [b for b in message.heard_by if b not in (message.sender, message.author)]
        botqueue.queue_post(change, hearing, told, edited=message.edit_date != 0)
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


async def _note_posting(
    change: Change, call: Call, place: chats.Membership | None, draft: Message
) -> None:
    """Begin a writer's slow-mode wait, unless they lost the right to write since the gate was passed.

    Who comments without being in the group waits as members do; service messages are not waited for.

    Raises:
        errors.ChatWriteForbidden, errors.SlowmodeWait
    """
    chat, member = await change.get(chats.Chat), await change.get(chats.Member, call.user)
    if place is None:
        return
    if chat is None or chat.is_over:
        raise errors.ChatWriteForbidden
    if member is not None:
        lost = place.member is not None and not place.member.left and member.left
        silenced = chat.broadcast and not chats.may_admin(member, "post_messages")
        if lost or chats.is_kicked(member, call.now):
            raise errors.ChatWriteForbidden
        if silenced and not draft.action:
            raise errors.ChatWriteForbidden
    if not chat.slow_mode or draft.action or chats.is_admin(member):
        return
    writer = member or await change.get(chats.Commenter, call.user)
    due = writer.posted + chat.slow_mode if writer is not None else 0
    if due > call.now and not await _continues_album(change, draft):
        raise errors.SlowmodeWait(due - call.now)
    writer = writer or chats.Commenter(user=call.user, posted=0)
    change.put(msgspec.structs.replace(writer, posted=call.now))


async def _continues_album(change: Change, draft: Message) -> bool:
    """Whether a message belongs to the album its author has just begun: it waits as one."""
    top = await change.get(chats.Top)
    last = await change.get(Message, draft.peer, top.id) if top and draft.grouped_id else None
    return last is not None and (last.grouped_id, last.sender) == (draft.grouped_id, draft.sender)
