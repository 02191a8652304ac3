"""The rule by which backups are kept, and when one is due: pure."""

import random
from datetime import UTC, datetime

import pytest

from chappe.app.backups.keeping import DAY_S, Dated, is_due, kept, kept_keys, kept_until
from chappe.core.configuration import Backups

WEDNESDAY = int(datetime(2026, 9, 30, 3, 30, tzinfo=UTC).timestamp())
RULE = Backups(to="/far", keep_daily=7, keep_weekly=4, keep_monthly=6)


def daily(days: int) -> list[Dated]:
    """A backup a day, the last on the Wednesday that ends September."""
    return [Dated(n + 1, WEDNESDAY - (days - 1 - n) * DAY_S) for n in range(days)]


def dates(made: list[Dated], numbers: set[int]) -> list[str]:
    """On which days those were made."""
    return [f"{datetime.fromtimestamp(o.made_at, UTC):%m-%d}" for o in made if o.number in numbers]


def test_the_last_of_days_weeks_and_months_stay() -> None:
    """After a year of daily ones: a week of days, the Sundays of a month, the ends of half a year."""
    made = daily(365)
    week = ["09-24", "09-25", "09-26", "09-27", "09-28", "09-29", "09-30"]
    sundays, ends = ["09-13", "09-20"], ["04-30", "05-31", "06-30", "07-31", "08-31"]
    assert dates(made, kept(made, RULE)) == [*ends, *sundays, *week]


def test_dropping_day_by_day_ends_where_dropping_at_once_does() -> None:
    """Whatever is dropped early is not missed later; and never is there nothing."""
    left: list[Dated] = []
    for one in daily(200):
        left.append(one)
        left = [o for o in left if o.number in kept(left, RULE)]
    assert {o.number for o in left} == kept(daily(200), RULE)


@pytest.mark.parametrize("years", [-30, 30])
def test_a_wrong_clock_drops_only_what_its_day_replaces(years: int) -> None:
    """One backup of another century counts as one day, and the newest is never dropped."""
    made = daily(7)
    wrong = Dated(8, WEDNESDAY + years * 365 * DAY_S)
    assert kept([*made, wrong], RULE) >= {2, 3, 4, 5, 6, 7, 8}
    nothing = Backups(to="/far", keep_daily=0, keep_weekly=0, keep_monthly=0)
    assert kept([*made, wrong], nothing) == {8}


def test_copies_of_keys_go_after_their_days_but_for_the_newest() -> None:
    """However long ago that was made."""
    made = daily(30)
    assert kept_keys(made, RULE, WEDNESDAY + 1) == set(range(24, 31))
    assert kept_keys(made, RULE, WEDNESDAY + 365 * DAY_S) == {30}
    assert kept_keys([], RULE, WEDNESDAY) == set()


def test_nothing_is_dropped_before_it_is_said_to_be() -> None:
    """`kept_until` is a promise, as long as one is made each day."""
    promised: dict[int, int] = {}
    left: list[Dated] = []
    for one in daily(200):
        left.append(one)
        left = [o for o in left if o.number in kept(left, RULE)]
        for number, until in promised.items():
            if until > one.made_at + DAY_S:
                assert number in {o.number for o in left}, (number, until)
        promised |= {o.number: kept_until(o, left, RULE) for o in left}
    assert max(promised.values()) > WEDNESDAY + 150 * DAY_S


def test_it_is_due_by_hours_or_at_a_time_of_day() -> None:
    """And at once where there is none, or where the last one lies ahead: the clock was wrong."""
    hours = Backups(to="/far", every_hours=6)
    assert [is_due(hours, 100_000.0, last) for last in (None, 100_001.0)] == [True, True]
    assert [is_due(hours, 100_000.0, 100_000.0 - h * 3600) for h in (5.9, 6)] == [False, True]
    night = Backups(to="/far", at="03:30")
    for minutes, wanted in ((-1, False), (0, True), (60, True)):
        assert is_due(night, WEDNESDAY + minutes * 60, WEDNESDAY - DAY_S + 60) is wanted
    assert not is_due(night, WEDNESDAY + 3600, WEDNESDAY + 1)


def test_the_order_in_which_they_are_given_does_not_matter() -> None:
    """They are listed by places that sort as they like."""
    made = daily(100)
    mixed = made[:]
    random.Random(4).shuffle(mixed)
    assert kept(mixed, RULE) == kept(made, RULE)
