"""Whether what somebody who is away was to be notified of is news to them still."""

from chappe.core import Kind, Owner
from chappe.features.conversations import CLEARED, Dialog, ReadThread, UnreadReaction, message_for
from chappe.updates import Notification, NotificationKind, Viewer


async def is_news(viewer: Viewer, of: Notification) -> bool:
    """Whether what somebody was to be notified of is there still, and they have not seen it."""
    mine = viewer.look(Owner(Kind.USER, viewer.user))
    if of.kind is NotificationKind.REACTION:
        return await mine.get(UnreadReaction, of.peer, of.id) is not None
    message = await message_for(viewer, of.peer, of.id)
    dialog = await mine.get(Dialog, of.peer)
    if message is None or message.action == CLEARED or dialog is None:
        return False
    read = await mine.get(ReadThread, of.peer, of.topic) if of.topic else None
    return of.id > max(dialog.read_inbox, read.max_id if read is not None else 0)
