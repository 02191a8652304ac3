"""Memory that was freed goes back to the system now and then.

What a server has freed lies between what it still holds, and the C library gives back only what lies at the
end: under a load that goes on, a server that holds no more than before takes a little more every minute.
"""

import asyncio
import ctypes
from collections.abc import Callable
from typing import Any, Final

GIVE_BACK_S: Final = (
    300.0  # seconds between two times: each holds up who wants memory for milliseconds
)


def trimmer() -> Callable[[int], Any] | None:
    """Return what makes the C library give free memory back; None where it has no such thing."""
    try:
        trim = ctypes.CDLL(None).malloc_trim  # of glibc
    except (OSError, AttributeError):
        return None
    trim.argtypes, trim.restype = (ctypes.c_size_t,), ctypes.c_int
    return trim


async def give_back(every_s: float = GIVE_BACK_S) -> None:
    """Give free memory back again and again, in a thread of its own, until cancelled."""
    trim = trimmer()
    while trim is not None:
        await asyncio.sleep(every_s)
        await asyncio.to_thread(trim, 0)
