"""`activate`: a table that was proposed comes into force, once enough custodians gave their shares by it."""

import datetime as dt
from typing import Final

from chappe.trust.custody import CustodyError

from .kind import CUSTODIANS, PROPOSED, Examined, Gives, RequestKind, require_table_entry


def _look(examined: Examined) -> list[str]:
    require_table_entry(examined, PROPOSED)
    table = examined.table
    if examined.entry.fields["delay_days"] != table.delay_days:
        raise CustodyError("The log's entry says another delay than the table.")
    try:
        proposed = dt.date.fromisoformat(str(examined.entry.fields["day"]))
    except ValueError:
        raise CustodyError("The log's entry names a day that there is not.") from None
    first = proposed + dt.timedelta(days=table.delay_days)
    today = dt.datetime.fromtimestamp(examined.now, dt.UTC).date()
    if today < first:
        raise CustodyError(f"This change of custodians may not come into force before {first}.")
    names = ", ".join(card.name for card in table.cards)
    return [
        f"From now on the server opens by {table.needed} of {len(table.cards)}: {names}.",
        "Whoever is not among them has no say any more. You give your share, as at a start: the",
        "server is open, and takes its new root key from the answers alone. It is a drill, too.",
    ]


ACTIVATION: Final = RequestKind(
    "activate",
    "ACTIVATE: make the custodians who were proposed the ones",
    frozenset({CUSTODIANS}),
    Gives.SHARE,
    _look,
)
