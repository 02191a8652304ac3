"""Commands between mailboxes: keep, edit, delete, pin a copy; note that it was read or played."""

from collections.abc import Collection
from typing import Any, Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import botqueue, files, media
from chappe.features.accounts import User, was_here
from chappe.features.chats import Joined
from chappe.features.copies import note_copy
from chappe.texts import Entity
from chappe.updates import Change, Command, Context, Job

from .annotations import HistoryTtl, Mention, Ref
from .mailbox import (
    ContentsRead,
    EditMessage,
    NewMessage,
    PeerTtlChanged,
    ReadOutbox,
    keep_message,
    located,
    meant,
    pin_messages,
    remove_messages,
)
from .records import Dialog, Message, ReplyDetails
from .threads import wrote_in_topic


class Copy(Command, frozen=True):
    """To a reader's box: a message for them."""

    name = "messages.copy"

    sender: int
    origin: int
    peer: int  # of the dialog, as the receiver has it
    date: int
    text: str
    entities: tuple[Entity, ...] = ()
    reply: Ref | None = None
    fwd_from: int = 0
    fwd_name: str = ""
    fwd_date: int = 0
    fwd_post: int = 0
    fwd_signature: str = ""
    silent: bool = False
    media: bytes = b""
    grouped_id: int = 0
    action: bytes = b""
    noforwards: bool = False
    mentions: tuple[int, ...] = ()
    unplayed: bool = False
    invert_media: bool = False
    answer: ReplyDetails | None = None
    ttl: int = 0
    markup: bytes = b""
    via: int = 0

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        owner = await change.get(User)
        if owner is None or owner.deleted:
            return
        answered = await meant(change, (self.reply,)) if self.reply else []
        kept = await keep_message(
            change,
            Message(
                peer=self.peer,
                id=0,
                date=self.date,
                sender=self.sender,
                out=False,
                text=self.text,
                entities=self.entities,
                origin=self.origin,
                reply_to=answered[0].id if answered else 0,
                fwd_from=self.fwd_from,
                fwd_name=self.fwd_name,
                fwd_date=self.fwd_date,
                fwd_post=self.fwd_post,
                fwd_signature=self.fwd_signature,
                silent=self.silent,
                media=self.media,
                grouped_id=self.grouped_id,
                action=self.action,
                noforwards=self.noforwards,
                mentions=self.mentions,
                unplayed=self.unplayed,
                invert_media=self.invert_media,
                answer=self.answer,
                ttl=self.ttl,
                markup=self.markup,
                via=self.via,
            ),
        )
        await note_copy(change, self.sender, self.origin, kept.id)
        if owner.bot:
            await botqueue.queue_message(change, context, NewMessage(peer=kept.peer, id=kept.id))


class TtlSet(Command, frozen=True):
    """To somebody's box: new messages of a conversation live for another while."""

    name = "messages.ttl_set"

    peer: int  # of the dialog, as the receiver has it
    period: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        owner = await change.get(User)
        if owner is None or owner.deleted:
            return
        if self.peer > 0:
            change.put(HistoryTtl(peer=self.peer, period=self.period))
        change.announce_without_pts(PeerTtlChanged(peer=self.peer))


class CopyEdited(Command, frozen=True):
    """To a reader's box: the sender edited a message."""

    name = "messages.copy_edited"

    sender: int
    origin: int
    date: int
    text: str
    entities: tuple[Entity, ...] = ()
    media: bytes = b""
    invert_media: bool = False
    replaced: bool = (
        False  # whether it shows something else, which who edited has counted for this box
    )
    mentions: tuple[int, ...] | None = None  # to whom it is addressed now; None for as before
    markup: bytes | None = None  # the keyboard it has now; None for as before

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        found = await located(change, context, ((self.sender, self.origin),))
        if self.replaced:
            gone = [message.media for message in found] or [self.media]
            for shown in gone:
                await files.count_shown(change, shown, -1)
        for message in found:
            mentions = message.mentions if self.mentions is None else self.mentions
            change.rewrite(
                msgspec.structs.replace(
                    message,
                    text=self.text,
                    entities=self.entities,
                    edit_date=self.date,
                    media=self.media if self.replaced else message.media,
                    invert_media=self.invert_media,
                    mentions=mentions,
                    markup=message.markup if self.markup is None else self.markup,
                )
            )
            if change.owner.id not in mentions:
                change.drop(Mention, message.peer, message.id)
            elif change.owner.id not in message.mentions:
                change.put(Mention(peer=message.peer, id=message.id))
            told = EditMessage(peer=message.peer, id=message.id)
            change.announce(told)
            await botqueue.queue_edited(change, context, told)


