"""Members of the staff: found, changed, removed; and the rule that somebody must be left who adds others."""

from typing import Any, Final

import msgspec

from chappe.features import ledger
from chappe.rpc import Giver, Role
from chappe.updates import Change, Context, View

from .records import STAFF_BOX, StaffKey, StaffLink, StaffMember, StaffSession

SUBJECT: Final = "staff"  # of its cases in the ledger
STAFF_MAX: Final = 500  # people of the staff, with those who were removed in the last year
STAFF_NAME_CHARACTERS_MAX: Final = 64  # characters of somebody's name
REMOVED_KEPT_S: Final = 366 * 86_400  # seconds it is remembered who somebody was that is gone
NOT_ANY_MORE: Final = (
    "You are not of the staff any more, or may not do that any more: log in again."
)
LAST_ADMIN: Final = (
    "Nobody else could add staff then: give somebody else the role `staff-admin` first, or do it on the "
    "machine itself with `chappe staff`."
)


def roles_of(member: StaffMember) -> frozenset[Role]:
    """Return somebody's roles. One that this version does not know gives them nothing."""
    known = {role.value: role for role in Role if role is not Role.OPERATOR}
    return frozenset(known[name] for name in member.roles if name in known)


def giver_of(member: StaffMember) -> Giver:
    """Return somebody as who gives commands."""
    return Giver(roles_of(member), member.number)


async def every_member(look: View) -> list[StaffMember]:
    """Return everybody who is here."""
    return [one for one in await look.scan(StaffMember) if not one.removed]


async def find_member(look: View, given: Any) -> StaffMember | None:
    """Return who is meant by a number, a name or an alias; None if nobody is."""
    if not isinstance(given, int | str) or isinstance(given, bool):
        return None
    named = str(given).casefold().strip()
    for one in await every_member(look):
        if named in (str(one.number), one.name.casefold(), one.alias):
            return one
    return None


async def known_member(look: View, given: int | str) -> StaffMember:
    """Return the member of the staff whom a command is about.

    Raises:
        ValueError: there is none.
    """
    found = await find_member(look, given)
    if found is None:
        raise ValueError(f"Nobody of the staff is {str(given)[:64]}: see `chappe staff list`.")
    return found


async def require_staff_admin(change: Change, by: Giver) -> StaffMember | None:
    """Check, as the change sees it, that who gives a command may still do so; None is the machine.

    Raises:
        ValueError: they were removed, or lost the role, a moment ago.
    """
    if by.is_machine:
        return None
    member = await change.get(StaffMember, by.staff)
    if member is None or member.removed or Role.STAFF_ADMIN not in roles_of(member):
        raise ValueError(NOT_ANY_MORE)
    return member


async def require_another_admin(change: Change, but: StaffMember) -> None:
    """Check that somebody else could log in and add staff.

    Raises:
        ValueError: nobody could.
    """
    with_keys = {key.staff for key in await change.scan(StaffKey)}
    for one in await every_member(change):
        is_admin = Role.STAFF_ADMIN in roles_of(one) and one.number in with_keys
        if is_admin and one.number != but.number:
            return
    raise ValueError(LAST_ADMIN)


async def forget_removed(change: Change) -> None:
    """Drop whoever was removed so long ago that no log names them any more."""
    for one in await change.scan(StaffMember):
        if one.removed and one.removed + REMOVED_KEPT_S <= change.now:
            change.drop(StaffMember, one.number)


async def drop_links(change: Change, staff: int) -> None:
    """Void somebody's links, and those that are over."""
    for link in await change.scan(StaffLink):
        if link.staff == staff or link.until <= change.now:
            change.drop(StaffLink, link.hashed)


async def drop_access(change: Change, staff: int) -> None:
    """Take from somebody their passkeys, sessions and links."""
    for key in await keys_of(change, staff):
        change.drop(StaffKey, key.blind)
    for session in await change.scan(StaffSession):
        if session.staff == staff:
            change.drop(StaffSession, session.hashed)
    await drop_links(change, staff)


async def keys_of(look: View, staff: int) -> list[StaffKey]:
    """Return somebody's passkeys, the oldest first."""
    found = [key for key in await look.scan(StaffKey) if key.staff == staff]
    return sorted(found, key=lambda key: (key.made, key.blind))


async def remove_member(change: Change, member: StaffMember, by: StaffMember | None) -> None:
    """Remove somebody: from this commit on nothing of theirs is taken."""
    await drop_access(change, member.number)
    change.put(msgspec.structs.replace(member, roles=(), removed=change.now))
    note_step(change, member, "removed", by)


def note_step(
    change: Change, member: StaffMember, step: str, by: StaffMember | None, **facts: str | int
) -> None:
    """Note in the ledger what became of somebody of the staff: by aliases, for everybody to read later."""
    who = by.alias if by is not None else "machine"
    ledger.note_in_ledger(change, SUBJECT, member.case, step, who=member.alias, by=who, **facts)


async def account_of(context: Context, giver: Giver) -> int:
    """Return the account that somebody of the staff has here; 0: none, or none that was said."""
    member = None if giver.is_machine else await _by_number(context, giver.staff)
    return member.account if member is not None else 0


async def accounts_with(context: Context, role: Role) -> list[int]:
    """Return the accounts of those of the staff who have a role."""
    members = await every_member(context.look(STAFF_BOX))
    return [one.account for one in members if one.account and role in roles_of(one)]


async def staff_name(context: Context, number: int) -> str:
    """Return what colleagues call somebody, though they be gone."""
    member = await _by_number(context, number)
    return member.name if member is not None else "somebody who is gone"


async def hash_of_staff(context: Context, number: int) -> str:
    """Return what stands for somebody in the public log; empty for the machine itself."""
    member = await _by_number(context, number) if number else None
    return ledger.case_hash(member.case) if member is not None else ""


async def _by_number(context: Context, number: int) -> StaffMember | None:
    return await context.look(STAFF_BOX).get(StaffMember, number)
