"""Re-entry as a state machine: how long a link waits, and what it is at a moment. Pure functions."""

from enum import Enum
from typing import Final, NamedTuple

from .records import Reentry

BEGIN_WITHIN_S: Final = 86_400  # seconds in which a link must be opened
ENTER_WITHIN_S: Final = 3 * 86_400  # seconds it lets one device in, once it has waited
ENDED_KEPT_S: Final = (
    7 * 86_400
)  # seconds in which sessions the operator ended count as if they went on
HOUR_S: Final = 3_600


class Stage(Enum):
    """What a link is at a moment."""

    MADE = "made"  # nobody has opened it
    WAITING = "waiting"  # the account's devices may still refuse it
    OPEN = "open"  # it lets one device in
    OVER = "over"  # it was not opened, or not used, in time


class ReentryAct(Enum):
    """What happens to a link; the values are stored."""

    MADE = "made"
    OPENED = "opened"
    CONFIRMED = "confirmed"  # by a device of the account
    REFUSED = "refused"  # by a device of the account
    CANCELLED = "cancelled"  # by the operator, or by whoever has the link
    USED = "used"
    EXPIRED = "expired"


class WaysIn(NamedTuple):
    """By what somebody could come in, or has until lately."""

    devices: int  # sessions
    keys: int  # passkeys, a recovery code, an address for codes, a number that rings, a sign-in
    ended: int  # when the operator ended sessions last; 0 for never

    @property
    def are_none(self) -> bool:
        """Whether nothing is left."""
        return not self.devices and not self.keys


def wait_of(ways: WaysIn, setting_s: int, now: int) -> int:
    """Return how many seconds a link waits that is opened now.

    Nobody is waited for where nobody could be: without a device or another key. Sessions that the operator
    has just ended still count: else ending them would be the way round the wait.
    """
    if ways.are_none and ways.ended + ENDED_KEPT_S <= now:
        return 0
    return setting_s


def ready_at(entry: Reentry) -> int:
    """Return when an opened link lets somebody in."""
    return entry.opened if entry.confirmed else entry.opened + entry.wait_s


def over_at(entry: Reentry) -> int:
    """Return when a link is over, as it stands."""
    return ready_at(entry) + ENTER_WITHIN_S if entry.opened else entry.begin_by


def stage_of(entry: Reentry, now: int) -> Stage:
    """Return what a link is now."""
    if now >= over_at(entry):
        return Stage.OVER
    if not entry.opened:
        return Stage.MADE
    return Stage.WAITING if now < ready_at(entry) else Stage.OPEN


def lets_in(entry: Reentry, ways: WaysIn, setting_s: int, now: int) -> bool:
    """Whether a link lets somebody in now; one that waits for nobody need not have been opened before."""
    stage = stage_of(entry, now)
    if stage is Stage.MADE:
        return entry.confirmed or wait_of(ways, setting_s, now) == 0
    return stage is Stage.OPEN
