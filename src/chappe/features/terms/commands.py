"""The operator command about terms: who has accepted them."""

from typing import Annotated, Any, Final

from msgspec import Meta

from chappe.features import accounts
from chappe.rpc import operator_command
from chappe.updates import Context

from .acceptance import TERMS
from .records import TermsAccepted


@operator_command(
    "terms",
    "List who has accepted the terms, and who has not.",
    audited=False,
    empty="Nobody is concerned: no terms are set, or everybody has accepted them.",
)
async def terms(
    context: Context,
    *,
    missing: Annotated[bool, Meta(description="Only who has not accepted them.")] = False,
    after: Annotated[int, Meta(ge=-1, description="Begin behind this id.")] = -1,
) -> list[dict[str, Any]]:
    """Return people behind `after`, with when they accepted the terms in force; nobody if there are none."""
    in_force = context.own(TERMS).terms
    if in_force is None:
        return []
    found = []
    async for record, look in accounts.page_of_people(context, after):
        if record.deleted:
            continue
        accepted = await look.get(TermsAccepted, in_force.version)
        if accepted is None or not missing:
            line = accounts.named(record) | {"accepted": accepted is not None}
            found.append(line | ({"at": accepted.at} if accepted is not None else {}))
    return found


COMMANDS: Final = (terms,)
