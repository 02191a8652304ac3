"""What happens to messages, and what one person's box asks of the other's."""

from typing import Any, Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features.accounts import User
from chappe.features.dialogs import Dialog, Entity, Message, Where, peer_of
from chappe.tl import api
from chappe.updates import Change, Event, House, Line, Viewer

from .records import Twin
from .views import show_message


class NewMessage(Event, frozen=True):
    """A message came or was sent."""

    name = "messages.new"

    peer: int
    id: int

    async def render(self, viewer: Viewer, pts: int) -> Any:
        """See `Event`."""
        look = viewer.look(Owner(Kind.USER, viewer.user))
        message = await look.get(Message, self.peer, self.id)
        if message is None:
            return None
        shown = await show_message(viewer, message)
        return api.UpdateNewMessage(message=shown, pts=pts, pts_count=1)


class EditMessage(Event, frozen=True):
    """A message has another text."""

    name = "messages.edit"

    peer: int
    id: int

    async def render(self, viewer: Viewer, pts: int) -> Any:
        """See `Event`."""
        look = viewer.look(Owner(Kind.USER, viewer.user))
        message = await look.get(Message, self.peer, self.id)
        if message is None:
            return None
        shown = await show_message(viewer, message)
        return api.UpdateEditMessage(message=shown, pts=pts, pts_count=1)


class DeleteMessages(Event, frozen=True):
    """Messages are gone."""

    name = "messages.delete"

    ids: tuple[int, ...]

    @property
    def pts_count(self) -> int:
        """One for each message."""
        return len(self.ids)

    async def render(self, viewer: Viewer, pts: int) -> Any:
        """See `Event`."""
        return api.UpdateDeleteMessages(messages=list(self.ids), pts=pts, pts_count=len(self.ids))


class ReadInbox(Event, frozen=True):
    """This person has read up to a message."""

    name = "messages.read_inbox"

    peer: int
    max_id: int
    unread: int

    async def render(self, viewer: Viewer, pts: int) -> Any:
        """See `Event`."""
        return api.UpdateReadHistoryInbox(
            peer=peer_of(viewer, self.peer), max_id=self.max_id, still_unread_count=self.unread,
            pts=pts, pts_count=1,
        )  # fmt: skip


class ReadOutbox(Event, frozen=True):
    """The other has read up to a message of this person's."""

    name = "messages.read_outbox"

    peer: int
    max_id: int

    async def render(self, viewer: Viewer, pts: int) -> Any:
        """See `Event`."""
        peer = peer_of(viewer, self.peer)
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

    async def render(self, viewer: Viewer, pts: int) -> Any:
        """See `Event`."""
        return api.UpdatePinnedMessages(
            pinned=self.pinned, peer=peer_of(viewer, self.peer), messages=list(self.ids), pts=pts,
            pts_count=len(self.ids),
        )  # fmt: skip


class Typing(Event, frozen=True):
    """Somebody is typing, or doing the like. Whispered, never kept."""

    name = "messages.typing"

    user: int
    action: Any

    async def render(self, viewer: Viewer, pts: int) -> Any:
        """See `Event`."""
        return api.UpdateUserTyping(user_id=self.user, action=self.action)


def count_message(dialog: Dialog, message: Message) -> Dialog:
    """Return the dialog with a new message on top."""
    unread = dialog.unread if message.out else dialog.unread + 1
    read = message.id if message.out else dialog.read_inbox
    return msgspec.structs.replace(
        dialog, top=message.id, date=message.date, unread=0 if message.out else unread,
        read_inbox=read, marked=False if message.out else dialog.marked,
    )  # fmt: skip


async def keep_message(change: Change, message: Message) -> int:
    """Put a new message in its box, on top of its dialog; return its pts."""
    change.put(message)
    change.put(Where(id=message.id, peer=message.peer))
    dialog = await change.get(Dialog, message.peer) or Dialog(peer=message.peer)
    change.put(count_message(dialog, message))
    return change.announce(NewMessage(peer=message.peer, id=message.id))


async def remove_messages(change: Change, messages: list[Message]) -> int:
    """Take messages out of a box and mend their dialogs; return the pts. `messages` is not empty."""
    gone = {m.id for m in messages}
    for message in messages:
        change.drop(Message, message.peer, message.id)
        change.drop(Where, message.id)
        if not message.out:
            change.drop(Twin, message.peer, message.origin)
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


