"""The record of the ledger."""

from typing import Final

import msgspec

from chappe.ports import Record, in_order

ACT: Final = "act"  # subject of what an operator is about to do
ACT_ENDED: Final = "act-ended"  # and of how that ended, where it was not done
ERASURE: Final = "erasure"  # of an account: the step says by whom


class LedgerEntry(Record, frozen=True):
    """One step of one case, for whoever wants to know what operators do. Says nobody's account."""

    table = "ledger"
    key = (in_order("position"),)

    position: int
    subject: str  # what kind of case it is: "reentry", "suspension"
    case: int  # a number at random, by which the steps of one case are found together
    step: str  # as the subject's slice names it
    at: int  # seconds since 1970
    # from fixed lists and clocks: nothing that anybody wrote
    facts: dict[str, str | int] = msgspec.field(default_factory=dict)
