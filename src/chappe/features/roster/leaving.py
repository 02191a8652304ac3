"""Somebody leaves the organisation: what they own passes on, they are logged out, and later erased.

Until then they can log in, read and save what is theirs, and act towards nobody: they are suspended.
"""

from typing import Final

from chappe.core import Kind, Owner
from chappe.features import accounts, auth, groups, joining, suspensions
from chappe.features.ledger import ErasedBy
from chappe.rpc import Call
from chappe.tl import errors
from chappe.updates import Context, Job

from .entries import entry_of, keep_entry
from .records import RosterEntry

DAY_S: Final = 86_400
NOTE: Final = "Save what is yours: the account will be erased."


async def heirs_of(context: Context, user: int, successor: int) -> dict[Owner, int]:
    """Return who takes over each group and channel somebody owns: the successor, an admin, or the operator.

    Raises:
        ValueError: there is nobody for one of them.
    """
    heirs = {}
    for place in await groups.owned_by(context, user):
        heir = successor or await groups.another_admin(context, place)
        heir = heir or await suspensions.contact_account(context)
        if not heir or heir == user:
            raise ValueError("nobody takes over what they own: say `--successor`")
        heirs[place.owner] = heir
    return heirs


async def leave_organisation(
    context: Context, entry: RosterEntry, days_kept: int, successor: int
) -> None:
    """Have somebody leave. Doing it again goes on where it was interrupted.

    Raises:
        ValueError: what they own could not be passed on; then they have not left.
    """
    user = entry.user
    heirs = await heirs_of(context, user, successor)
    for place in await groups.owned_by(context, user):
        try:
            await groups.bequeath(Call.by(context, user), place, heirs[place.owner])
        except (errors.RpcError, KeyError):
            raise ValueError(
                "what they own could not be passed on: a group is full, or changed"
            ) from None
    ways = {place.name: place.way for place in await joining.known_places(context)}
    for name in entry.groups:
        if name in ways:
            await joining.leave_place(context, user, ways[name])
    await auth.note_end(context, user)
    await auth.end_sessions(context, user)
    if not days_kept:
        await auth.delete_account(context, user, ErasedBy.OPERATOR)
        await keep_entry(context, entry, left=True, groups=(), erase_at=0)
        return
    now = int(context.clock.now())
    erase_at = now + days_kept * DAY_S
    ground, contact = suspensions.Ground.LEFT, await suspensions.contact_account(context)
    # a day longer, so that nobody is told that it is over
    bounds = suspensions.SuspensionTerms(ground, erase_at + DAY_S, NOTE, contact)
    await suspensions.suspend(context, user, bounds)
    async with context.change(Owner(Kind.USER, user)) as change:
        change.schedule(erase_at, EraseLeaver(external=entry.external, user=user))
    await keep_entry(context, entry, left=True, groups=(), erase_at=erase_at)


async def take_back(context: Context, entry: RosterEntry) -> RosterEntry:
    """Take somebody back who had left and whose account is there; return their entry."""
    await suspensions.end_suspension(context, entry.user, suspensions.LIFTED)
    return await keep_entry(context, entry, left=False, erase_at=0)


class EraseLeaver(Job, frozen=True):
    """The account of somebody who has left has been kept long enough."""

    name = "roster.erase"

    external: str
    user: int

    async def run(self, context: Context) -> None:
        """See `Job`. Who came back meanwhile stays."""
        entry = await entry_of(context, self.external)
        now = int(context.clock.now())
        if entry is None or entry.user != self.user or not entry.left:
            return
        if not entry.erase_at or entry.erase_at > now:
            return
        record = await context.look(Owner(Kind.USER, self.user)).get(accounts.User)
        if record is not None and not record.deleted:
            await auth.delete_account(context, self.user, ErasedBy.OPERATOR)
        await keep_entry(context, entry, erase_at=0)
