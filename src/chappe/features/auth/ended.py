"""Whether the operator has ended sessions of somebody lately: a re-entry must not gain by it."""

from chappe.core import Kind, Owner
from chappe.updates import Context, View

from .records import OperatorEnd, Session


async def note_end(context: Context, user: int) -> None:
    """Note that the operator ends sessions of somebody, before any ends."""
    async with context.change(Owner(Kind.USER, user)) as change:
        change.put(OperatorEnd(at=change.now))


async def ended_by_operator(look: View) -> int:
    """Return when the operator ended sessions of a box's owner last; 0 for never."""
    end = await look.get(OperatorEnd)
    return end.at if end else 0


async def devices_of(look: View) -> int:
    """Return how many sessions a box's owner has, those aside that were exported from others."""
    return sum(not session.of for session in await look.scan(Session))
