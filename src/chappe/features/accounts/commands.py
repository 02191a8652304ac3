"""Operator commands about accounts: the list of them, without anything they wrote."""

from typing import Annotated, Any, Final

from msgspec import Meta

from chappe.core import Kind
from chappe.rpc import operator_command
from chappe.updates import Context

from .records import User

USERS_LISTED_MAX: Final = 1_000  # people in one page


@operator_command(
    "users",
    "List accounts: names and dates, never numbers or messages.",
    audited=False,
    empty="Nobody signed up yet.",
)
async def users(
    context: Context,
    *,
    after: Annotated[int, Meta(ge=-1, description="Begin behind this id.")] = -1,
) -> list[dict[str, Any]]:
    """Return people by rising id, behind `after`: names and dates, no number, no content."""
    owners = await context.some_boxes_of(Kind.USER, after=after, limit=USERS_LISTED_MAX)
    found = []
    for owner in owners:
        record = await context.look(owner).get(User)
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
                    "online": context.delivery.online(owner.id),
                }
            )
    return found


COMMANDS: Final = (users,)
