"""Where there are moderators, an account is suspended and erased by their decision, and not by a command."""

from typing import Final

from chappe.desks import staff
from chappe.rpc import Role
from chappe.updates import Context

BY_DECISION: Final = (
    "There are moderators here: this is decided in a case, with a letter and a way to appeal. Open one with"
    " `chappe cases open`, or on the page of the account."
)


async def needs_decision(context: Context) -> str:
    """See `accounts.hooks.needs_decision`: whoever could decide has the role, and has made a passkey."""
    for member in await staff.every_member(context.look(staff.STAFF_BOX)):
        if Role.MODERATOR.value in member.roles and await staff.keys_of(
            context.look(staff.STAFF_BOX), member.number
        ):
            return BY_DECISION
    return ""
