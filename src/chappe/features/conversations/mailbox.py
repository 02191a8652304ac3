"""Events of a person's mailbox, and the ways messages enter and leave it."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from chappe import tl
from chappe.core import Kind, Owner
from chappe.features import accounts, chats, files
from chappe.features.accounts import owner_of, show_peer
from chappe.features.copies import drop_copy, number_of_copy
from chappe.tl import api
from chappe.updates import Change, Context, Event, Job, Notification, SharedKey, View, Viewer

from .annotations import HistoryTtl, Mention, Pin, Ref, forget_reactions
from .notified import notification_of
from .records import Dialog, Message
from .views import show_message, show_page_of

COMPANY_MIN: Final = 8  # members of a basic group from which on its messages are told as to a crowd
EXPIRED_TOGETHER_MAX: Final = 500  # messages looked at when one expires
CLEARED: Final = tl.encode(api.MessageActionHistoryClear(), tl.LAYER)  # what a message became


def _number(message: Message) -> bytes:
    """Return a message's number, which is also its pts, as it is sent."""
    return message.id.to_bytes(4, "little")


def _answered(message: Message) -> bytes:
    """Return the number of the message that is answered, as it is sent."""
    return message.reply_to.to_bytes(4, "little")


class NewMessage(Event, frozen=True):
    """A message came or was sent."""

    name = "messages.new"
    notifies = (Kind.USER,)

    peer: int
    id: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateNewMessage | None:
        """See `Event`."""
        look = viewer.look(Owner(Kind.USER, viewer.user))
        message = await look.get(Message, self.peer, self.id)
        if message is None:
            return None
        if self.peer < 0:  # in each member's box it has other numbers
            viewer.own(_number, message)
            viewer.own(_answered, message)
        shown = await show_message(viewer, message)
        return api.UpdateNewMessage(message=shown, pts=pts, pts_count=1)

    async def shared_key(self, context: Context, user: int) -> SharedKey | None:
        """See `Event`. A group's plain members read it alike, but for who wrote it or is addressed by it."""
        if self.peer > 0 or accounts.in_channel(self.peer):
            return None
        owner = owner_of(self.peer)
        chat, member = await context.look(owner).get_each((chats.Chat,), (chats.Member, user))
        message = await context.look(Owner(Kind.USER, user)).get(Message, self.peer, self.id)
        if chat is None or member is None or message is None or chat.members < COMPANY_MIN:
            return None
        special = message.out or message.action or message.media or message.reactions
        if special or user in message.mentions or not chats.is_plain(member):
            return None
        sender = context.look(Owner(Kind.USER, message.sender))
        known = await sender.get_each((accounts.User,), (accounts.LastSeen,))
        common = msgspec.structs.replace(message, id=0, reply_to=min(message.reply_to, 1))
        inputs = common, chat, *known
        return SharedKey(ref_of(message), inputs, message, frozenset((message.sender,)), owner)

    async def notification(self, viewer: Viewer, date: int) -> Notification | None:
        """See `Event`."""
        look = viewer.look(Owner(Kind.USER, viewer.user))
        message = await look.get(Message, self.peer, self.id)
        return None if message is None else notification_of(viewer, message)

    async def lasts(self, look: View) -> bool:
        """See `Event`: a message that is there is found by it; see `numbered`."""
        return await look.get(Message, self.peer, self.id) is not None


class EditMessage(Event, frozen=True):
    """A message has another text."""

    name = "messages.edit"

    peer: int
    id: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateEditMessage | None:
        """See `Event`."""
        look = viewer.look(Owner(Kind.USER, viewer.user))
        message = await look.get(Message, self.peer, self.id)
        if message is None:
            return None
        shown = await show_message(viewer, message)
        return api.UpdateEditMessage(message=shown, pts=pts, pts_count=1)


class Previewed(Event, frozen=True):
    """The page came to which a message of a person's box links, or it does not come."""

    name = "messages.previewed"

    peer: int
    id: int
    page: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateWebPage:
        """See `Event`."""
        look = viewer.look(Owner(Kind.USER, viewer.user))
        message = await look.get(Message, self.peer, self.id)
        shown = await show_page_of(viewer, message, self.page)
        return api.UpdateWebPage(webpage=shown, pts=pts, pts_count=1)


class DeleteMessages(Event, frozen=True):
    """Messages are gone."""

    name = "messages.delete"

    ids: tuple[int, ...]

    @property
    def pts_count(self) -> int:
        """One for each message."""
        return len(self.ids)

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateDeleteMessages:
        """See `Event`."""
        return api.UpdateDeleteMessages(messages=list(self.ids), pts=pts, pts_count=len(self.ids))


class ReadInbox(Event, frozen=True):
    """This person has read up to a message."""

    name = "messages.read_inbox"

    peer: int
    max_id: int
    unread: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateReadHistoryInbox:
        """See `Event`."""
        return api.UpdateReadHistoryInbox(
            peer=show_peer(viewer, self.peer),
            max_id=self.max_id,
            still_unread_count=self.unread,
            pts=pts,
            pts_count=1,
        )


