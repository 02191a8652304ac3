"""Wrapping: a key, or what is as short, encrypted under another key and bound to its place."""

import struct
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chappe.ports import Cell, EngineError

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
_OWNER: Final = struct.Struct(">Bq").pack


class SealBrokenError(EngineError):
    """A value does not open: it was altered, moved, or sealed under another key."""

    def __init__(self) -> None:
        super().__init__("A sealed value does not open: run `chappe check`, restore a backup.")


class EpochGoneError(SealBrokenError):
    """A key is of an epoch that was destroyed: it opens no more, whoever has it."""

    def __init__(self) -> None:
        EngineError.__init__(
            self,
            "These keys are of an epoch that was destroyed since: restore a newer backup, or this one by"
            " newer keys (`chappe restore --keys`).",
        )


def wrap(key: bytes, value: bytes, context: bytes, nonce: bytes) -> bytes:
    """Return `value` encrypted under `key`, bound to `context`."""
    return nonce + AESGCM(key).encrypt(nonce, value, context)


def unwrap(key: bytes, wrapped: bytes, context: bytes) -> bytes:
    """Return what `wrap` hid.

    Raises:
        SealBrokenError: wrong key or context, or altered bytes.
    """
    return unwrap_by(AESGCM(key), wrapped, context)


def unwrap_by(cipher: AESGCM, wrapped: bytes, context: bytes) -> bytes:
    """Return what `wrap` hid, where the cipher of its key is at hand.

    Raises:
        SealBrokenError: wrong key or context, or altered bytes.
    """
    try:
        return cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], context)
    except (InvalidTag, ValueError):  # altered, or too short to hold a nonce
        raise SealBrokenError from None


def context_of(cell: Cell) -> bytes:
    """Return what a wrapped key is bound to: the cell it lies in."""
    (kind, number), table, key = cell
    return _OWNER(kind, number) + table.encode() + b"\0" + key
