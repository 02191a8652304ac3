"""What two servers cost, measured in turn: the ratio of one to the other, and how sure of it one may be.

Bursts come in rounds of four, A B B A or B A A B, so that an hour that grows slower evenly is as hard on
one as on the other. A round gives one ratio. The figure is the median of them, and its interval holds the
medians of most of the selections that could have been drawn of the same rounds.
"""

import random
from collections.abc import Sequence
from statistics import median
from typing import Final, NamedTuple

RESAMPLES: Final = 2_000
LEFT_OUT: Final = 0.025  # of the resampled medians, at either end
WORSE_FROM: Final = 1.03  # a ratio beyond it is one too many
SEED: Final = 1  # the same rounds always have the same interval


class Burst(NamedTuple):
    """Some operations of one server, one after the other."""

    times: int
    cpu_seconds: float

    @property
    def cpu_us(self) -> float:
        """Microseconds of the server's processor time for one operation."""
        return self.cpu_seconds / self.times * 1e6


class Round(NamedTuple):
    """Two bursts of this version and two of the other, done in turn."""

    ours: tuple[Burst, Burst]
    theirs: tuple[Burst, Burst]

    @property
    def ratio(self) -> float:
        """What ours took of what theirs took."""
        return _cpu_us(self.ours) / _cpu_us(self.theirs)


class Verdict(NamedTuple):
    """What the rounds of one row say."""

    ours_us: float  # medians of the rounds
    theirs_us: float
    ratio: float
    low: float
    high: float

    @property
    def is_worse(self) -> bool:
        """Whether this version is dearer by more than it may be, and that is no chance."""
        return self.ratio > WORSE_FROM and self.low > 1

    @property
    def is_better(self) -> bool:
        """Whether this version is cheaper, and that is no chance."""
        return self.high < 1


def order_of(turn: int) -> tuple[bool, bool, bool, bool]:
    """Return whose bursts a round has, one after the other: True where it is this version's."""
    ours = turn % 2 == 0
    return ours, not ours, not ours, ours


def judge(rounds: Sequence[Round]) -> Verdict:
    """Return the medians of some rounds, and the interval of their ratio.

    Raises:
        statistics.StatisticsError: there is no round.
    """
    ratios = [one.ratio for one in rounds]
    low, high = interval(ratios)
    return Verdict(
        median(_cpu_us(one.ours) for one in rounds),
        median(_cpu_us(one.theirs) for one in rounds),
        median(ratios),
        low,
        high,
    )


def interval(ratios: Sequence[float]) -> tuple[float, float]:
    """Return between what the median lies, by resampling: nothing is assumed of how ratios scatter."""
    chance = random.Random(SEED)
    found = sorted(median(chance.choices(ratios, k=len(ratios))) for _ in range(RESAMPLES))
    left_out = int(RESAMPLES * LEFT_OUT)
    return found[left_out], found[-1 - left_out]


def _cpu_us(bursts: Sequence[Burst]) -> float:
    return sum(one.cpu_seconds for one in bursts) / sum(one.times for one in bursts) * 1e6
