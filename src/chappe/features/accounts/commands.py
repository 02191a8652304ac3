"""Operator commands about accounts: the list of them, without anything they wrote."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from msgspec import Meta

from chappe.core import Kind
from chappe.rpc import operator_command
from chappe.updates import Context, View

from .records import User
from .rules import RESERVED_USERS

USERS_LISTED_MAX: Final = 1_000  # accounts one command that lists them looks at


async def page_of_people(context: Context, after: int) -> AsyncIterator[tuple[User, View]]:
    """Yield who has an account, and a look into their box, among `USERS_LISTED_MAX` boxes behind an id."""
    owners = await context.some_boxes_of(Kind.USER, after=after, limit=USERS_LISTED_MAX)
    if after < 0 and len(owners) < USERS_LISTED_MAX:  # a page of more goes on behind its last one
        owners.sort()
    for owner in owners:
        look = context.look(owner)
        record = await look.get(User)
        if record is not None and record.id not in RESERVED_USERS:
            yield record, look


def named(record: User) -> dict[str, Any]:
    """Return by what an operator knows a person, as each list of people begins a line."""
    return {"id": record.id, "first_name": record.first_name, "username": record.username}


def described(record: User) -> dict[str, Any]:
    """Return what an operator is shown of an account, wherever one is listed whole: no number, no content."""
    return {
        "id": record.id,
        "first_name": record.first_name,
        "last_name": record.last_name,
        "username": record.username,
        "created": record.created,
        "bot": record.bot,
        "deleted": record.deleted,
    }


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
    """Return people, behind `after` if they do not fit into one answer: no number, no content."""
    return [
        described(record) | {"online": context.delivery.online(record.id)}
        async for record, _ in page_of_people(context, after)
    ]


COMMANDS: Final = (users,)
