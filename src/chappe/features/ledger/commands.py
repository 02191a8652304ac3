"""The operator command that reads the ledger."""

from typing import Annotated, Any, Final

from msgspec import Meta

from chappe.core import HOUSE
from chappe.rpc import operator_command
from chappe.updates import Context

from .records import LedgerEntry

ENTRIES_SHOWN_MAX: Final = 1_000  # entries shown at once, the newest


@operator_command(
    "ledger",
    "List what operators did to accounts, by case, without whose they were.",
    audited=False,
    empty="Nothing was ever done to an account.",
)
async def ledger(
    context: Context,
    *,
    about: Annotated[str, Meta(description="One subject: `reentry` or `suspension`.")] = "",
) -> list[dict[str, Any]]:
    """Return the steps of all cases of the last year, or of one subject, the newest last."""
    found = await context.look(HOUSE).scan(LedgerEntry, limit=ENTRIES_SHOWN_MAX, reverse=True)
    return [
        {"at": e.at, "subject": e.subject, "case": e.case, "step": e.step, **e.facts}
        for e in reversed(found)
        if about in ("", e.subject)
    ]


COMMANDS: Final = (ledger,)
