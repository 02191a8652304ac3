"""A commit is sealed in one pass: what is stored is what two passes would store, to the byte."""

import pytest

from chappe.core import Kind, Owner
from chappe.core.system import SystemEntropy
from chappe.engines.memory import MemoryEngine
from chappe.ports import Cell, Unit, WriteSet, encode_key
from chappe.trust.sealing import HiddenCells, KeyStore, SealedEngine, UnitKeys, seal
from chappe.trust.sealing import keys as key_store

OWNERS = [Owner.user(4_096 * 7 + 5), Owner.channel(4_096 * 9 + 6), Owner(Kind.HOUSE, 0)]
KEYS = [(), (7,), (7, 8), (-7, 8, 9), ("text",), ("text\0", 3), (3, "text")]
TABLES = ["message", "dialog", "event", "a table without a record"]


class Counting:
    """Chance that is the same for whoever asks alike."""

    def __init__(self) -> None:
        self._given = 0

    def token(self, size: int) -> bytes:
        """See `core.Entropy`."""
        self._given += size
        return b"".join(
            n.to_bytes(4, "big") for n in range(self._given, self._given + size // 4 + 1)
        )[:size]


def written() -> WriteSet:
    """Return values and removals of every kind of key, some of the values in units."""
    writes: dict[Cell, bytes | None] = {}
    units: dict[Cell, Unit] = {}
    for n, owner in enumerate(OWNERS):
        for table in TABLES:
            for m, key in enumerate(KEYS):
                cell = Cell(owner, table, encode_key(key))
                writes[cell] = None if m == n else bytes((m,)) * (m * 300)
                if table == "message" and writes[cell] is not None:
                    units[cell] = Unit(7, 202_611)
    return WriteSet(writes, units)


async def keys() -> KeyStore:
    """Return keys that are there already."""
    store = KeyStore(MemoryEngine(), bytes(32), SystemEntropy())
    await store.open()
    await store.make(set(OWNERS))
    return store


async def test_one_pass_stores_what_two_would() -> None:
    """What is hidden on the way is what a layer below would have hidden."""
    store, at_once, sealed, hidden = await keys(), *(MemoryEngine() for _ in range(3))
    units = UnitKeys(store, SystemEntropy())
    await units.sealers([(owner, Unit(7, 202_611)) for owner in OWNERS])
    for engine in (
        seal(at_once, store, Counting()),
        SealedEngine(sealed, store, Counting()),
    ):
        engine.units = units
        await engine.commit([written()])
    await HiddenCells(hidden, store).commit([WriteSet(dict(sealed._values))])
    assert at_once._values == hidden._values
    assert at_once._values != sealed._values
    assert {value[0] for value in at_once._values.values()} == {0x11, 0x12}


async def test_what_seals_goes_with_the_key() -> None:
    """Once a key is destroyed, nothing is sealed under it, and what sealed is not in memory."""
    store = await keys()
    engine = seal(MemoryEngine(), store, SystemEntropy())
    await engine.commit([written()])
    before = store.seal_at_hand(OWNERS[0])
    assert before is not None
    await engine.erase(OWNERS[0])
    assert store.seal_at_hand(OWNERS[0]) is None
    assert OWNERS[0] not in store._seals
    await engine.commit([written()])
    assert store.seal_at_hand(OWNERS[0]) not in (None, before)
    cell = Cell(OWNERS[0], "dialog", encode_key((7,)))
    assert await engine.read([cell]) == [written().writes[cell]]


async def test_few_keys_in_memory_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one commit more owners than keys may be in memory."""
    monkeypatch.setattr(key_store, "CIPHERS_CACHED_MAX", 1)
    store = await keys()
    engine = seal(MemoryEngine(), store, SystemEntropy())
    await engine.commit([written()])
    assert len(store._seals) <= 1
    for cell, value in written().writes.items():
        assert await engine.read([cell]) == [value]
