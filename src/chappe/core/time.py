"""Where time and chance come from; tests hold one still and seed the other."""

from typing import Protocol


class Clock(Protocol):
    """The time, passed in so that tests can hold it still and move it."""

    def now(self) -> float:
        """Return seconds since 1970."""
        ...

    def monotonic(self) -> float:
        """Return seconds since some fixed moment; never goes back."""
        ...


class Entropy(Protocol):
    """Unpredictable bytes, passed in so that a simulation can replay them."""

    def token(self, size: int) -> bytes:
        """Return `size` bytes from a cryptographically secure source."""
        ...
