"""The service chat 777000: codes and notices from the server itself."""

from chappe.core import Kind, Owner
from chappe.features.accounts import SERVICE_USER
from chappe.updates import Context

from .mailbox import keep_message
from .records import Message


async def service_message(context: Context, user: int, text: str) -> None:
    """Put a message from the service user into somebody's box."""
    async with context.change(Owner(Kind.USER, user)) as change:
        draft = Message(
            peer=SERVICE_USER, id=0, date=change.now, sender=SERVICE_USER, out=False, text=text
        )
        await keep_message(change, draft)
