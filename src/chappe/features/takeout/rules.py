"""An export as a state machine. Pure functions."""

from enum import Enum
from typing import Final

from .records import Takeout

WAIT_S: Final = 86_400  # seconds in which the account's other devices may refuse an export
BEGIN_WITHIN_S: Final = 7 * 86_400  # seconds, after its wait, in which it has to be begun
RUNS_S: Final = 7 * 86_400  # seconds one may run: large accounts take days


class TakeoutStage(Enum):
    """What an export is at a moment."""

    WAITING = "waiting"
    OPEN = "open"  # it may begin
    RUNNING = "running"
    OVER = "over"


def may_begin_at(takeout: Takeout) -> int:
    """Return when an export may begin."""
    return takeout.asked if takeout.confirmed else takeout.asked + WAIT_S


def ends_at(takeout: Takeout) -> int:
    """Return when an export is over, as it stands."""
    if takeout.begun:
        return takeout.begun + RUNS_S
    return may_begin_at(takeout) + BEGIN_WITHIN_S


def takeout_stage(takeout: Takeout, now: int) -> TakeoutStage:
    """Return what an export is now."""
    if now >= ends_at(takeout):
        return TakeoutStage.OVER
    if takeout.begun:
        return TakeoutStage.RUNNING
    return TakeoutStage.WAITING if now < may_begin_at(takeout) else TakeoutStage.OPEN
