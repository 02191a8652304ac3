"""Reservations in a person's quota for bytes being written, held until they are charged."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from chappe.tl import errors
from chappe.updates import PerServer


class QuotaReservations:
    """How many bytes of whom are being written. One process has all of a person's uploads."""

    def __init__(self) -> None:
        self._bytes: Counter[int] = Counter()

    @contextmanager
    def room(self, user: int, size: int, used: int, quota: int) -> Iterator[None]:
        """Hold room for bytes in a quota of which some are used, beside all that is being written.

        Raises:
            errors.FileQuotaExceeded: there is a quota, and it would not hold them.
        """
        if quota and size > 0 and used + self._bytes[user] + size > quota:
            raise errors.FileQuotaExceeded
        self._bytes[user] += size
        try:
            yield
        finally:
            self._bytes[user] -= size
            if not self._bytes[user]:
                del self._bytes[user]

    def of(self, user: int) -> int:
        """Return how many bytes of somebody are being written."""
        return self._bytes[user]


RESERVATIONS: Final[PerServer[QuotaReservations]] = PerServer(lambda _: QuotaReservations())
