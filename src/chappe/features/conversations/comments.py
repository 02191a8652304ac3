"""Comments: a channel's posts appear in its discussion group, where answers make a thread.

The channel sends a command to its group's box: there the post becomes a message that begins the thread. What
is answered to it, or to any answer, is kept under the thread.
"""

from typing import Final

import msgspec

from chappe.core import Owner
from chappe.features import accounts, botqueue, chats, files, keyboards
from chappe.texts import Entity
from chappe.updates import Change, Command, Context

from .annotations import Discussed
from .channel import EditPost, NewPost
from .channel_removal import ExpirePosts
from .hearing import heard_by_bots
from .records import Message
from .threads import Thread


class Discuss(Command, frozen=True):
    """To a discussion group's box: a post of its channel, to be talked about."""

    name = "comments.discuss"

    channel: int  # the number of the channel's dialog
    post: int
    date: int
    text: str
    entities: tuple[Entity, ...] = ()
    media: bytes = b""
    signature: str = ""
    grouped_id: int = 0
    markup: bytes = b""

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        chat = await change.get(chats.Chat)
        channel = accounts.owner_of(self.channel).id
        if chat is None or chat.is_over or chat.linked != channel:
            return
        number = change.next("message")
        peer = accounts.peer_id(change.owner)
        post = Message(
            peer=peer,
            id=number,
            date=self.date,
            sender=self.channel,
            out=False,
            text=self.text,
            entities=self.entities,
            origin=number,
            fwd_from=self.channel,
            fwd_date=self.date,
            fwd_post=self.post,
            fwd_signature=self.signature,
            media=self.media,
            grouped_id=self.grouped_id,
            pinned=False,
            ttl=chat.ttl,
            markup=self.markup,
        )
        post = await heard_by_bots(context, change, post)
        change.put(post)
        await files.count_shown(change, self.media, 1)
        if chat.ttl:
            expire = ExpirePosts(channel=change.owner.id, id=number)
            change.schedule(self.date + chat.ttl, expire)
        change.put(Discussed(channel=channel, post=self.post, id=number))
        change.put(Thread(id=number))
        change.put(chats.Top(id=number, date=self.date))
        change.announce(NewPost(channel=change.owner.id, id=number))
        botqueue.queue_post(change, post.heard_by, NewPost(channel=change.owner.id, id=number))


class DiscussEdited(Command, frozen=True):
    """To a discussion group's box: a post of its channel says something else now."""

    name = "comments.discuss_edited"

    post: int
    date: int
    text: str
    entities: tuple[Entity, ...] = ()
    media: bytes = b""
    invert_media: bool = False
    channel: int = 0
    markup: bytes = b""

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        chat = await change.get(chats.Chat)
        if chat is None or chat.linked != self.channel:
            return
        discussed = await change.get(Discussed, self.channel, self.post)
        peer = accounts.peer_id(change.owner)
        message = await change.get(Message, peer, discussed.id) if discussed else None
        if message is None:
            return
        await files.count_replaced(change, message.media, self.media)
        change.rewrite(
            msgspec.structs.replace(
                message,
                text=self.text,
                entities=self.entities,
                media=self.media,
                invert_media=self.invert_media,
                edit_date=self.date,
                markup=self.markup,
            )
        )
        change.announce(EditPost(channel=change.owner.id, id=message.id))


def edit_discussed(change: Change, chat: chats.Chat, post: Message) -> None:
    """Let the discussion of a channel's post say what the post says now."""
    if chat.broadcast and chat.linked:
        command = DiscussEdited(
            post=post.id,
            date=post.edit_date,
            text=post.text,
            entities=post.entities,
            media=post.media,
            invert_media=post.invert_media,
            channel=change.owner.id,
            markup=keyboards.forwarded_markup(post.markup),
        )
        change.send_command(Owner.channel(chat.linked), command)


def discuss(change: Change, chat: chats.Chat, message: Message) -> None:
    """Hand a channel's post to its discussion group."""
    if not chat.linked or not chat.broadcast or message.action:
        return
    change.send_command(
        Owner.channel(chat.linked),
        Discuss(
            channel=message.peer,
            post=message.id,
            date=message.date,
            text=message.text,
            entities=message.entities,
            media=message.media,
            signature=message.signature,
            grouped_id=message.grouped_id,
            markup=keyboards.forwarded_markup(message.markup),
        ),
    )


EVENTS: Final[tuple[type, ...]] = (Discuss, DiscussEdited)
