"""Subscriptions of members to the events of their channels, while they are online."""

from chappe.core import Kind, Owner
from chappe.features.accounts import owner_of
from chappe.updates import Context

from .records import Joined


async def joined_channels(context: Context, user: int) -> list[int]:
    """Return the supergroups and channels somebody is in."""
    joined = await context.look(Owner(Kind.USER, user)).scan(Joined)
    owners = [owner_of(j.peer) for j in joined]
    return [o.id for o in owners if o.kind is Kind.CHANNEL]


async def watch_channels(context: Context, user: int) -> None:
    """Begin to tell somebody who just came what happens in their channels."""
    context.delivery.watch(user, await joined_channels(context, user))
