"""`change`: other custodians are to take over, or another number of them; those of today have to agree."""

from typing import Final

from chappe.trust.custody import (
    ChangeOfCustodians,
    CustodianCard,
    CustodyError,
    change_digest,
    parse_card,
)

from .kind import ACTIVATED, CUSTODIANS, Examined, Gives, RequestKind, require_table_entry

CARDS: Final = "cards"
NEEDED: Final = "needed"
DELAY_DAYS: Final = "delay_days"


def _wanted(examined: Examined) -> tuple[list[CustodianCard], int, int]:
    details = examined.request.details
    cards, needed, delay = (details.get(name) for name in (CARDS, NEEDED, DELAY_DAYS))
    if (
        details.keys() != {CARDS, NEEDED, DELAY_DAYS}
        or not isinstance(cards, list)
        or not all(isinstance(one, str) for one in cards)
        or type(needed) is not int
        or type(delay) is not int
    ):
        raise CustodyError("The request does not say who the new custodians are.")
    return [parse_card(one) for one in cards], needed, delay


def _signed(examined: Examined) -> bytes:
    """Return the hash of what the log will say of the change, so that anybody can check who agreed."""
    cards, needed, delay = _wanted(examined)
    approvals = tuple(card.approval for card in cards)
    request = examined.request
    return change_digest(
        ChangeOfCustodians(request.origin, request.table, needed, delay, approvals)
    )


def _look(examined: Examined) -> list[str]:
    require_table_entry(examined, ACTIVATED)
    cards, needed, delay = _wanted(examined)
    old = {card.approval: card.name for card in examined.table.cards}
    new = {card.approval: card.name for card in cards}
    come = [name for key, name in new.items() if key not in old]
    go = [name for key, name in old.items() if key not in new]
    return [
        f"So many of them are needed  {needed} of {len(cards)} (today {examined.table.needed} of {len(old)})",
        f"They come                   {', '.join(come) or 'nobody'}",
        f"They go                     {', '.join(go) or 'nobody'}",
        f"In force not before         {delay} days after it stands in the log",
        "You sign that you agree. Your share is not in the answer.",
    ]


CHANGE: Final = RequestKind(
    "change",
    "CHANGE of custodians",
    frozenset({CUSTODIANS}),
    Gives.APPROVAL,
    _look,
    signed=_signed,
)
