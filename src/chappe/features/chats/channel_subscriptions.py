"""Subscriptions of online members to the events of their channels."""

from chappe.core import Kind, Owner
from chappe.features.accounts import owner_of
from chappe.updates import Context

from .records import Joined


async def watch_channels(context: Context, user: int) -> None:
    """Begin to tell somebody who just came what happens in their channels."""
    joined = await context.look(Owner(Kind.USER, user)).scan(Joined)
    owners = [owner_of(j.peer) for j in joined]
    context.delivery.watch(user, [o.id for o in owners if o.kind is Kind.CHANNEL])
