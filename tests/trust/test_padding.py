"""Padding: few lengths, and what was padded is found again."""

import random

import pytest

from chappe.core import Kind, Owner
from chappe.core.system import SystemEntropy
from chappe.engines.memory import MemoryEngine
from chappe.ports import Cell, WriteSet, encode_key
from chappe.trust.sealing import KeyStore, SealedEngine, seal
from chappe.trust.sealing.engine import UNPADDED
from chappe.trust.sealing.owner_seals import FORMAT, bound_to
from chappe.trust.sealing.padding import SMALLEST_BYTES, STEPS, pad, padded_length, unpad
from chappe.trust.sealing.wrapping import SealBrokenError


def test_what_is_padded_is_found_again() -> None:
    """Whatever it ends in, and of any length."""
    chance = random.Random(1)
    for length in (*range(300), 4_095, 4_096, 4_097, 70_000):
        for end in (b"", b"\0", b"\x80", b"\x80\0\0", b"\0\x80"):
            value = chance.randbytes(length) + end
            padded = pad(value)
            assert unpad(padded) == value
            assert len(padded) == padded_length(len(value)) > len(value)


def test_there_are_few_lengths() -> None:
    """Four from one power of two to the next, none of them more than a quarter too long."""
    lengths = [padded_length(length) for length in range(1 << 16)]
    assert lengths == sorted(lengths)
    assert len(set(lengths)) <= 1 + STEPS * 12
    assert all(
        padded <= max(SMALLEST_BYTES, length + length // STEPS + 1)
        for length, padded in enumerate(lengths)
    )


@pytest.mark.parametrize("padded", [b"", b"\0", b"\0" * 40, b"text", b"text\x81\0\0"])
def test_what_is_no_padding_is_refused(padded: bytes) -> None:
    """A value that was sealed without it is never taken for one with it."""
    with pytest.raises(SealBrokenError):
        unpad(padded)


ANNA = Owner(Kind.USER, 4_097)


async def test_values_of_about_one_length_are_of_one_length_where_they_lie() -> None:
    """Two copies of a text that differ by a number or two; each still opens."""
    boxes, keys = MemoryEngine(), KeyStore(MemoryEngine(), bytes(32), SystemEntropy())
    await keys.open()
    engine = seal(boxes, keys, SystemEntropy())
    cells: dict[Cell, bytes | None] = {
        Cell(ANNA, "letter", encode_key((number,))): b"x" * (200 + number) for number in range(20)
    }
    await engine.commit([WriteSet(cells)])
    assert len({len(value) for value in boxes._values.values()}) == 1
    assert await engine.read(list(cells)) == list(cells.values())


async def test_a_value_from_before_there_was_padding_opens() -> None:
    """And is not taken for a padded one, nor a padded one for such."""
    boxes, keys = MemoryEngine(), KeyStore(MemoryEngine(), bytes(32), SystemEntropy())
    await keys.open()
    engine = SealedEngine(boxes, keys, SystemEntropy())
    cell = Cell(ANNA, "letter", b"")
    await engine.commit([WriteSet({cell: b"new"})])
    cipher = await keys.cipher(ANNA)
    assert cipher is not None
    (padded,) = boxes._values.values()
    nonce = bytes(12)
    before = UNPADDED + nonce + cipher.encrypt(nonce, b"old", bound_to(*cell))
    boxes._values[cell] = before
    assert await engine.read([cell]) == [b"old"]
    for swapped in (FORMAT + before[1:], UNPADDED + padded[1:]):
        boxes._values[cell] = swapped
        with pytest.raises(SealBrokenError):
            await engine.read([cell])
