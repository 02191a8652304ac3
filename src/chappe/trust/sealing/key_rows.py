"""Rows of keys: what lies in the store of keys for one owner, and what is in it once it is opened.

A row is a format byte, the number of its epoch, the name of the key, then what is wrapped in that epoch: the
key alone or, of an owner whose key was renewed, also what stays as it was and the keys from before.
"""

import hashlib
import hmac
from typing import Final

import msgspec

from .epochs import FIRST
from .wrapping import KEY_BYTES, NONCE_BYTES, SealBrokenError

ROW: Final = b"\x03"  # bound to the place it lies in
ROW_OF_OPEN_ID: Final = (
    b"\x02"  # as rows were before: bound to the place that the owner's own id names
)
EPOCH_BYTES: Final = 4
NAME_BYTES: Final = 8  # of a key: it stays the same however often the key is wrapped or renewed
HEAD_BYTES: Final = 1 + EPOCH_BYTES + NAME_BYTES
TAG_BYTES: Final = 16
# a row from before there were epochs has no head, and is of the first one
WRAPPED_BYTES: Final = NONCE_BYTES + KEY_BYTES + TAG_BYTES
ROW_BYTES: Final = HEAD_BYTES + WRAPPED_BYTES  # the shortest
_FORMATS: Final = frozenset((ROW[0], ROW_OF_OPEN_ID[0]))


class OwnerKeys(msgspec.Struct, frozen=True, array_like=True):
    """The keys of one owner. Stored: add fields at the end, with a default."""

    key: bytes  # what seals from now on
    round: int = 0  # the renewal it was made in
    is_whole: bool = True  # whether everything of the owner is sealed under it
    hiding: bytes = b""  # what ids in keys of cells are hidden by; empty: derived of the key
    naming: bytes = b""  # what units are named and hidden by; empty: derived of the key
    # keys from before that may still be needed, the newest first, each with the renewal that ended it
    former: tuple[tuple[int, bytes], ...] = ()

    def renewed(self, key: bytes, number: int) -> "OwnerKeys":
        """Return what is kept once a renewal has brought another key, and nothing is sealed under it yet."""
        return OwnerKeys(
            key=key,
            round=number,
            is_whole=False,
            hiding=self.hiding_secret(),
            naming=self.naming_secret(),
            former=((number, self.key), *self.former),
        )

    def without_former(self, number: int) -> "OwnerKeys":
        """Return what is kept without the keys that ended with this renewal or an earlier one."""
        left = tuple(one for one in self.former if one[0] > number)
        return msgspec.structs.replace(self, former=left) if self.is_whole else self

    def hiding_secret(self) -> bytes:
        """Return 64 bytes for `HiddenKeys`, the same before and after a renewal."""
        return self.hiding or hiding_secret_of(self.key)

    def naming_secret(self) -> bytes:
        """Return 64 bytes for the names of units, the same before and after a renewal."""
        return self.naming or hmac.digest(self.key, b"derived\0units", hashlib.sha512)

    def pack(self) -> bytes:
        """Return what is wrapped: the key alone, as long as there is nothing else to say."""
        return self.key if self == OwnerKeys(self.key) else msgspec.msgpack.encode(self)


def hiding_secret_of(key: bytes) -> bytes:
    """Return what ids are hidden by, of an owner whose key was never renewed."""
    return hmac.digest(key, b"chappe hidden keys of cells", hashlib.sha512)


def unpack_keys(plain: bytes) -> OwnerKeys:
    """Return what `OwnerKeys.pack` made bytes of.

    Raises:
        SealBrokenError: it is something else.
    """
    if len(plain) == KEY_BYTES:
        return OwnerKeys(plain)
    try:
        return _decoder.decode(plain)
    except msgspec.MsgspecError:
        raise SealBrokenError from None


_decoder: Final = msgspec.msgpack.Decoder(OwnerKeys)


def head_of(epoch: int, name: bytes) -> bytes:
    """Return what stands in the open in front of a key."""
    return ROW + epoch.to_bytes(EPOCH_BYTES, "big") + name


def name_of_key(row: bytes) -> bytes:
    """Return the name of the key in a row: what tells it from any other, however often it was renewed."""
    if len(row) >= ROW_BYTES and row[0] in _FORMATS:
        return row[1 + EPOCH_BYTES : HEAD_BYTES]
    return hashlib.sha256(row).digest()[:NAME_BYTES]


def epoch_of(row: bytes) -> int:
    """Return the number of the epoch a row is wrapped in.

    Raises:
        SealBrokenError: it is no such row.
    """
    if len(row) == WRAPPED_BYTES:
        return FIRST
    if len(row) < ROW_BYTES or row[0] not in _FORMATS:
        raise SealBrokenError
    return int.from_bytes(row[1 : 1 + EPOCH_BYTES], "big")