class ReadOutbox(Event, frozen=True):
    """The other has read up to a message of this person's."""

    name = "messages.read_outbox"

    peer: int
    max_id: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateReadHistoryOutbox:
        """See `Event`."""
        peer = show_peer(viewer, self.peer)
        return api.UpdateReadHistoryOutbox(peer=peer, max_id=self.max_id, pts=pts, pts_count=1)


class Pinned(Event, frozen=True):
    """Messages were pinned or unpinned."""

    name = "messages.pinned"

    peer: int
    ids: tuple[int, ...]
    pinned: bool

    @property
    def pts_count(self) -> int:
        """One for each message."""
        return len(self.ids)

    async def render(self, viewer: Viewer, pts: int) -> api.UpdatePinnedMessages:
        """See `Event`."""
        return api.UpdatePinnedMessages(
            pinned=self.pinned,
            peer=show_peer(viewer, self.peer),
            messages=list(self.ids),
            pts=pts,
            pts_count=len(self.ids),
        )


class ContentsRead(Event, frozen=True):
    """The media of messages were opened."""

    name = "messages.contents_read"

    ids: tuple[int, ...]
    date: int

    @property
    def pts_count(self) -> int:
        """One for each message."""
        return len(self.ids)

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateReadMessagesContents:
        """See `Event`."""
        return api.UpdateReadMessagesContents(
            messages=list(self.ids), pts=pts, pts_count=len(self.ids), date=self.date
        )


class Typing(Event, frozen=True):
    """Somebody is typing, or doing the like. Whispered, never kept."""

    name = "messages.typing"

    user: int
    peer: int  # of the dialog, as the one who is told has it
    action: Any
    topic: int = 0  # of a forum, or the thread they write in
    face: int = 0  # as which peer they write there, where that is not themselves

    async def render(
        self, viewer: Viewer, pts: int
    ) -> api.UpdateChannelUserTyping | api.UpdateChatUserTyping | api.UpdateUserTyping:
        """See `Event`."""
        if self.peer == self.user:
            return api.UpdateUserTyping(user_id=self.user, action=self.action)
        writer = show_peer(viewer, self.face or self.user)
        show_peer(viewer, self.peer)
        place = owner_of(self.peer)
        if place.kind is Kind.CHAT:
            return api.UpdateChatUserTyping(chat_id=place.id, from_id=writer, action=self.action)
        return api.UpdateChannelUserTyping(
            channel_id=place.id,
            top_msg_id=self.topic or None,
            from_id=writer,
            action=self.action,
        )


class PeerTtlChanged(Event, frozen=True):
    """New messages of a conversation live for another while."""

    name = "messages.ttl"

    peer: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdatePeerHistoryTTL | None:
        """See `Event`."""
        owner = owner_of(self.peer)
        if owner.kind is Kind.USER:
            mine = viewer.look(Owner(Kind.USER, viewer.user))
            found = await mine.get(HistoryTtl, self.peer)
            period = found.period if found else 0
        else:
            place = await chats.membership_of(viewer.context, owner, viewer.user)
            if place is None or not chats.is_in(place.member, int(viewer.context.clock.now())):
                return None
            period = place.chat.ttl
        lasting = chats.lifetime(viewer, self.peer, period)
        return api.UpdatePeerHistoryTTL(peer=show_peer(viewer, self.peer), ttl_period=lasting)


class ExpireMessages(Job, frozen=True):
    """The time of a message in somebody's box is over, and perhaps of others behind it."""

    name = "messages.expire"

    user: int
    peer: int
    id: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        async with context.change(Owner(Kind.USER, self.user)) as change:
            if found := await expired(change, self.peer, self.id):
                await remove_messages(change, found)


async def expired(change: Change, peer: int, number: int) -> list[Message]:
    """Return the messages of a conversation from a number on whose time is over; none if not its own."""
    first = await change.get(Message, peer, number)
    if first is None or not first.ttl:
        return []
    near = await change.scan(Message, peer, after=number - 1, limit=EXPIRED_TOGETHER_MAX)
    return [m for m in near if m.ttl and m.date + m.ttl <= change.now]


def count_message(dialog: Dialog, message: Message) -> Dialog:
    """Return the dialog with a new message on top. Writing is not reading: apps say what was read."""
    unread = dialog.unread if message.out else dialog.unread + 1
    return msgspec.structs.replace(dialog, top=message.id, date=message.date, unread=unread)


async def keep_message(change: Change, draft: Message) -> Message:
    """Put a new message in a person's box, on top of its dialog, and announce it.

    Its number is the pts it is announced with, so that this event is also what finds it by its number.
    """
    number = change.announce(NewMessage(peer=draft.peer, id=change.last("pts") + 1))
    message = msgspec.structs.replace(draft, id=number, origin=draft.origin or number)
    change.put(message)
    if message.ttl:
        job = ExpireMessages(user=change.owner.id, peer=message.peer, id=number)
        change.schedule(message.date + message.ttl, job)
    dialog = await change.get(Dialog, message.peer) or Dialog(peer=message.peer)
    change.put(count_message(dialog, message))
    if change.owner.id in message.mentions and not message.out:
        change.put(Mention(peer=message.peer, id=message.id))
    return message


