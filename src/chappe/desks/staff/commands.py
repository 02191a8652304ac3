"""Operator commands about staff, and the one that reads the audit log."""

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from chappe.core import clean_name, random_number
from chappe.features import auth
from chappe.rpc import Giver, Role, operator_command
from chappe.updates import Change, Context

from .audit import entries_before
from .links import OPEN_DESK, make_link, url_of
from .members import (
    STAFF_MAX,
    STAFF_NAME_CHARACTERS_MAX,
    every_member,
    find_member,
    forget_removed,
    keys_of,
    known_member,
    note_step,
    remove_member,
    require_another_admin,
    require_staff_admin,
    roles_of,
)
from .records import STAFF_BOX, StaffLink, StaffMember
from .rights import NAMED_CHARACTERS_MAX, STAFF_ROLES, roles_in

Staff = Annotated[int | str, Meta(description="A name, a number or an alias of the staff's list.")]
Roles = Annotated[
    str,
    Meta(
        max_length=NAMED_CHARACTERS_MAX,
        description=f"What they may, with commas: {', '.join(role.value for role in STAFF_ROLES)}.",
    ),
]


@operator_command(
    "staff",
    "List who works at the operator's page, and as what.",
    audited=False,
    empty="Nobody works here yet: `chappe staff add NAME --role administrator --role staff-admin`.",
)
async def staff(context: Context) -> list[dict[str, Any]]:
    """Return who is of the staff: their roles, what logs call them, and whether they have a passkey."""
    look, found = context.look(STAFF_BOX), []
    open_links = {link.staff: link.until for link in await look.scan(StaffLink)}
    for one in await every_member(look):
        keys = await keys_of(look, one.number)
        until = open_links.get(one.number, 0)
        found.append(
            {
                "number": one.number,
                "name": one.name,
                "roles": ", ".join(one.roles),
                "alias": one.alias,
                "passkeys": len(keys),
                "last_login": max((key.used for key in keys), default=0) or "",
                "since": one.added,
                "link": "open" if until > context.clock.now() else "",
            }
        )
    return found


@operator_command(
    "staff-add", "Add somebody to the staff: print a link by which they make a passkey."
)
async def staff_add(
    context: Context,
    *,
    name: Annotated[str, Meta(description="What they are called here.")],
    roles: Roles,
    by: Giver,
) -> dict[str, Any]:
    """Add somebody, and return the link by which they make their passkey."""
    clean, wanted = clean_name(name, STAFF_NAME_CHARACTERS_MAX), roles_in(roles)
    if not clean or clean.isdigit():
        raise ValueError("What is their name? Give one with letters.")
    await context.own(OPEN_DESK)()
    case = random_number(context.entropy)
    async with context.change(STAFF_BOX) as change:
        admin = await require_staff_admin(change, by)
        await forget_removed(change)
        if len(await change.scan(StaffMember)) >= STAFF_MAX:
            raise ValueError(f"There are {STAFF_MAX} people on the staff, and no more may be.")
        if await find_member(change, clean) is not None:
            raise ValueError(f"{clean} is on the staff already: give another name.")
        member = StaffMember(
            number=change.next("staff"),
            name=clean,
            roles=tuple(role.value for role in wanted),
            case=case,
            added=change.now,
            invited_by=by.staff,
        )
        change.put(member)
        note_step(change, member, "added", admin, roles=",".join(member.roles))
        token, until = await make_link(change, context, member, admin)
    return _with_link(context, member, token, until)


@operator_command(
    "staff-link",
    "Make a link by which somebody of the staff, who lost theirs, makes a new passkey.",
)
async def staff_link(context: Context, *, staff: Staff, by: Giver) -> dict[str, Any]:
    """Return a new link for somebody. Once it is used, the passkeys they had are void."""
    await context.own(OPEN_DESK)()
    async with context.change(STAFF_BOX) as change:
        admin = await require_staff_admin(change, by)
        member = await known_member(change, staff)
        if admin is not None and await keys_of(change, member.number):
            raise ValueError(
                f"{member.name} has a passkey: whoever lost theirs gets a link on the machine itself, by "
                "`chappe staff link`."
            )
        if admin is not None:
            change.put(msgspec.structs.replace(member, invited_by=admin.number))
        token, until = await make_link(change, context, member, admin)
    return _with_link(context, member, token, until)


