"""A rota of custodians: who is to be within reach in which week, and when they rehearse. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

WEEKS_MAX: Final = 104  # weeks of one rota
SPARE: Final = 1  # custodians on call beyond those that are needed, where there are so many
_REHEARSALS: Final = frozenset({1, 14, 27, 40})  # weeks of a year: the first of each quarter


class RotaWeek(NamedTuple):
    """One week, from a Monday on."""

    week: str  # as 2026-W49
    monday: date
    on_call: tuple[str, ...]
    rehearses: bool


def rota(names: Sequence[str], needed: int, first: date, weeks: int) -> list[RotaWeek]:
    """Return so many weeks, from the one of a day on.

    Who is on call follows from the week alone, so that everybody who makes it has the same; with time each
    custodian is as often on call as the others.
    """
    people = sorted(names, key=str.casefold)
    count = min(needed + SPARE, len(people))
    monday = first - timedelta(days=first.weekday())
    made = []
    for day in (monday + timedelta(weeks=n) for n in range(weeks)):
        year, week, _ = day.isocalendar()
        begins = day.toordinal() // 7 % len(people)
        on_call = tuple((people[begins:] + people[:begins])[:count])
        made.append(RotaWeek(f"{year}-W{week:02}", day, on_call, week in _REHEARSALS))
    return made
