"""How the sums of a store are kept: sealed, in one cell, with what was said of them in public."""

import hashlib
import hmac
import struct
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chappe.core import HOUSE, Entropy, Kind, Owner
from chappe.ports import Cell

from .sums import EMPTY, PARTS, TABLE, Numbers, Sum, Sums

NAME: Final = "freshness"  # of the secret that all of it is under
FORMAT: Final = b"\x01"
NONCE_BYTES: Final = 12
STORE: Final = Cell(HOUSE, TABLE, b"")
DIGEST_BYTES: Final = 32
_SUM: Final = struct.Struct(">16s16s16sq")
_HEAD: Final = struct.Struct(f">I?QQ{DIGEST_BYTES}sIqIq?")
_NOBODY: Final = (0, 0)


class SumSecrets(Protocol):
    """Secrets of a store, by name; see `trust.sealing.KeyStore`."""

    def secret(self, name: str) -> bytes:
        """Return 32 bytes, the same for ever."""
        ...


class StoreSum(NamedTuple):
    """What the store keeps of what it holds."""

    parts: Sums = EMPTY
    epoch: int = 0  # one more whenever everything is counted anew
    is_whole: bool = False  # everything was counted in this epoch
    commits: int = 0  # so far
    stated: int = 0  # how often it was said in public how the store is
    digest: bytes = bytes(DIGEST_BYTES)  # what was said the last time
    erasing: Owner | None = None  # whose cells are counted no more, and may be there still
    counted: Owner | None = None  # while it is not whole: up to whom it was counted
    is_accepted: bool = (
        False  # it was restored, or the operator said so: it may be older than what was said
    )


class SumSeal:
    """Seals and opens the sums of a store, and makes the numbers they are sums of."""

    def __init__(self, secrets: SumSecrets, entropy: Entropy) -> None:
        self._secret = secrets.secret(NAME)
        self._token = entropy.token
        self.numbers = Numbers(self._derived(b"numbers"))
        self._cipher = AESGCM(self._derived(b"store"))

    def _derived(self, what: bytes) -> bytes:
        return hmac.digest(self._secret, what, hashlib.sha256)

    def seal(self, kept: StoreSum) -> bytes:
        """Return what the store keeps, as it lies in its cell."""
        nonce = self._token(NONCE_BYTES)
        return FORMAT + nonce + self._cipher.encrypt(nonce, _packed(kept), TABLE.encode())

    def open(self, sealed: bytes) -> StoreSum | None:
        """Return what `seal` hid; None if it was altered."""
        nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        if sealed[:1] != FORMAT:
            return None
        try:
            return _unpacked(self._cipher.decrypt(nonce, rest, TABLE.encode()))
        except (InvalidTag, ValueError):  # altered, or too short to hold a nonce
            return None

    def digest(self, kept: StoreSum) -> bytes:
        """Return what is said in public of the store as it is.

        Whoever has not the secret learns nothing by it, not even whether anything was written since the last.
        """
        return hmac.digest(self._derived(b"digest"), _packed(kept), hashlib.sha256)


def _packed(kept: StoreSum) -> bytes:
    head = _HEAD.pack(
        *kept[1:6], *(kept.erasing or _NOBODY), *(kept.counted or _NOBODY), kept.is_accepted
    )
    return head + b"".join(map(_packed_part, kept.parts))


@lru_cache(maxsize=4 * PARTS)  # of most parts nothing changes from one commit to the next
def _packed_part(part: Sum) -> bytes:
    values, boxes, places, size = part
    of = int.to_bytes
    return _SUM.pack(of(values, 16, "big"), of(boxes, 16, "big"), of(places, 16, "big"), size)


def _unpacked(packed: bytes) -> StoreSum:
    epoch, is_whole, commits, stated, digest, kind, number, kind_counted, counted, is_accepted = (
        _HEAD.unpack_from(packed)
    )
    of = int.from_bytes
    return StoreSum(
        parts=tuple(
            Sum(of(values, "big"), of(boxes, "big"), of(places, "big"), size)
            for values, boxes, places, size in _SUM.iter_unpack(packed[_HEAD.size :])
        ),
        epoch=epoch,
        is_whole=is_whole,
        commits=commits,
        stated=stated,
        digest=digest,
        erasing=Owner(Kind(kind), number) if kind else None,
        counted=Owner(Kind(kind_counted), counted) if kind_counted else None,
        is_accepted=is_accepted,
    )
