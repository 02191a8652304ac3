"""Memory that was freed goes back to the system, though something behind it is still in use."""

import asyncio
import contextlib
import os

import pytest
from bench.machine import resident_bytes

from chappe.gateways.cli import memory

MIB = 1 << 20


async def test_what_was_freed_goes_back_to_the_system() -> None:
    """The C library alone gives back what lies at the end, and here the last piece is held."""
    if memory.trimmer() is None:
        pytest.skip("this system's C library keeps what is freed")
    before = resident_bytes(os.getpid())
    pieces = [os.urandom(8_000) for _ in range(10_000)]
    last = pieces[-1]
    del pieces
    kept = resident_bytes(os.getpid()) - before
    assert kept > 60 * MIB, "it would be given back by itself"
    giving = asyncio.create_task(memory.give_back(0.01))
    for _ in range(500):
        if resident_bytes(os.getpid()) - before < kept - 50 * MIB:
            break
        await asyncio.sleep(0.02)
    giving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await giving
    assert resident_bytes(os.getpid()) - before < kept - 50 * MIB
    assert len(last) == 8_000


async def test_where_the_c_library_cannot_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server runs there as well."""
    monkeypatch.setattr(memory, "trimmer", lambda: None)
    await memory.give_back(0.0)
