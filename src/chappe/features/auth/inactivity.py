"""Inactivity jobs: unused sessions end, and unused accounts are deleted."""

from typing import Final

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.features.ledger import ErasedBy
from chappe.rpc import CLIENTS
from chappe.updates import Change, Context, Job

from .account_deletion import delete_account
from .records import InactivityCheck, Session, SessionTtl
from .sessions import SESSION_TTL_DAYS, end_session

DAY_S: Final = 86_400


async def end_inactive(context: Context, owner: Owner) -> None:
    """End one person's sessions that were not used for as long as they said; then the account itself."""
    look, now = context.look(owner), int(context.clock.now())
    record = await look.get(accounts.User)
    if record is None or record.deleted or record.bot:
        return
    ttl = await look.get(SessionTtl)
    oldest = now - (ttl.days if ttl else SESSION_TTL_DAYS) * DAY_S
    used = record.created
    for session in await look.scan(Session):
        if context.own(CLIENTS).of_key(session.key_id):
            used = now  # connected all the time
            continue
        used = max(used, session.active)
        if session.active < oldest:
            await end_session(context, owner.id, session.key_id)
    seen = await look.get(accounts.LastSeen)
    used = max(used, seen.until if seen else 0)
    if used + record.ttl_days * DAY_S <= now:
        await delete_account(context, owner.id, ErasedBy.INACTIVITY)


class CheckInactivity(Job, frozen=True):
    """Once a day for each person: what they have not used for too long ends."""

    name = "auth.look_at_use"

    user: int

    async def run(self, context: Context) -> None:
        """See `Job`."""
        owner = Owner(Kind.USER, self.user)
        now = int(context.clock.now())
        async with context.change(owner) as change:
            looking = await change.get(InactivityCheck)
            record = await change.get(accounts.User)
            if looking is None or looking.due > now or record is None or record.deleted:
                return  # done already, or nobody is there
            schedule_inactivity_check(change, self.user)
        await end_inactive(context, owner)


def schedule_inactivity_check(change: Change, user: int) -> None:
    """See to it that somebody's use is looked at within a day."""
    change.put(InactivityCheck(due=change.now + DAY_S))
    change.schedule(change.now + DAY_S, CheckInactivity(user=user))
