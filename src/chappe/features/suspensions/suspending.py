"""A suspension begins and ends: what changes in the account's box, and how its person is told."""

from datetime import UTC, datetime
from typing import Final, NamedTuple

from chappe.core import HOUSE, Kind, Owner, random_number
from chappe.features import accounts, auth, ledger
from chappe.rpc import CLIENTS, Frozen
from chappe.tl import api
from chappe.updates import Change, Context, Event, Job, Viewer

from .listing import ListSuspended, SuspendedAccount
from .rules import WORDS, Ground

SUBJECT: Final = "suspension"  # of its cases in the ledger
LIFTED, EXPIRED, BEGUN, CHANGED = "lifted", "expired", "begun", "changed"


class SuspensionChanged(Event, frozen=True):
    """The account is suspended, or not any more: apps read their configuration again."""

    name = "suspension.changed"

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateConfig:
        """See `Event`. The configuration is help.getAppConfig, whose freeze_… fields say the rest."""
        return api.UpdateConfig()


class EndSuspension(Job, frozen=True):
    """A suspension is over."""

    name = "suspension.end"

    user: int
    number: int

    async def run(self, context: Context) -> None:
        """See `Job`. One that was changed meanwhile ends at its own time."""
        await end_suspension(context, self.user, EXPIRED, self.number)
        if await context.look(Owner(Kind.USER, self.user)).get(accounts.Suspension) is None:
            async with context.change(
                HOUSE
            ) as change:  # the account may be gone, and its box with it
                change.drop(SuspendedAccount, self.user)


class TellSuspension(Job, frozen=True):
    """Tell somebody that they are suspended, or not any more: in the service's chat, and by mail."""

    name = "suspension.tell"

    user: int
    number: int  # 0: it is over

    async def run(self, context: Context) -> None:
        """See `Job`."""
        if self.number:
            found = await context.look(Owner(Kind.USER, self.user)).get(accounts.Suspension)
            if found is None or found.number != self.number:
                return
            text = told(found, context.config.contact)
        else:
            text = "Your account is not suspended any more: everything works again."
        await auth.tell_account(context, self.user, "Your account", text)


def told(suspension: accounts.Suspension, contact: str) -> str:
    """Return what a suspended person is told: why, until when, what works, and whom to answer."""
    until = f"{datetime.fromtimestamp(suspension.until, UTC):%Y-%m-%d %H:%M} UTC"
    lines = [
        f"Your account is suspended until {until}.",
        f"Reason: {WORDS[Ground(suspension.ground)]}.",
    ]
    if suspension.note:
        lines.append(suspension.note)
    lines.append(
        "You can read and save all that is yours. You cannot write to others, or change what they see of "
        "you. Nothing is deleted, and at that time the account works again by itself, whatever your app "
        "says of it."
    )
    lines.append(
        f"If you think that this is wrong, write to {contact}."
        if contact
        else "If you think that this is wrong, ask whoever runs this server."
    )
    return "\n\n".join(lines)


class SuspensionTerms(NamedTuple):
    """What a suspension is to be."""

    ground: Ground
    until: int  # seconds since 1970
    note: str
    contact: int
    appeal: str = ""  # where an appeal is made; then a letter tells the rest, and nothing else does


async def suspend(
    context: Context, user: int, terms: SuspensionTerms, number: int = 0
) -> accounts.Suspension:
    """Suspend an account, or change how it is suspended; return the suspension.

    Under a number of the caller's own it is suspended once, however often that is asked.
    """
    number = number or random_number(context.entropy)
    async with context.change(Owner(Kind.USER, user)) as change:
        before = await accounts.suspension_of(change, change.now)
        if before is not None and before.number == number:
            return before
        made = accounts.Suspension(
            number=number,
            since=before.since if before else change.now,
            until=terms.until,
            ground=terms.ground.value,
            note=terms.note,
            contact=terms.contact,
            appeal=terms.appeal,
        )
        change.put(made)
        if before:
            ledger.note_in_ledger(change, SUBJECT, before.number, CHANGED)
        facts: dict[str, str | int] = {"ground": made.ground, "until": made.until}
        ledger.note_in_ledger(change, SUBJECT, number, BEGUN, **facts)
        change.send_command(HOUSE, ListSuspended(user=user, listed=True))
        change.announce_without_pts(SuspensionChanged())
        if not terms.appeal:
            change.schedule(change.now, TellSuspension(user=user, number=number))
        change.schedule(made.until, EndSuspension(user=user, number=number))
    context.own(CLIENTS).freeze(user, Frozen(made.contact))
    return made


async def end_suspension(context: Context, user: int, step: str, number: int | None = None) -> bool:
    """End the suspension of an account, or only that of this number; False if there is none."""
    async with context.change(Owner(Kind.USER, user)) as change:
        found = await change.get(accounts.Suspension)
        if found is None or number not in (None, found.number):
            return False
        _drop(change, found, step)
    context.own(CLIENTS).freeze(user, None)
    return True


def _drop(change: Change, found: accounts.Suspension, step: str) -> None:
    change.drop(accounts.Suspension)
    ledger.note_in_ledger(change, SUBJECT, found.number, step)
    change.send_command(HOUSE, ListSuspended(user=change.owner.id, listed=False))
    change.announce_without_pts(SuspensionChanged())
    change.schedule(change.now, TellSuspension(user=change.owner.id, number=0))