def _with_link(context: Context, member: StaffMember, token: str, until: int) -> dict[str, Any]:
    return {
        "number": member.number,
        "name": member.name,
        "roles": ", ".join(member.roles),
        "alias": member.alias,
        "link": url_of(context, token),
        "expires": until,
    }


async def _refuse_lock_out(change: Change, member: StaffMember, admin: StaffMember | None) -> None:
    """Refuse that a page leaves nobody who could add staff; the machine may do so, and mend it."""
    if admin is not None and Role.STAFF_ADMIN in roles_of(member):
        await require_another_admin(change, member)


@operator_command("staff-remove", "Remove somebody from the staff: their sessions end at once.")
async def staff_remove(context: Context, *, staff: Staff, by: Giver) -> dict[str, Any]:
    """Remove somebody; what they did stays in the audit log."""
    async with context.change(STAFF_BOX) as change:
        admin = await require_staff_admin(change, by)
        member = await known_member(change, staff)
        await _refuse_lock_out(change, member, admin)
        await remove_member(change, member, admin)
    return {"name": member.name, "removed": True}


@operator_command("staff-role", "Say what somebody of the staff may from now on.")
async def staff_role(context: Context, *, staff: Staff, roles: Roles, by: Giver) -> dict[str, Any]:
    """Give somebody these roles, and no others any more. On the page nobody does so for themselves."""
    wanted = roles_in(roles)
    async with context.change(STAFF_BOX) as change:
        admin = await require_staff_admin(change, by)
        member = await known_member(change, staff)
        if admin is not None and admin.number == member.number:
            raise ValueError(
                "Nobody gives themselves a role: ask another staff admin, or do it on the machine itself."
            )
        if Role.STAFF_ADMIN not in wanted:
            await _refuse_lock_out(change, member, admin)
        member = msgspec.structs.replace(member, roles=tuple(role.value for role in wanted))
        change.put(member)
        note_step(change, member, "role", admin, roles=",".join(member.roles))
    return {"name": member.name, "roles": ", ".join(member.roles)}


@operator_command(
    "staff-account",
    "Say which account somebody of the staff has here: told of urgent cases, and no judge of its own.",
)
async def staff_account(
    context: Context,
    *,
    staff: Staff,
    user: Annotated[int | str, Meta(description="An account's id or @username; empty: none.")] = "",
    by: Giver,
) -> dict[str, Any]:
    """Bind an account to somebody of the staff, or none."""
    account = await auth.known_account(context, user) if user != "" else 0
    async with context.change(STAFF_BOX) as change:
        await require_staff_admin(change, by)
        member = await known_member(change, staff)
        change.put(msgspec.structs.replace(member, account=account))
    return {"name": member.name, "account": account}


@operator_command(
    "audit",
    "List what staff and the operator did in the last year, the newest first; by aliases, without content.",
    audited=False,
    empty="Nothing was done yet.",
)
async def audit(
    context: Context,
    *,
    user: Annotated[int | str, Meta(description="Only what was about this account.")] = "",
    before: Annotated[int, Meta(ge=0, description="Go on behind this number.")] = 0,
) -> list[dict[str, Any]]:
    """Return a page of the audit log: what somebody may be shown who asks what was done about them."""
    person = None if user == "" else await auth.named_account(context, str(user))
    look = context.look(STAFF_BOX)
    known = {one.number: one.alias for one in await look.scan(StaffMember)}
    known[0] = "machine"
    return [
        {
            "number": one.position,
            "at": one.at,
            "by": known.get(one.by, "somebody who is gone"),
            "command": one.command,
            "user": one.user or "",
            "staff": known.get(one.staff, "") if one.staff else "",
            "case": one.case or "",
            "order": one.order or "",
            "reason": one.reason,
            "outcome": one.outcome or "begun",
        }
        for one in await entries_before(look, before, person)
    ]


COMMANDS: Final = (
    staff,
    staff_account,
    staff_add,
    staff_link,
    staff_remove,
    staff_role,
    audit,
)
