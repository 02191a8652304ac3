"""What an export holds of the audit log: what staff and the operator did about its person."""

from typing import Final

from chappe.features import export
from chappe.updates import Context

from .audit import entries_before
from .records import STAFF_BOX, StaffMember

ACTS_EXPORTED_MAX: Final = 300  # acts of an export, the newest

# What a person may be shown that was done about them. A command that is not named here is not shown: it may
# have been given by an order of an authority of which nobody may speak yet.
SHOWN_TO_PEOPLE: Final = frozenset(
    {
        "person",
        "sessions",
        "end",
        "suspend",
        "suspend-end",
        "grant",
        "reentry",
        "reentry-cancel",
        "sign-in-unlink",
    }
)


async def _acts(context: Context, user: int) -> object:
    look = context.look(STAFF_BOX)
    alias = {one.number: one.alias for one in await look.scan(StaffMember)}
    alias[0] = "machine"
    acts: list[dict[str, object]] = []
    before = 0
    while len(acts) < ACTS_EXPORTED_MAX and (page := await entries_before(look, before, user)):
        before = page[-1].position
        acts += [
            {
                "date_unixtime": one.at,
                "by": alias.get(one.by, "somebody who is gone"),
                "act": one.command,
                "reason": one.reason,
                "outcome": one.outcome or "begun",
            }
            for one in page
            if one.command in SHOWN_TO_PEOPLE
        ]
    return acts[:ACTS_EXPORTED_MAX]


EXPORTED: Final = (export.Section("operator_acts", export.DataClass.SETTINGS, _acts),)
