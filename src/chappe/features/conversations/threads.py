"""Threads of a supergroup: comments, answers, topics; what belongs to one, and how far it was read.

A thread goes by the message it began with. The General topic of a forum is thread 1, and also holds
what was written before the group became a forum, which no index knows.
"""

from typing import Final, NamedTuple

import msgspec

from chappe.core import Kind, Owner
from chappe.features import accounts, chats
from chappe.ports import Record, in_order
from chappe.tl import api, errors
from chappe.updates import Change, Command, Context, Event, View, Viewer

from .annotations import Discussed
from .records import Dialog, Message

GENERAL: Final = 1  # the topic everything belongs to that belongs to no other
RECENT_WRITERS: Final = 3  # people shown beside a post's comments
UNREAD_COUNTED_MAX: Final = 10_000  # unread messages of a thread that are counted one by one


class Thread(Record, frozen=True):
    """In a supergroup's box: what is known of a thread, by the message it began with."""

    table = "thread"
    key = ("id",)

    id: int
    count: int = 0
    newest: int = 0
    writers: tuple[int, ...] = ()  # newest first
    topic: bool = False  # of a forum
    since: int = 0  # of the General topic: messages up to here are in it, unless in another topic
    closed: bool = False  # only admins may write in it
    gone: bool = False  # it was deleted


class InThread(Record, frozen=True):
    """In a supergroup's box: a message of a thread."""

    table = "in_thread"
    key = ("thread", in_order("id"))

    thread: int
    id: int


class ReadThread(Record, frozen=True):
    """In a reader's box: how far they have read a thread, and how far others have read them there."""

    table = "read_thread"
    key = ("peer", "thread")

    peer: int
    thread: int
    max_id: int
    outbox: int = 0


# -- where a message belongs ------------------------------------------------------------------------


async def topic_thread(box: View, number: int) -> Thread | None:
    """Return the thread of a forum's topic, deleted ones included; None if it never was one."""
    found = await box.get(Thread, number)
    if found is not None and found.topic:
        return found
    return Thread(id=GENERAL, topic=True) if number == GENERAL else None


class Placed(NamedTuple):
    """Where a message belongs: its thread, and which message it answers; 0 for none."""

    thread: int
    reply_to: int
    topic: bool


def first_visible(place: chats.Membership) -> int:
    """Return the oldest message that the one a place stands for may see, and so answer."""
    return place.member.first_visible if place.member else 0


async def placed(box: View, place: chats.Membership, draft: Message) -> Placed:
    """Return where a message for a supergroup or channel belongs. `draft.thread` is a topic asked for.

    Raises:
        errors.TopicDeleted: there is no such topic, or no longer.
        errors.TopicClosed: only admins may write there.
    """
    reply = None
    if draft.reply_to and draft.reply_to >= first_visible(place):
        reply = await box.get(Message, place.peer, draft.reply_to)
    if not place.chat.forum:
        thread = (reply.id if reply.topic else reply.thread or reply.id) if reply else 0
        return Placed(thread, reply.id if reply else 0, topic=False)
    number = draft.thread
    if not number and draft.reply_to:
        root = await topic_thread(box, draft.reply_to)
        if root is not None:
            number = root.id
        elif reply is not None and reply.topic:
            number = reply.thread
    topic = await topic_thread(box, number or GENERAL)
    if topic is None or topic.gone:
        raise errors.TopicDeleted
    manages = chats.may_admin(place.member, "manage_topics")
    if topic.closed and not manages and not draft.action:
        raise errors.TopicClosed
    root_id = 0 if topic.id == GENERAL else topic.id
    elsewhere = reply is None or topic_number(reply) != topic.id
    return Placed(topic.id, root_id if reply is None or elsewhere else reply.id, topic=True)


def topic_number(message: Message) -> int:
    """Return the topic a message of a forum belongs to; those from before there were topics as well."""
    return message.thread if message.topic else GENERAL


def begins_topic(message: Message) -> bool:
    """Whether a topic begins with this message; it goes when the topic does, and not before."""
    return message.topic and message.thread == message.id


# -- what belongs to a thread -----------------------------------------------------------------------


async def count_answer(change: Change, message: Message) -> None:
    """Keep a message under its thread."""
    if not message.thread:
        return
    thread = await change.get(Thread, message.thread) or Thread(
        id=message.thread, topic=message.topic
    )
    writers = tuple(dict.fromkeys((message.sender, *thread.writers)))[:RECENT_WRITERS]
    change.put(
        msgspec.structs.replace(thread, count=thread.count + 1, newest=message.id, writers=writers)
    )
    change.put(InThread(thread=message.thread, id=message.id))


async def forget_answers(change: Change, messages: list[Message]) -> None:
    """Take deleted messages out of their threads."""
    for message in messages:
        if message.thread:
            change.drop(InThread, message.thread, message.id)
    for number in {m.thread for m in messages if m.thread}:
        thread = await change.get(Thread, number)
        if thread is None:
            continue
        gone = {m.id for m in messages if m.thread == number}
        newest = thread.newest
        if newest in gone:
            rows = await change.scan(InThread, number, limit=1, reverse=True)
            newest = rows[0].id if rows else 0
        change.put(
            msgspec.structs.replace(thread, count=max(0, thread.count - len(gone)), newest=newest)
        )


