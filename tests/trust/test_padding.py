"""Padding: few lengths, and what was padded is found again."""

import random

import pytest

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
