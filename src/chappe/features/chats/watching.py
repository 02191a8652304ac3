"""Who is told at once of what happens in a channel: its members who are here."""

from chappe.core import Kind, Owner
from chappe.features.accounts import owner_of
from chappe.updates import House

from .records import Joined


async def watch_channels(house: House, user: int) -> None:
    """Begin to tell somebody who just came what happens in their channels."""
    joined = await house.look(Owner(Kind.USER, user)).scan(Joined)
    owners = [owner_of(j.peer) for j in joined]
    house.delivery.watch(user, [o.id for o in owners if o.kind is Kind.CHANNEL])
