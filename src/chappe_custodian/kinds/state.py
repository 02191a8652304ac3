"""`state`: each week a custodian states that they approved nothing outside the log."""

import datetime as dt
from typing import Final

from chappe.trust.custody import CustodyError
from chappe.trust.custody.forms import shown, whole
from chappe.trust.ledger.hidden import statement_digest
from chappe.trust.ledger.kinds import KINDS

from .kind import Examined, Gives, RequestKind

WEEK_CHARACTERS: Final = 8
DAYS_LATE_MAX: Final = 7  # days a statement may come after its week


def _stated(examined: Examined) -> tuple[str, int]:
    details = examined.request.details
    if details.keys() != {"entries", "week"}:
        raise CustodyError("The request does not say what is to be stated.")
    week = shown(details["week"], "The week", WEEK_CHARACTERS)
    return week, whole(details["entries"], "The entries", 1, examined.accepted.head.size)


def _look(examined: Examined) -> list[str]:
    week, entries = _stated(examined)
    today = dt.datetime.fromtimestamp(examined.now, dt.UTC).date()
    if week not in {_week(today), _week(today - dt.timedelta(days=DAYS_LATE_MAX))}:
        raise CustodyError(f"{week} is neither this week nor the last one.")
    outside = [one for one in examined.answered if one >= entries]
    if outside:
        raise CustodyError(
            f"You approved what stands in entry {outside[0]}, and are to state that there are {entries}."
        )
    return [
        f'You state, for {week}: "I approved nothing outside the first {entries} entries of this log."',
        f"Your tool knows of {len(examined.answered)} answers you gave, all of them inside.",
        "Say no if you approved anything on another machine, or by another way.",
    ]


def _week(day: dt.date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _signed(examined: Examined) -> bytes:
    return statement_digest(examined.request.origin, *_stated(examined))


STATE: Final = RequestKind(
    "state",
    "STATE that you approved nothing outside the log",
    frozenset(KINDS),
    Gives.APPROVAL,
    _look,
    signed=_signed,
)