class Copy(Line, frozen=True):
    """To the other's box: a message for them."""

    name = "messages.copy"

    sender: int
    origin: int
    date: int
    text: str
    entities: tuple[Entity, ...] = ()
    reply_to_mine: int = 0  # a message of the sender's, by its id there
    reply_to_yours: int = 0  # a message of the receiver's, by its id here
    fwd_from: int = 0
    fwd_name: str = ""
    fwd_date: int = 0
    silent: bool = False
    media: bytes = b""

    async def apply(self, change: Change, house: House) -> None:
        """See `Line`."""
        owner = await change.get(User)
        if owner is None or owner.deleted:
            return
        reply = self.reply_to_yours
        if self.reply_to_mine:
            twin = await change.get(Twin, self.sender, self.reply_to_mine)
            reply = twin.id if twin else 0
        number = change.next("message")
        change.put(Twin(peer=self.sender, origin=self.origin, id=number))
        await keep_message(
            change,
            Message(
                peer=self.sender, id=number, date=self.date, sender=self.sender, out=False,
                text=self.text, entities=self.entities, origin=self.origin, reply_to=reply,
                fwd_from=self.fwd_from, fwd_name=self.fwd_name, fwd_date=self.fwd_date,
                silent=self.silent, media=self.media,
            ),
        )  # fmt: skip


async def twins(
    change: Change, peer: int, mine: tuple[int, ...], yours: tuple[int, ...]
) -> list[Message]:
    """Return the messages here that the other named: theirs by their ids, ours by our own."""
    ids = list(yours)
    for origin in mine:
        twin = await change.get(Twin, peer, origin)
        if twin is not None:
            ids.append(twin.id)
    found = [await change.get(Message, peer, number) for number in ids]
    return [m for m in found if m is not None]


class CopyEdited(Line, frozen=True):
    """To the other's box: the sender edited a message."""

    name = "messages.copy_edited"

    sender: int
    origin: int
    date: int
    text: str
    entities: tuple[Entity, ...] = ()

    async def apply(self, change: Change, house: House) -> None:
        """See `Line`."""
        for message in await twins(change, self.sender, (self.origin,), ()):
            change.put(
                msgspec.structs.replace(
                    message, text=self.text, entities=self.entities, edit_date=self.date
                )
            )
            change.announce(EditMessage(peer=message.peer, id=message.id))


class CopiesDeleted(Line, frozen=True):
    """To the other's box: the sender deleted messages for both."""

    name = "messages.copies_deleted"

    sender: int
    mine: tuple[int, ...]
    yours: tuple[int, ...]

    async def apply(self, change: Change, house: House) -> None:
        """See `Line`."""
        found = await twins(change, self.sender, self.mine, self.yours)
        if found:
            await remove_messages(change, found)


class CopyRead(Line, frozen=True):
    """To the other's box: the sender has read up to this message of theirs."""

    name = "messages.copy_read"

    reader: int
    max_id: int
    date: int

    async def apply(self, change: Change, house: House) -> None:
        """See `Line`."""
        dialog = await change.get(Dialog, self.reader)
        if dialog is None or dialog.read_outbox >= self.max_id:
            return
        change.put(
            msgspec.structs.replace(dialog, read_outbox=self.max_id, read_outbox_date=self.date)
        )
        change.announce(ReadOutbox(peer=self.reader, max_id=self.max_id))


class CopiesPinned(Line, frozen=True):
    """To the other's box: the sender pinned or unpinned messages for both."""

    name = "messages.copies_pinned"

    sender: int
    mine: tuple[int, ...]
    yours: tuple[int, ...]
    pinned: bool

    async def apply(self, change: Change, house: House) -> None:
        """See `Line`."""
        found = await twins(change, self.sender, self.mine, self.yours)
        pin_messages(change, self.sender, found, pinned=self.pinned)


def pin_messages(change: Change, peer: int, messages: list[Message], *, pinned: bool) -> int:
    """Pin or unpin messages; return the pts, the last one where nothing changed."""
    altered = [m for m in messages if m.pinned is not pinned]
    for message in altered:
        change.put(msgspec.structs.replace(message, pinned=pinned))
    if not altered:
        return change.last("pts")
    return change.announce(Pinned(peer=peer, ids=tuple(m.id for m in altered), pinned=pinned))


EVENTS: Final = (
    NewMessage, EditMessage, DeleteMessages, ReadInbox, ReadOutbox, Pinned, Typing,
    Copy, CopyEdited, CopiesDeleted, CopyRead, CopiesPinned,
)  # fmt: skip