# -- how far it was read ----------------------------------------------------------------------------


class ThreadReadState(NamedTuple):
    """How far somebody has read a thread, how far they were read there, and what is left."""

    inbox: int
    outbox: int
    unread: int


async def thread_read_state(look: View, mine: View, peer: int, thread: Thread) -> ThreadReadState:
    """Return how a thread stands for the owner of a box; what they read of the whole group counts."""
    read = await mine.get(ReadThread, peer, thread.id) or ReadThread(
        peer=peer, thread=thread.id, max_id=0
    )
    inbox = read.max_id
    if thread.topic:
        dialog = await mine.get(Dialog, peer)
        inbox = max(inbox, dialog.read_inbox if dialog else 0)
    unread = 0
    if max(thread.newest, thread.since) > inbox:
        unread = await look.count(InThread, thread.id, after=inbox, limit=UNREAD_COUNTED_MAX)
        unread += max(0, thread.since - inbox)
    return ThreadReadState(inbox, read.outbox, unread)


class ThreadRead(Event, frozen=True):
    """In a reader's own box: they have read a thread up to a message."""

    name = "threads.read"

    channel: int
    thread: int
    max_id: int
    broadcast: int = 0  # the channel whose post the thread comments
    post: int = 0

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateReadChannelDiscussionInbox:
        """See `Event`."""
        viewer.mention_channel(self.channel)
        if self.broadcast:
            viewer.mention_channel(self.broadcast)
        return api.UpdateReadChannelDiscussionInbox(
            channel_id=self.channel,
            top_msg_id=self.thread,
            read_max_id=self.max_id,
            broadcast_id=self.broadcast or None,
            broadcast_post=self.post or None,
        )


class ThreadWasRead(Event, frozen=True):
    """In a writer's own box: somebody has read a thread up to a message of theirs."""

    name = "threads.were_read"

    channel: int
    thread: int
    max_id: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateReadChannelDiscussionOutbox:
        """See `Event`."""
        viewer.mention_channel(self.channel)
        return api.UpdateReadChannelDiscussionOutbox(
            channel_id=self.channel, top_msg_id=self.thread, read_max_id=self.max_id
        )


class AnswerRead(Command, frozen=True):
    """To a writer's box: somebody has read a thread up to this message of theirs."""

    name = "threads.answer_read"

    channel: int
    thread: int
    max_id: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        peer = accounts.peer_id(Owner.channel(self.channel))
        old = await change.get(ReadThread, peer, self.thread)
        old = old or ReadThread(peer=peer, thread=self.thread, max_id=0)
        if old.outbox >= self.max_id:
            return
        change.put(msgspec.structs.replace(old, outbox=self.max_id))
        change.announce_without_pts(
            ThreadWasRead(channel=self.channel, thread=self.thread, max_id=self.max_id)
        )


async def wrote_in_topic(change: Change, peer: int, topic: int, number: int) -> None:
    """Take note in a writer's own box that they wrote in a topic: they have read it."""
    old = await change.get(ReadThread, peer, topic)
    old = old or ReadThread(peer=peer, thread=topic, max_id=0)
    if number > old.max_id:
        change.put(msgspec.structs.replace(old, max_id=number))


async def show_replies(viewer: Viewer, message: Message) -> api.MessageReplies | None:
    """Return how often a message was answered or commented on; None where that is not counted."""
    owner = accounts.owner_of(message.peer)
    if owner.kind is not Kind.CHANNEL or message.action:
        return None
    chat = await viewer.look(owner).get(chats.Chat)
    if chat is None or (chat.broadcast and not chat.linked):
        return None
    if not chat.broadcast:
        chat = None
    group, top = owner, message.id
    if chat is not None:
        group = Owner.channel(chat.linked)
        discussed = await viewer.look(group).get(Discussed, chat.id, message.id)
        top = discussed.id if discussed else 0
    thread = await viewer.look(group).get(Thread, top) if top else None
    if thread is None and chat is None:
        return None
    thread = thread or Thread(id=top)
    viewer.unshareable = True  # by how far they have read
    mine = await viewer.look(Owner(Kind.USER, viewer.user)).get(
        ReadThread, accounts.peer_id(group), top
    )
    return api.MessageReplies(
        comments=chat is not None,
        replies=thread.count,
        replies_pts=await viewer.look(group).counter("pts"),
        recent_repliers=[accounts.show_peer(viewer, w) for w in thread.writers] or None,
        channel_id=chat.linked if chat is not None else None,
        max_id=thread.newest or None,
        read_max_id=mine.max_id if mine else None,
    )


EVENTS: Final[tuple[type, ...]] = (ThreadRead, ThreadWasRead, AnswerRead)
