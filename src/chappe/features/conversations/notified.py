"""What a message notifies somebody of who is away."""

from chappe.features import accounts
from chappe.updates import Notification, NotificationKind, Viewer

from .records import Message
from .threads import topic_number


def notification_of(viewer: Viewer, message: Message) -> Notification | None:
    """Return what somebody is notified of by a message they may see; None if it is their own."""
    shared = accounts.in_channel(message.peer)  # one copy, whoever reads it
    if viewer.user in (message.sender, message.author) or (message.out and not shared):
        return None
    mentioned = viewer.user in message.mentions
    return Notification(
        NotificationKind.MENTION if mentioned else NotificationKind.MESSAGE,
        message.peer,
        message.id,
        message.sender,
        topic_number(message) if shared else 0,
        message.silent,
    )
