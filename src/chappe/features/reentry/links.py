"""Re-entry links: made, found by their token, opened, settled by the account's devices, and over."""

from hmac import compare_digest
from typing import Final, NamedTuple

import msgspec

from chappe.core import Kind, Owner, random_number
from chappe.features import accounts, auth
from chappe.rpc import Call
from chappe.tl import errors
from chappe.updates import Change, Command, Context, Job

from .records import Reentry
from .rules import BEGIN_WITHIN_S, ReentryAct, Stage, over_at, stage_of
from .steps import DEVICE, hash_of, note_step

REENTRY_DOMAIN: Final = "reentry"  # of blind indexes: never reused
TOKEN_BYTES: Final = 24


class Found(NamedTuple):
    """A link that was found by its token."""

    owner: Owner
    entry: Reentry


async def make_reentry(
    context: Context, user: int, *, begin_within_s: int = BEGIN_WITHIN_S, told: bool = True
) -> tuple[str, Reentry] | None:
    """Return the token of a new link into somebody's account; None if there is a link already.

    It has to be opened within so many seconds. That it was made is `told` to the account's devices.
    """
    owner, token = Owner(Kind.USER, user), context.entropy.token(TOKEN_BYTES).hex()
    blind = accounts.name_location(context, REENTRY_DOMAIN, token)[1]
    if not await accounts.claim(context, REENTRY_DOMAIN, token, owner, None):
        raise RuntimeError("a token was made twice")
    number = random_number(context.entropy)
    async with context.change(owner) as change:
        before = await change.get(Reentry)
        free = before is None or stage_of(before, change.now) is Stage.OVER
        begin_by = change.now + begin_within_s
        entry = Reentry(number=number, blind=blind, made=change.now, begin_by=begin_by)
        if free:
            change.put(entry)
            note_step(change, entry, ReentryAct.MADE, told=told)
            change.schedule(begin_by, CloseReentry(user=user, number=number, blind=blind))
    if not free:
        await accounts.release_blind(context, blind, owner)
        return None
    return token, entry


async def find_reentry(context: Context, token: str) -> Found | None:
    """Return the link that a token is of, be it over or not."""
    if not token.isascii():
        return None
    owner = await accounts.find_owner(context, REENTRY_DOMAIN, token)
    if owner is None:
        return None
    entry = await context.look(owner).get(Reentry)
    blind = accounts.name_location(context, REENTRY_DOMAIN, token)[1]
    if entry is None or not compare_digest(entry.blind, blind):
        return None
    return Found(owner, entry)


async def end_reentry(change: Change, act: ReentryAct, number: int | None = None) -> bool:
    """End the link into the account of this box, or only that of this number; False if there is none."""
    entry = await change.get(Reentry)
    if entry is None or number not in (None, entry.number):
        return False
    change.drop(Reentry)
    note_step(change, entry, act)
    return True


class OpenReentry(Command, frozen=True):
    """Begin the wait of a link: sent by whoever shows it, to the account."""

    name = "reentry.open"

    number: int
    wait_s: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`. Who opens it once more changes nothing."""
        entry = await change.get(Reentry)
        if entry is None or entry.number != self.number:
            return
        if stage_of(entry, change.now) is not Stage.MADE:
            return
        entry = msgspec.structs.replace(entry, opened=change.now, wait_s=self.wait_s)
        change.put(entry)
        note_step(change, entry, ReentryAct.OPENED)


class CancelReentry(Command, frozen=True):
    """Withdraw a link: sent by whoever has it, to the account."""

    name = "reentry.cancel"

    number: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        await end_reentry(change, ReentryAct.CANCELLED, self.number)


class CloseReentry(Job, frozen=True):
    """End a link that is over, and forget its token, whatever became of it."""

    name = "reentry.close"

    user: int
    number: int
    blind: str

    async def run(self, context: Context) -> None:
        """See `Job`."""
        owner = Owner(Kind.USER, self.user)
        async with context.change(owner) as change:
            entry = await change.get(Reentry)
            if entry is not None and entry.number == self.number:
                if stage_of(entry, change.now) is not Stage.OVER:
                    change.schedule(over_at(entry), self)
                    return
                await end_reentry(change, ReentryAct.EXPIRED)
        await accounts.release_blind(context, self.blind, owner)


async def forget_reentry(context: Context, user: int) -> None:
    """Let nobody be found by a link any more: the account is being deleted."""
    owner = Owner(Kind.USER, user)
    entry = await context.look(owner).get(Reentry)
    if entry is not None:
        await accounts.release_blind(context, entry.blind, owner)


# -- what the account's devices do ------------------------------------------------------------------


async def pending_reentry(context: Context, user: int) -> auth.PendingEntry | None:
    """Return the link into an account as its devices list it; see `auth.hooks.pending_entries`."""
    entry = await context.look(Owner(Kind.USER, user)).get(Reentry)
    if entry is None or stage_of(entry, int(context.clock.now())) is Stage.OVER:
        return None
    confirmed = entry.confirmed
    return auth.PendingEntry(hash_of(context, user, entry.number), entry.made, DEVICE, confirmed)


async def refuse_reentry(call: Call, hash_: int | None) -> bool:
    """Refuse the link into the caller's account; see `auth.hooks.refuse_entry`. Whoever is logged in may."""
    pending = await call.look().get(Reentry)
    if pending is None or hash_ not in (None, hash_of(call.context, call.user, pending.number)):
        return False
    async with call.change() as change:
        return await end_reentry(change, ReentryAct.REFUSED, pending.number)


async def confirm_reentry(call: Call, hash_: int) -> bool:
    """Confirm the link into the caller's account; see `auth.hooks.confirm_entry`.

    Raises:
        errors.FreshResetAuthorisationForbidden: a session may not that may not act against others.
    """
    pending = await call.look().get(Reentry)
    if pending is None or hash_ != hash_of(call.context, call.user, pending.number):
        return False
    await auth.require_seasoned(call, errors.FreshResetAuthorisationForbidden)
    async with call.change() as change:
        entry = await change.get(Reentry)
        if entry is None or entry.number != pending.number:
            return False
        if not entry.confirmed and stage_of(entry, change.now) is not Stage.OVER:
            entry = msgspec.structs.replace(entry, confirmed=True)
            change.put(entry)
            note_step(change, entry, ReentryAct.CONFIRMED)
    return True