async def numbered(look: View, number: int) -> Message | None:
    """Return a message of a person's box by its number alone: clients often name no conversation."""
    came = await look.event(NewMessage, number)
    return None if came is None else await look.get(Message, came.peer, number)


async def remove_messages(change: Change, messages: list[Message]) -> int:
    """Take messages out of a box and mend their dialogs; return the pts. `messages` is not empty."""
    gone = {m.id for m in messages}
    for message in messages:
        change.drop(Message, message.peer, message.id)
        change.drop(Mention, message.peer, message.id)
        await files.count_shown(change, message.media, -1)
        if message.pinned:
            change.drop(Pin, message.peer, message.id)
        await forget_reactions(change, message)
        if not message.out:
            await drop_copy(change, message.sender, message.origin)
    for peer in {m.peer for m in messages}:
        dialog = await change.get(Dialog, peer)
        if dialog is None:
            continue
        lost = sum(1 for m in messages if m.peer == peer and not m.out and m.id > dialog.read_inbox)
        dialog = msgspec.structs.replace(dialog, unread=max(0, dialog.unread - lost))
        if dialog.top in gone:
            newest = await change.scan(Message, peer, limit=1, reverse=True)
            top, date = (newest[0].id, newest[0].date) if newest else (0, dialog.date)
            dialog = msgspec.structs.replace(dialog, top=top, date=date)
        change.put(dialog)
    return change.announce(DeleteMessages(ids=tuple(sorted(gone))))


async def clear_message(change: Change, message: Message) -> None:
    """Leave of the last message of a conversation only that there was one: the dialog keeps its place."""
    if message.action == CLEARED:
        return
    change.drop(Mention, message.peer, message.id)
    change.drop(Pin, message.peer, message.id)
    await forget_reactions(change, message)
    if not message.out:
        await drop_copy(change, message.sender, message.origin)
    change.put(
        Message(
            peer=message.peer,
            id=message.id,
            date=message.date,
            sender=message.sender,
            out=message.out,
            origin=message.origin,
            action=CLEARED,
        )
    )
    change.announce(EditMessage(peer=message.peer, id=message.id))
    dialog = await change.get(Dialog, message.peer)
    if dialog is not None and dialog.unread:
        read = msgspec.structs.replace(dialog, read_inbox=message.id, unread=0)
        change.put(read)
        change.announce(ReadInbox(peer=message.peer, max_id=message.id, unread=0))


def ref_of(message: Message) -> Ref:
    """Return what a message of a person's box is called everywhere."""
    return message.sender, message.origin


async def meant(change: Change, refs: Iterable[Ref]) -> list[Message]:
    """Return the messages of this box that are meant, those that are there."""
    found = []
    for sender, origin in refs:
        number = origin
        if sender != change.owner.id:
            number = await number_of_copy(change, sender, origin)
            if not number:
                continue
        message = await numbered(change, number)
        if message is not None and message.action != CLEARED:
            found.append(message)
    return found


async def located(change: Change, context: Context, refs: Iterable[Ref]) -> list[Message]:
    """Return `meant`, but for messages of groups the box's owner is in no more: it is no news for them."""
    found = []
    for message in await meant(change, refs):
        owner = owner_of(message.peer)
        if owner.kind is Kind.CHAT:
            member = await context.look(owner).get(chats.Member, change.owner.id)
            if not chats.is_in(member, change.now):
                continue
        found.append(message)
    return found


def mark_pinned(change: Change, messages: list[Message], *, pinned: bool) -> tuple[int, ...]:
    """Pin or unpin messages in the box that keeps them; return the numbers of those it changed."""
    altered = [m for m in messages if m.pinned is not pinned]
    for message in altered:
        change.put(msgspec.structs.replace(message, pinned=pinned))
        if pinned:
            change.put(Pin(peer=message.peer, id=message.id))
        else:
            change.drop(Pin, message.peer, message.id)
    return tuple(m.id for m in altered)


def pin_messages(change: Change, peer: int, messages: list[Message], *, pinned: bool) -> int:
    """Pin or unpin messages; return the pts, the last one where nothing changed."""
    ids = mark_pinned(change, messages, pinned=pinned)
    if not ids:
        return change.last("pts")
    return change.announce(Pinned(peer=peer, ids=ids, pinned=pinned))


EVENTS: Final = (
    Previewed,
    PeerTtlChanged,
    ExpireMessages,
    NewMessage,
    EditMessage,
    DeleteMessages,
    ReadInbox,
    ReadOutbox,
    Pinned,
    ContentsRead,
    Typing,
)
