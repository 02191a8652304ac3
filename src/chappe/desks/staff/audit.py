"""The audit log: every act is in it before it is done, for a year, without anything anybody wrote."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from chappe.core.names import clean_line
from chappe.features import auth
from chappe.rpc import Giver
from chappe.updates import Change, Context, View

from .members import NOT_ANY_MORE, find_member, roles_of
from .records import STAFF_BOX, AuditEntry, AuditOf, StaffMember

ENTRIES_KEPT_S: Final = 366 * 86_400  # seconds an entry is kept
ENTRIES_DROPPED_MAX: Final = 20  # old entries dropped with each new one
ENTRIES_SHOWN_MAX: Final = 100  # entries of one page
REASON_CHARACTERS_MAX: Final = 64  # characters of a reason: one of a fixed list, cut if it is not
ACCOUNT_MAX: Final = (1 << 63) - 1  # number of the last account there could be


class AuditLog:
    """See `rpc.AuditTrail`: the log as it is kept in the staff's box."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def begin(self, command: str, giver: Giver, given: Mapping[str, Any]) -> int:
        """See `rpc.AuditTrail`. Of what was given it keeps whom it is about, and the reason from a list.

        Raises:
            ValueError: somebody of the staff gives it who was removed, or lost a role, a moment ago.
        """
        user = await _account(self._context, given.get("user"))
        reason = given.get("reason")
        async with self._context.change(STAFF_BOX) as change:
            about = await find_member(change, given.get("staff"))
            may_still = await _is_still(change, giver)
            number = await note_act(
                change,
                AuditEntry(
                    position=0,
                    at=change.now,
                    by=giver.staff,
                    command=command,
                    user=user,
                    staff=about.number if about is not None else 0,
                    reason=clean_line(reason, REASON_CHARACTERS_MAX)
                    if isinstance(reason, str)
                    else "",
                    outcome="" if may_still else "refused",
                    case=_number(given.get("case")),
                    order=_number(given.get("order")),
                ),
            )
        if not may_still:
            raise ValueError(NOT_ANY_MORE)
        return number

    async def end(self, number: int, outcome: str) -> None:
        """See `rpc.AuditTrail`."""
        async with self._context.change(STAFF_BOX) as change:
            entry = await change.get(AuditEntry, number)
            if entry is not None:
                change.put(msgspec.structs.replace(entry, outcome=outcome))


async def note_act(change: Change, entry: AuditEntry) -> int:
    """Keep an entry in the change that does it, and drop some that are too old; return its number."""
    for old in await change.scan(AuditEntry, limit=ENTRIES_DROPPED_MAX):
        if old.at + ENTRIES_KEPT_S <= change.now:
            change.drop(AuditEntry, old.position)
            if old.user:
                change.drop(AuditOf, old.user, old.position)
    position = change.next("audit")
    change.put(msgspec.structs.replace(entry, position=position))
    if entry.user:
        change.put(AuditOf(user=entry.user, position=position))
    return position


async def entries_before(look: View, before: int, user: int | None) -> list[AuditEntry]:
    """Return entries of the log, or those about an account, the newest first, behind one; 0: from the end."""
    bound = before or None
    if user is None:
        return await look.scan(AuditEntry, before=bound, limit=ENTRIES_SHOWN_MAX, reverse=True)
    named = await look.scan(AuditOf, user, before=bound, limit=ENTRIES_SHOWN_MAX, reverse=True)
    found = await look.get_each(*((AuditEntry, one.position) for one in named))
    return [one for one in found if one is not None]


async def _is_still(change: Change, giver: Giver) -> bool:
    """Whether who gives a command is who they were when they asked for it."""
    if giver.is_machine:
        return True
    member = await change.get(StaffMember, giver.staff)
    return member is not None and not member.removed and giver.roles <= roles_of(member)


def _number(given: Any) -> int:
    """Return the number of the case or order that is meant; 0 where none is."""
    return given if isinstance(given, int) and 0 < given <= ACCOUNT_MAX else 0


async def _account(context: Context, given: Any) -> int:
    """Return the id of the account that is meant, though it be gone; 0 where nobody's is."""
    if not isinstance(given, int | str):
        return 0
    written = str(given)[:REASON_CHARACTERS_MAX]
    try:
        found = await auth.named_account(context, written)
    except ValueError:
        return 0
    return found if found <= ACCOUNT_MAX else 0
