"""Months and shorter periods of time, as numbers."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

DAY_S: Final = 86_400
DAYS_REMEMBERED_MAX: Final = 4_096  # days whose month need not be reckoned again


def month_of(moment: float) -> int:
    """Return the month of a moment (seconds since 1970), UTC, as 202611."""
    return _month_of_day(int(moment) // DAY_S)


@lru_cache(maxsize=DAYS_REMEMBERED_MAX)
def _month_of_day(day: int) -> int:
    at = datetime.fromtimestamp(day * DAY_S, UTC)
    return at.year * 100 + at.month
