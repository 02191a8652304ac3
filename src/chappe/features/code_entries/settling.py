"""Entries as the account's devices see them: listed, confirmed, refused."""

import msgspec

from chappe.core import Kind, Owner
from chappe.features import auth
from chappe.rpc import Call
from chappe.tl import errors
from chappe.updates import Context

from .records import CodeEntry
from .rules import CodeEntryStage, code_entry_stage
from .telling import CONFIRMED, REFUSED, code_entry_device, code_entry_hash, note_code_entry

_PENDING = (CodeEntryStage.WAITING, CodeEntryStage.OPEN)


async def pending_code_entries(context: Context, user: int) -> list[auth.PendingEntry]:
    """Return who gave a right code and was not let in; see `auth.hooks.pending_entries`."""
    now = int(context.clock.now())
    return [
        auth.PendingEntry(
            code_entry_hash(context, user, one.number),
            one.asked,
            code_entry_device(one),
            one.confirmed,
        )
        for one in await context.look(Owner(Kind.USER, user)).scan(CodeEntry)
        if code_entry_stage(one, now) in _PENDING
    ]


async def _settle(call: Call, hash_: int | None, step: str) -> bool:
    """Confirm or refuse the entry that a hash names, or each; return whether it names one."""
    named = [
        one
        for one in await call.look().scan(CodeEntry)
        if hash_ in (None, code_entry_hash(call.context, call.user, one.number))
    ]
    for wanted in named:
        async with call.change() as change:
            entry = await change.get(CodeEntry, wanted.key_id)
            if entry is None or entry.number != wanted.number:
                continue
            if code_entry_stage(entry, change.now) not in _PENDING:
                continue
            if step == CONFIRMED and entry.confirmed:
                continue
            changed = {"confirmed": step == CONFIRMED, "refused": step == REFUSED}
            entry = msgspec.structs.replace(entry, **changed)
            change.put(entry)
            note_code_entry(change, entry, step)
    return bool(named)


async def refuse_code_entry(call: Call, hash_: int | None) -> bool:
    """Refuse who gave a right code; see `auth.hooks.refuse_entry`. Whoever is logged in may."""
    return await _settle(call, hash_, REFUSED)


async def confirm_code_entry(call: Call, hash_: int) -> bool:
    """Confirm who gave a right code; see `auth.hooks.confirm_entry`.

    Raises:
        errors.FreshResetAuthorisationForbidden: a session may not that may not act against others.
    """
    named = {
        code_entry_hash(call.context, call.user, one.number)
        for one in await call.look().scan(CodeEntry)
    }
    if hash_ not in named:
        return False
    await auth.require_seasoned(call, errors.FreshResetAuthorisationForbidden)
    return await _settle(call, hash_, CONFIRMED)
