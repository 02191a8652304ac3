"""Who is blocked by whom."""

from chappe.core import Kind, Owner
from chappe.updates import House

from .records import Blocked


async def is_blocked(house: House, by: int, user: int) -> bool:
    """Whether `by` has blocked `user`."""
    return await house.look(Owner(Kind.USER, by)).get(Blocked, user) is not None
