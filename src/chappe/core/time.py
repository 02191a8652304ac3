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


def random_number(entropy: Entropy) -> int:
    """Return a number at random from 1 to 2⁶³ - 1: an id nobody guesses, in a `long` of the protocol."""
    return int.from_bytes(entropy.token(8), "big") >> 1 or 1