class CopiesDeleted(Command, frozen=True):
    """To a reader's box: messages were deleted for everybody."""

    name = "messages.copies_deleted"

    refs: tuple[Ref, ...]

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        if found := await meant(change, self.refs):
            await remove_messages(change, found)


class CopyRead(Command, frozen=True):
    """To a sender's box: somebody has read up to this message of theirs."""

    name = "messages.copy_read"

    peer: int  # of the dialog, as the sender has it
    max_id: int
    date: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        dialog = await change.get(Dialog, self.peer)
        if dialog is None or dialog.read_outbox >= self.max_id:
            return
        read = msgspec.structs.replace(dialog, read_outbox=self.max_id, read_outbox_date=self.date)
        change.put(read)
        change.announce(ReadOutbox(peer=self.peer, max_id=self.max_id))


class CopiesPinned(Command, frozen=True):
    """To a reader's box: messages were pinned or unpinned for everybody."""

    name = "messages.copies_pinned"

    peer: int
    refs: tuple[Ref, ...]
    pinned: bool

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        found = await located(change, context, self.refs)
        pin_messages(change, self.peer, found, pinned=self.pinned)


class Wrote(Command, frozen=True):
    """To a poster's own box: they wrote in a channel, so they have read it."""

    name = "messages.wrote"

    peer: int
    id: int
    date: int
    topic: int = 0  # of a forum; the rest of it is not read by that
    here: bool = False  # by an app of theirs, not at a time set beforehand

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        if self.here:
            await was_here(change)
        dialog = await change.get(Dialog, self.peer)
        if dialog is None and await change.get(Joined, self.peer) is None:
            return  # who only comments has no conversation there
        dialog = dialog or Dialog(peer=self.peer)
        if self.topic:
            await wrote_in_topic(change, self.peer, self.topic, self.id)
            change.put(msgspec.structs.replace(dialog, date=self.date, marked=False))
        elif self.id > dialog.read_inbox:
            read = msgspec.structs.replace(dialog, read_inbox=self.id, date=self.date, marked=False)
            change.put(read)


class Vanish(Job, frozen=True):
    """The medium of somebody's message vanishes, and its file if it is theirs."""

    name = "messages.vanish"

    user: int
    peer: int
    id: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        async with context.change(Owner(Kind.USER, self.user)) as change:
            message = await change.get(Message, self.peer, self.id)
            if message is None or not message.gone_at or not message.media:
                return
            kept = files.unpack_media_ref(message.media)
            if kept.owner:
                empty = media.vanished(kept).pack()
                change.rewrite(msgspec.structs.replace(message, media=empty))
                change.announce(EditMessage(peer=self.peer, id=self.id))
        if kept.owner == self.user:
            await files.forget_alone(context, kept)


def play(change: Change, message: Message) -> None:
    """Note that a message's medium was opened; one that vanishes begins to."""
    ttl = files.unpack_media_ref(message.media).ttl if message.media else 0
    gone_at = media.vanishes_at(ttl, change.now) if ttl else 0
    change.put(msgspec.structs.replace(message, unplayed=False, gone_at=gone_at))
    if gone_at:
        change.schedule(gone_at, Vanish(user=change.owner.id, peer=message.peer, id=message.id))


class CopiesPlayed(Command, frozen=True):
    """To a sender's box: somebody has opened the media of messages of theirs."""

    name = "messages.copies_played"

    refs: tuple[Ref, ...]

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        found = [m for m in await meant(change, self.refs) if m.unplayed]
        for message in found:
            play(change, message)
        if found:
            ids = tuple(m.id for m in found)
            change.announce(ContentsRead(ids=ids, date=change.now))


def to_copies(change: Change, copies: Collection[int], command: Command) -> None:
    """Have the other copies of a message follow a change."""
    for reader in copies:
        change.send_command(Owner(Kind.USER, reader), command)


EVENTS: Final[tuple[Any, ...]] = (
    Copy,
    CopyEdited,
    CopiesDeleted,
    CopyRead,
    CopiesPinned,
    Wrote,
    CopiesPlayed,
    Vanish,
    TtlSet,
)
