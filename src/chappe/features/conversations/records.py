"""Records of conversations: the dialog, its messages, its draft."""

from typing import Final

import msgspec

from chappe.core import Kind, Owner
from chappe.ports import PassingRecord, Record, in_order
from chappe.texts import Entity
from chappe.updates import Change, Context, View

DIALOGS_MAX: Final = 10_000  # conversations of one person that are listed


class ReplyDetails(msgspec.Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """What an answer quotes, and what it answers if that is in another chat. Fields: see `Record`."""

    quote: str = ""
    offset: int = 0  # where the quote stands in the text it is of
    entities: tuple[Entity, ...] = ()
    elsewhere: bool = False  # what is answered is in another chat
    peer: int = 0  # that chat, where its numbers mean the same to everybody
    id: int = 0
    fwd_from: int = 0
    fwd_name: str = ""
    fwd_date: int = 0
    fwd_post: int = 0
    fwd_signature: str = ""


class Message(Record, frozen=True):
    """One message, as one person has it."""

    table = "message"
    key = ("peer", in_order("id"))
    cache_recent_only = True  # read when it is told, and seldom later one by one
    month_by = ("peer", "date")

    peer: int
    id: int
    date: int
    sender: int  # the number of a peer: a person, or the channel itself
    out: bool
    text: str = ""
    entities: tuple[Entity, ...] = ()
    origin: int = 0  # its id in the sender's box
    reply_to: int = 0
    edit_date: int = 0
    fwd_from: int = 0
    fwd_name: str = ""
    fwd_date: int = 0
    pinned: bool = False
    silent: bool = False
    media: bytes = b""  # a MessageMedia in the newest layer's bytes
    no_webpage: bool = False
    read_date: int = 0
    grouped_id: int = 0  # the same for every message of an album
    action: bytes = b""  # a MessageAction in the newest layer's bytes: a service message
    author: int = 0  # who wrote it, where `sender` is the channel
    signature: str = ""  # the author's name, where posts are signed
    fwd_post: int = 0  # the number of the forwarded message in its channel
    fwd_signature: str = ""
    thread: int = 0  # the message a chain of replies or comments began with
    noforwards: bool = False
    mentions: tuple[int, ...] = ()  # people to whom it is addressed
    reactions: tuple[tuple[str, int], ...] = ()  # each reaction with its count
    unplayed: bool = False  # a voice or a medium that vanishes, which its receiver has not opened
    gone_at: int = 0  # when the medium vanishes; 0 for never, or not opened yet
    invert_media: bool = False  # the medium is shown below the text
    from_scheduled: bool = False
    ttl: int = 0  # seconds it lives; 0 for ever
    topic: bool = False  # its thread is a topic of a forum
    answer: ReplyDetails | None = None
    saved_from: tuple[int, int] = (0, 0)  # in Saved Messages: dialog and number it is from
    reactors: tuple[int, ...] = ()  # who reacted last, newest first; there may be more
    heard_by: tuple[int, ...] = ()  # in a channel's log: the bots that may read it
    markup: bytes = b""  # a ReplyMarkup in the newest layer's bytes: the keyboard of a bot
    via: int = 0  # the bot whose result somebody has sent


class Dialog(Record, frozen=True):
    """One conversation of one person."""

    table = "dialog"
    key = ("peer",)

    peer: int
    top: int = 0  # the newest message
    date: int = 0  # of the newest message
    read_inbox: int = 0  # the newest message this person has read
    read_outbox: int = 0  # the newest message of theirs the other has read
    unread: int = 0
    pin: int = 0  # the higher, the further up; 0 for none
    marked: bool = False  # marked as unread by hand
    folder: int = 0  # 1: archived
    read_outbox_date: int = 0
    mentions: int = 0  # unread messages addressed to this person
    as_messages: bool = False  # a forum is shown as one conversation
    read_inbox_date: int = 0


class Draft(PassingRecord, frozen=True):
    """What somebody has begun to write."""

    table = "draft"
    key = ("peer",)
    month_by = ("peer", "date")

    peer: int
    text: str
    date: int
    entities: tuple[Entity, ...] = ()
    reply_to: int = 0
    no_webpage: bool = False
    answer: ReplyDetails | None = None  # `peer` is the dialog answered, where it is another
    invert_media: bool = False
    effect: int = 0


class TopicDraft(PassingRecord, frozen=True):
    """What somebody has begun to write in a topic of a forum."""

    table = "topic_draft"
    key = ("peer", "topic")
    month_by = ("peer", "date")

    peer: int
    topic: int
    text: str
    date: int
    entities: tuple[Entity, ...] = ()
    reply_to: int = 0
    no_webpage: bool = False
    answer: ReplyDetails | None = None  # `peer` is the dialog answered, where it is another
    invert_media: bool = False
    effect: int = 0


async def open_dialog(change: Change, peer: int, date: int, read: int) -> bool:
    """Begin a conversation, or take it up again, as read up to a message.

    Returns whether it was known, and less of it read: then devices must be told how much is now.
    """
    known = await change.get(Dialog, peer)
    dialog = known or Dialog(peer=peer, date=date)
    change.put(msgspec.structs.replace(dialog, read_inbox=max(read, dialog.read_inbox)))
    return known is not None and known.read_inbox < read


async def close_dialog(change: Change, peer: int) -> None:
    """Take a conversation from the list, its draft with it."""
    change.drop(Dialog, peer)
    change.drop(Draft, peer)
    for draft in await change.scan(TopicDraft, peer):
        change.drop(TopicDraft, peer, draft.topic)


async def has_dialog(look: View, peer: int) -> bool:
    """Whether somebody has a conversation in this box."""
    return await look.get(Dialog, peer) is not None


async def partners(context: Context, user: int) -> list[int]:
    """Return with whom somebody has conversations."""
    dialogs = await context.look(Owner(Kind.USER, user)).scan(Dialog, limit=1000)
    return [d.peer for d in dialogs if d.peer > 0]
