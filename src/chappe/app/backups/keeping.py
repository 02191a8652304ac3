"""The rule by which backups are kept: the last of each of so many days, weeks and months.

Days are counted that have a backup, not days that passed. So neither a wrong clock nor a long silence drops
all of them, and the newest is never dropped.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from chappe.core.configuration import Backups

DAY_S: Final = 86_400
MONTHS: Final = 12  # of a year


class Dated(NamedTuple):
    """A backup, or a copy of keys, as the rule sees it."""

    number: int
    made_at: int


def kept(made: Sequence[Dated], rule: Backups) -> set[int]:
    """Return the numbers of the backups that are kept."""
    newest_first = sorted(made, reverse=True)
    found = {one.number for one in newest_first[:1]}
    for count, form in (
        (rule.keep_daily, "%Y-%m-%d"),
        (rule.keep_weekly, "%G-%V"),
        (rule.keep_monthly, "%Y-%m"),
    ):
        last_of: dict[str, int] = {}
        for one in newest_first:
            last_of.setdefault(_day(one).strftime(form), one.number)
        found.update(list(last_of.values())[:count])
    return found


def kept_keys(made: Sequence[Dated], rule: Backups, now: float) -> set[int]:
    """Return the numbers of the copies of keys that are kept: the newest, and those not too old."""
    newest = max(made, default=None)
    return {
        one.number for one in made if one is newest or now - one.made_at < rule.keys_days * DAY_S
    }


def kept_until(one: Dated, made: Sequence[Dated], rule: Backups) -> int:
    """Return until when a backup is kept at least, in Unix time, if one is made each day from now on."""
    later = [_day(other) for other in made if other.number > one.number]
    moment = _day(one)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    monday, first = day - timedelta(days=day.weekday()), day.replace(day=1)
    spans = (
        (rule.keep_daily, day, day + timedelta(days=1), day + timedelta(days=rule.keep_daily)),
        (
            rule.keep_weekly,
            monday,
            monday + timedelta(weeks=1),
            monday + timedelta(weeks=rule.keep_weekly),
        ),
        (
            rule.keep_monthly,
            first,
            _months_later(first, 1),
            _months_later(first, rule.keep_monthly),
        ),
    )
    until = day + timedelta(days=1)
    for count, begin, end, goes in spans:
        is_last = not any(begin <= other < end for other in later)
        # where none is later, more of them may follow within the span
        if count and is_last and (later or end == day + timedelta(days=1)):
            until = max(until, goes)
    return int(until.timestamp())


def _months_later(first: datetime, months: int) -> datetime:
    """Return the first of a month so many months later."""
    count = first.year * MONTHS + first.month - 1 + months
    return first.replace(year=count // MONTHS, month=count % MONTHS + 1)


def is_due(rule: Backups, now: float, last: float | None) -> bool:
    """Whether a backup is to be begun; `last` is when one was last begun.

    A last time that lies ahead says that the clock was wrong, then or now: one is made.
    """
    if last is None or last > now:
        return True
    if not rule.at:
        return now - last >= rule.every_hours * 3_600
    hour, minute = map(int, rule.at.split(":"))
    today = datetime.fromtimestamp(now, UTC).replace(
        hour=hour, minute=minute, second=0, microsecond=0
    )
    latest = today if today.timestamp() <= now else today - timedelta(days=1)
    return last < latest.timestamp()


def period_s(rule: Backups) -> int:
    """Return how many seconds lie between two backups."""
    return DAY_S if rule.at else rule.every_hours * 3_600


def _day(one: Dated) -> datetime:
    return datetime.fromtimestamp(one.made_at, UTC)
