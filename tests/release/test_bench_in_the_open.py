"""The server that seals nothing, which a bench compares with: it keeps what it is given, as it is."""

from bench.in_the_open import InTheOpen

from chappe.core import Owner
from chappe.core.system import SystemEntropy
from chappe.engines.memory import MemoryEngine
from chappe.ports import Cell, WriteSet, encode_key
from chappe.trust import sealing

WRITES = {Cell(Owner.user(4_099), "dialog", encode_key((n,))): b"%d" % n for n in range(3)}


async def test_nothing_is_sealed() -> None:
    """Neither values nor ids; and it is read as it was written."""
    boxes, keys = MemoryEngine(), sealing.KeyStore(MemoryEngine(), bytes(32), SystemEntropy())
    await keys.open()
    engine = InTheOpen(sealing.HiddenCells(boxes, keys), keys, SystemEntropy())
    await engine.commit([WriteSet(dict(WRITES))])
    assert boxes._values == WRITES
    assert await engine.read(list(WRITES)) == list(WRITES.values())
    rows = [(cell.key, value) for cell, value in WRITES.items()]
    assert await engine.scan(Owner.user(4_099), "dialog", b"", b"\xff", limit=9) == rows
