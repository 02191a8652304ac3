"""Who is blocked by whom."""

from chappe.core import Kind, Owner
from chappe.updates import House, View

from .records import Blocked


async def blocks(look: View, user: int) -> bool:
    """Whether the owner of a box has blocked `user`."""
    return await look.get(Blocked, user) is not None


async def is_blocked(house: House, by: int, user: int) -> bool:
    """Whether `by` has blocked `user`."""
    return await blocks(house.look(Owner(Kind.USER, by)), user)
