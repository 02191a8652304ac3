"""What the tests of hidden ids share: looking for ids in raw cells, and stores of an earlier version."""

import re
from collections.abc import Iterable, Iterator, Sequence

from chappe.core import Owner
from chappe.engines.memory import MemoryEngine
from chappe.ports import Cell
from chappe.trust import sealing

SIGN = 1 << 63
COUNTED = re.compile(rb"\x01\x80\0{5}..", re.DOTALL)  # a number in order below 65,536
WORDS_FROM = 1 << 16  # numbers below would be found by accident where they are written in digits


def written(number: int) -> Iterator[bytes]:
    """Yield how an id may stand in bytes: as a word of eight bytes, as a key has it, in digits."""
    unsigned = number % (1 << 64)
    if number >> 32 > 0:
        yield number.to_bytes((number.bit_length() + 7) // 8, "big")  # as SQLite has it
    yield unsigned.to_bytes(8, "big")
    yield unsigned.to_bytes(8, "little")
    yield ((number + SIGN) % (1 << 64)).to_bytes(8, "big")
    if abs(number) >= WORDS_FROM:
        yield b"%d" % abs(number)
        yield b"%x" % unsigned
        yield b"%X" % unsigned


def found_in(raw: bytes | Sequence[bytes], ids: Iterable[int]) -> set[int]:
    """Return which ids stand in some bytes, or in one of several pieces."""
    whole = raw if isinstance(raw, bytes) else b"|".join(raw)
    found = {number for number in ids if any(one in whole for one in written(number))}
    if isinstance(raw, bytes):
        return found
    # the end of a piece and what stands between it and the next may look like a number
    return {n for n in found if any(one in piece for piece in raw for one in written(n))}


def keys_of(*engines: MemoryEngine) -> list[bytes]:
    """Return whose every cell is and by which key, as a disk would show it, but for low numbers in order.

    Those are counters of boxes, and some of them are what the id of somebody is by accident.
    """
    found: list[bytes] = []
    for engine in engines:
        for owner, _, key in engine._values:
            found += (
                owner.id.to_bytes(8, "big"),
                owner.id.to_bytes(8, "little"),
                COUNTED.sub(b"", key),
            )
    return found


async def put_in_the_open(boxes: MemoryEngine, keys: sealing.KeyStore) -> None:
    """Make the cells of a store what an earlier version would have kept, ids in the open."""
    stored = keys.engine
    assert isinstance(stored, MemoryEngine)
    owners = {owner for owner, _, _ in boxes._values}
    hidden = {owner: await keys.hidden(keys.owners.show(owner)) for owner in owners}
    for engine, rekeys in ((boxes, True), (stored, False)):
        before = dict(engine._values)
        await engine.clear()
        for cell, value in before.items():
            names = hidden.get(cell.owner) if rekeys else None
            key = names.show(cell.table, cell.key) if names is not None else cell.key
            engine._write(Cell(keys.owners.show(cell.owner), cell.table, key), value)


def shown(engine: MemoryEngine) -> set[Owner]:
    """Return whose cells an engine has."""
    return {cell.owner for cell in engine._values}
