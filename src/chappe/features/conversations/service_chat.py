"""What the server itself says: codes and notices in the chat 777000, answers in that of @BotFather."""

from chappe.core import Kind, Owner
from chappe.features.accounts import SERVICE_USER
from chappe.updates import Change, Context

from .mailbox import keep_message
from .records import Message


async def service_message(context: Context, user: int, text: str, media: bytes = b"") -> None:
    """Put a message from the service user into somebody's box."""
    async with context.change(Owner(Kind.USER, user)) as change:
        await say_in_own_box(change, SERVICE_USER, text, media)


async def say_in_own_box(change: Change, sender: int, text: str, media: bytes = b"") -> None:
    """Put a message into the box that is changed, of which nobody else has a copy."""
    said = Message(sender, 0, change.now, sender, out=False, text=text, media=media)
    await keep_message(change, said)
