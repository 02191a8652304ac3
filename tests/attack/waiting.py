"""Waiting until something is so."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

WAIT_S_MAX: Final = 20.0  # seconds until something must have happened
LOOK_S: Final = 0.05  # seconds between two looks


async def until(there: Callable[[], bool], otherwise: str) -> None:
    """Wait until it is so.

    Raises:
        RuntimeError: it never was; says what `otherwise` says.
    """
    deadline = time.monotonic() + WAIT_S_MAX
    while not there():
        if time.monotonic() > deadline:
            raise RuntimeError(otherwise)
        await asyncio.sleep(LOOK_S)
