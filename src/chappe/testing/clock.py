"""The clock of a test world: real time, and what a test has moved it by."""

import time


class MovedClock:
    """See `Clock` of the ports. It runs as real time does, since apps and bots measure real time too."""

    def __init__(self) -> None:
        self.moved_s = 0.0

    def now(self) -> float:
        """Return seconds since 1970."""
        return time.time() + self.moved_s

    def monotonic(self) -> float:
        """Return seconds since some time; what has passed while the clock was moved counts."""
        return time.monotonic() + self.moved_s
