"""Exports as the account's devices see them: listed, refused, confirmed, and gone with their session."""

import hmac

import msgspec

from chappe import tl
from chappe.core import Kind, Owner
from chappe.features import auth, code_entries, reentry
from chappe.rpc import Call, Client
from chappe.tl import errors
from chappe.updates import Context, View

from .records import Takeout
from .rules import TakeoutStage, covers, takeout_stage
from .telling import REFUSED, TakeoutChanged, device_of, takeout_hash, tell


async def is_takeout(context: Context, client: Client, number: int, query: tl.TlRequest) -> bool:
    """Whether a device's export of this number runs now, and a call is of what it was begun for."""
    if client.user is None:
        return False
    look = context.look(Owner(Kind.USER, client.user))
    found = await takeout_of(look, client.key_id)
    if found is None or found.number != number:
        return False
    running = takeout_stage(found, int(context.clock.now())) is TakeoutStage.RUNNING
    return running and covers(found, query)


async def runs(context: Context, user: int, number: int) -> bool:
    """Whether an export of this number runs now on any of somebody's devices."""
    look, now = context.look(Owner(Kind.USER, user)), int(context.clock.now())
    for kept in await look.scan(Takeout):
        found = await takeout_of(look, kept.key_id)
        if found is not None and takeout_stage(found, now) is TakeoutStage.RUNNING:
            same = hmac.compare_digest(_said(found.number), _said(number))
            if same:
                return True
    return False


def _said(number: int) -> bytes:
    return str(number).encode("ascii")


async def takeout_of(look: View, key_id: int) -> Takeout | None:
    """Return the export of a session, as long as that session goes on."""
    found = await look.get(Takeout, key_id)
    if found is None or found.session != await auth.session_since(look, key_id):
        return None
    return found


async def pending_entries(context: Context, user: int) -> list[auth.PendingEntry]:
    """Return who wants to come in, or to export the account; see `auth.hooks.pending_entries`."""
    entry = await reentry.pending_reentry(context, user)
    found = [] if entry is None else [entry]
    found += await code_entries.pending_code_entries(context, user)
    look, now = context.look(Owner(Kind.USER, user)), int(context.clock.now())
    for kept in await look.scan(Takeout):
        one = await takeout_of(look, kept.key_id)
        if one is not None and takeout_stage(one, now) in (TakeoutStage.WAITING, TakeoutStage.OPEN):
            hash_ = takeout_hash(context, user, one.number)
            found.append(auth.PendingEntry(hash_, one.asked, device_of(one), one.confirmed))
    return found


async def _named(call: Call, hash_: int | None) -> list[Takeout]:
    """Return the exports that a hash names, or every one."""
    return [
        one
        for one in await call.look().scan(Takeout)
        if hash_ in (None, takeout_hash(call.context, call.user, one.number))
    ]


async def refuse_entry(call: Call, hash_: int | None) -> bool:
    """Refuse who wants to come in, or to export; see `auth.hooks.refuse_entry`. Whoever is logged in may."""
    refused = await reentry.refuse_reentry(call, hash_)
    refused = await code_entries.refuse_code_entry(call, hash_) or refused
    for wanted in await _named(call, hash_):
        async with call.change() as change:
            found = await change.get(Takeout, wanted.key_id)
            if found is not None and found.number == wanted.number:
                change.drop(Takeout, found.key_id)
                tell(change, found, REFUSED)
                refused = True
    return refused


async def confirm_entry(call: Call, hash_: int) -> bool:
    """Confirm who wants to come in, or to export; see `auth.hooks.confirm_entry`.

    Raises:
        errors.FreshResetAuthorisationForbidden: it is the very device that asked, or one that may not act
            against others.
    """
    if await reentry.confirm_reentry(call, hash_):
        return True
    if await code_entries.confirm_code_entry(call, hash_):
        return True
    for wanted in await _named(call, hash_):
        if wanted.key_id == call.client.key_id:
            raise errors.FreshResetAuthorisationForbidden  # it cannot vouch for itself
        await auth.require_seasoned(call, errors.FreshResetAuthorisationForbidden)
        async with call.change() as change:
            found = await change.get(Takeout, wanted.key_id)
            if found is None or found.number != wanted.number:
                continue
            if not found.confirmed and takeout_stage(found, change.now) is TakeoutStage.WAITING:
                found = msgspec.structs.replace(found, confirmed=True)
                change.put(found)
                change.announce_without_pts(
                    TakeoutChanged(key_id=found.key_id, number=found.number)
                )
        return True
    return False
