"""Padding: what is sealed has one of few lengths, so that two copies of a text are not known by theirs."""

from typing import Final

from .wrapping import SealBrokenError

SMALLEST_BYTES: Final = 32  # of a value with its padding
STEPS: Final = 4  # lengths between one power of two and the next
KNOWN_BYTES: Final = 1_024  # values shorter than that have a padding that was made before
END: Final = b"\x80"  # between a value and its padding


def padded_length(length: int) -> int:
    """Return the length that a value of so many bytes is given: at least one byte more."""
    if length < SMALLEST_BYTES:
        return SMALLEST_BYTES
    step = (1 << length.bit_length() - 1) // STEPS
    return (length // step + 1) * step


def _padding(length: int) -> bytes:
    return END + bytes(padded_length(length) - length - 1)


PADDINGS: Final = tuple(map(_padding, range(KNOWN_BYTES)))  # by length, of most values there are


def pad(value: bytes) -> bytes:
    """Return a value with its padding."""
    length = len(value)
    return value + (PADDINGS[length] if length < KNOWN_BYTES else _padding(length))


def unpad(padded: bytes) -> bytes:
    """Return the value that has this padding.

    Raises:
        SealBrokenError: it is no padding.
    """
    value = padded.rstrip(b"\0")
    if value[-1:] != END:
        raise SealBrokenError
    return value[:-1]
