"""What an operator may ask about accounts: who there is. Nothing anybody wrote."""

from collections.abc import Mapping
from typing import Any, Final

from chappe.core import Kind
from chappe.updates import House

from .records import User

USERS_LISTED_MAX: Final = 1_000  # people in one page


async def users(house: House, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return people by rising id, behind `after`: names and dates, no number, no content."""
    owners = await house.store.engine.owners(
        Kind.USER, after=int(given.get("after", -1)), limit=USERS_LISTED_MAX
    )
    found = []
    for owner in owners:
        record = await house.look(owner).get(User)
        if record is not None:
            found.append(
                {
                    "id": record.id,
                    "first_name": record.first_name,
                    "last_name": record.last_name,
                    "username": record.username,
                    "created": record.created,
                    "bot": record.bot,
                    "deleted": record.deleted,
                    "online": house.delivery.online(owner.id),
                }
            )
    return found


ACTS: Final = {"users": users}
