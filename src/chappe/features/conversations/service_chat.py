"""The service chat 777000: codes and notices from the server itself."""

from chappe.core import Kind, Owner
from chappe.features.accounts import SERVICE_USER
from chappe.updates import Context

from .mailbox import keep_message
from .records import Message


async def service_message(context: Context, user: int, text: str, media: bytes = b"") -> None:
    """Put a message from the service user into somebody's box."""
    async with context.change(Owner(Kind.USER, user)) as change:
        said = Message(SERVICE_USER, 0, change.now, SERVICE_USER, out=False, text=text, media=media)
        await keep_message(change, said)
