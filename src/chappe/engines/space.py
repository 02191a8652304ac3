"""How much room the disks have that boxes and files lie on."""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from chappe.ports import EngineError

FREE_FILES_MIN: Final = (
    1_000  # files that must still fit onto a disk that has room for a number of them
)
PLENTY: Final = 1.1  # reserves that are free when a disk that was low is said to have room again
ASKED_EVERY_S: Final = (
    1.0  # seconds for which an answer holds while much more than the reserve is free
)
AMPLE: Final = 2.0  # reserves that are much more
ENDLESS: Final = 1 << 62  # bytes, where nobody knows of an end


def total_of(place: Path) -> int:
    """Return how many bytes the disk of a place has in all."""
    disk = os.statvfs(place)
    return disk.f_blocks * disk.f_frsize


class DiskSpace:
    """See `ports.Space`. What is free is asked again and again: others write to the disk as well.

    While there is ample room an answer holds for a second, less what was allowed since: each question goes
    to a thread, since a disk may not answer.
    """

    def __init__(
        self,
        places: Sequence[Path],
        reserve: int,
        *,
        every_s: float = ASKED_EVERY_S,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`reserve` is how many bytes are left to messages."""
        self._every_s = every_s
        self._now = now
        self._asked = float("-inf")  # when
        self._known = 0  # bytes that were free then, less what was allowed since
        self.on_low: Callable[[int], None] | None = None  # called with the bytes that are free
        self.on_room: Callable[[int], None] | None = None
        self._places = tuple(places)
        self._reserve = reserve
        self._low = False

    def free(self) -> int:
        """Return how many bytes are free on the fullest of the disks; none where no file fits any more."""
        least = ENDLESS
        for place in self._places:
            disk = os.statvfs(place)
            fits = not disk.f_files or disk.f_favail >= FREE_FILES_MIN
            least = min(least, disk.f_bavail * disk.f_frsize if fits else 0)
        return least

    async def has_room(self, size: int) -> bool:
        """See `ports.Space`."""
        if not self._reserve:
            return True
        free = self._known - size
        if free < self._reserve * AMPLE or self._now() - self._asked >= self._every_s:
            return await self._ask(size)
        self._known = free
        return True

    async def _ask(self, size: int) -> bool:
        """Ask the system; say so when room becomes scarce, and when it no longer is."""
        now = self._now()
        try:
            free = await asyncio.to_thread(self.free)
        except OSError as error:
            raise EngineError("The disk of the data does not answer: check it.") from error
        self._asked, self._known = now, free - size
        left = free - size
        if left < self._reserve and not self._low:
            self._tell(self.on_low, free)
        if left >= self._reserve * PLENTY and self._low:
            self._tell(self.on_room, free)
        return left >= self._reserve

    def _tell(self, whom: Callable[[int], None] | None, free: int) -> None:
        self._low = not self._low
        if whom is not None:
            whom(free)


class NoDisk(DiskSpace):
    """See `ports.Space`: nothing is kept on a disk of this machine."""

    def __init__(self) -> None:
        super().__init__((), 0)
