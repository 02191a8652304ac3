"""A case that cannot wait: whoever is there for it is told at once, in their own account."""

from typing import Final

from chappe.desks import staff
from chappe.features import auth
from chappe.rpc import Role
from chappe.updates import Context, Job

from .lanes import CLOCK_S, HOUR_S, TITLES, Lane
from .records import MODERATION_BOX, WAITING_STATES, Case

SUBJECT: Final = "A case waits"  # of mails


class TellOnDuty(Job, frozen=True):
    """Tell staff that a case waits whose clock is short. Says nothing of what was reported, or about whom."""

    name = "moderation.tell_on_duty"

    case: int
    lane: str

    async def run(self, context: Context) -> None:
        """See `Job`. Who was told before the server ended is told again rather than not at all."""
        case = await context.look(MODERATION_BOX).get(Case, self.case)
        if case is None or case.state not in WAITING_STATES:
            return
        lane = Lane(self.lane)
        role = Role.CHILD_SAFETY if case.child_safety else Role.MODERATOR
        text = alarm(lane, self.case, context.config.desk_address)
        for account in await staff.accounts_with(context, role):
            if account != case.subject:
                await auth.tell_account(context, account, SUBJECT, text)
        address = context.config.moderation_mail.removeprefix("mailto:")
        if address:
            await context.ports.codes.tell_mail(address, SUBJECT, text)


def alarm(lane: Lane, case: int, address: str) -> str:
    """Return what whoever is on duty is told."""
    hours = CLOCK_S[lane] // HOUR_S
    within = "an hour" if hours == 1 else f"{hours} hours"
    return (
        f"Case {case} waits at the moderators' desk, in the lane “{TITLES[lane]}”: it is to be decided within"
        f" {within}.\n\n{address}/cases/{case}"
    )
