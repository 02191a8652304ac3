"""Memory of the C library: freed memory is reused, and returned to the system now and then.

Parts of files are half a MiB each, and pass through a dozen buffers of that size. Left to itself, the C
library takes every one of them from the system and gives it back at once, and the kernel clears each page
anew: that was a tenth of an upload's processor time and a sixth of a download's.

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

REUSED_BYTES_MAX: Final = (
    2 * 1024 * 1024
)  # bytes of one piece of memory that is kept to be used again
KEPT_BYTES_MAX: Final = 16 * 1024 * 1024  # bytes free at the end that are kept until the next time
_M_TRIM_THRESHOLD: Final = -1  # as <malloc.h> has them
_M_MMAP_THRESHOLD: Final = -3


def reuse() -> bool:
    """Have the C library keep what is freed, within bounds; False where it has no such switch."""
    try:
        set_option = ctypes.CDLL(None).mallopt  # of glibc
    except (OSError, AttributeError):
        return False
    set_option.argtypes, set_option.restype = (ctypes.c_int, ctypes.c_int), ctypes.c_int
    return bool(
        set_option(_M_MMAP_THRESHOLD, REUSED_BYTES_MAX)
        and set_option(_M_TRIM_THRESHOLD, KEPT_BYTES_MAX)
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
