"""Lanes of the queue: which clock runs for a case, by why it was reported. Pure.

Terrorist content is to be removed within one hour of an order (Regulation (EU) 2021/784, Article 3); the
other clocks are this desk's own.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final

HOUR_S: Final = 3_600


class Lane(Enum):
    """Where a case waits. The values are stored, and are what people write; the most urgent first."""

    TERRORISM = "terrorism"
    CHILD_SAFETY = "child-safety"
    EMERGENCY = "emergency"  # a threat to somebody's life or safety
    FLAGGER = "flagger"  # reported by a trusted flagger
    ORDINARY = "ordinary"
    APPEAL = "appeal"


CLOCK_S: Final[Mapping[Lane, int]] = {  # seconds until a case of the lane is to be decided
    Lane.TERRORISM: HOUR_S,
    Lane.CHILD_SAFETY: 4 * HOUR_S,
    Lane.EMERGENCY: 8 * HOUR_S,
    Lane.FLAGGER: 24 * HOUR_S,
    Lane.ORDINARY: 72 * HOUR_S,
    Lane.APPEAL: 14 * 24 * HOUR_S,
}
TITLES: Final[Mapping[Lane, str]] = {
    Lane.TERRORISM: "Terrorist content, one hour",
    Lane.CHILD_SAFETY: "Child safety, 4 hours",
    Lane.EMERGENCY: "Danger to somebody, 8 hours",
    Lane.FLAGGER: "Trusted flaggers, one day",
    Lane.ORDINARY: "Ordinary, 3 days",
    Lane.APPEAL: "Appeals, 14 days",
}
URGENT: Final = frozenset(
    {Lane.TERRORISM, Lane.CHILD_SAFETY, Lane.EMERGENCY}
)  # staff are told at once
# by the reason of a report (`features/reports/menu.py`): by all of it, or by its first word
_BY_REASON: Final[Mapping[str, Lane]] = {
    "terrorism": Lane.TERRORISM,
    "child abuse": Lane.CHILD_SAFETY,
    "violence/calls": Lane.EMERGENCY,
    "violence/extreme": Lane.EMERGENCY,
}


def lane_of(reason: str) -> Lane:
    """Return the lane of a report of this reason."""
    return _BY_REASON.get(reason) or _BY_REASON.get(reason.partition("/")[0]) or Lane.ORDINARY


def more_urgent(one: Lane, other: Lane) -> Lane:
    """Return the lane of the shorter clock."""
    return min(one, other, key=CLOCK_S.__getitem__)


def lane_named(given: str) -> Lane:
    """Return the lane that is meant.

    Raises:
        ValueError: there is none of that name.
    """
    try:
        return Lane(given)
    except ValueError:
        listed = ", ".join(lane.value for lane in Lane)
        raise ValueError(f"`{given[:64]}` is no lane: give one of {listed}.") from None
