"""`chappe rotate` on a directory that no server runs on: a new epoch, and every key wrapped in it."""

import asyncio
import os
from pathlib import Path
from typing import Final

from chappe.core.configuration import load
from chappe.core.months import month_of
from chappe.core.system import SystemClock, SystemEntropy
from chappe.trust import sealing

from .opening import open_store

KEYS_TOGETHER: Final = 5_000  # keys wrapped again in one commit: nobody waits


async def rotate_at_rest(data: Path, secret: sealing.RootSecret) -> int:
    """Begin an epoch and end the older ones; return how many keys were wrapped again.

    Raises:
        RootError: the passphrase is wrong, or custodians hold the root key and did not give it.
        EngineError: a server runs, or a key does not open: then the older epochs stay.
    """
    root = await asyncio.to_thread(sealing.open_root, data, secret)
    engine, keys = await open_store(load(data, os.environ, {}), data, root, SystemEntropy())
    try:
        async with keys.changing:
            await keys.begin_epoch(month_of(SystemClock().now()))
        return await sealing.Rotation(keys).run(KEYS_TOGETHER)
    finally:
        await engine.close()
