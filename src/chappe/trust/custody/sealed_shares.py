"""Shares on their way: each sealed to the key of its custodian, and a public table by which each is known.

A custodian's key is one of ML-KEM-768 and X25519 together, so that whoever breaks either has nothing;
sealing is HPKE (RFC 9180) with AES-256-GCM. What a share is for stands in the context, so that one set's
share is none of another's. `cryptography`'s HPKE takes no associated data: it is all in `info`.
"""

import hashlib
import hmac
from collections.abc import Callable, Collection, Sequence
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from .errors import CustodyError
from .shamir import SHARES_MAX, Share, join, split

SET_BYTES: Final = 16  # of the number at random by which the shares of one division are known
_SEED_BYTES: Final = 64  # of a private key of ML-KEM-768 (FIPS 203: d and z)
_CURVE_BYTES: Final = 32
_LATTICE_BYTES: Final = 1184  # of a public key of ML-KEM-768
_suite: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class CustodianKey(NamedTuple):
    """The key a custodian receives shares by; it never leaves their machine."""

    seed: bytes  # 64 bytes
    scalar: bytes  # 32 bytes

    def public(self) -> bytes:
        """Return its public half, 1,216 bytes: the lattice's key, then the curve's."""
        lattice = MLKEM768PrivateKey.from_seed_bytes(self.seed).public_key().public_bytes_raw()
        return (
            lattice
            + X25519PrivateKey.from_private_bytes(self.scalar).public_key().public_bytes_raw()
        )


class Custodian(NamedTuple):
    """Somebody who shall hold a share."""

    name: str
    public: bytes  # see `CustodianKey.public`


class ShareTable(NamedTuple):
    """What everybody may know of one division of a secret."""

    number: bytes  # at random; the shares of another division do not fit
    needed: int
    custodians: tuple[Custodian, ...]  # the first has place 1, and so on
    marks: tuple[
        bytes, ...
    ]  # SHA-256 of each share, which is at random: by it a wrong one is named

    def context(self, place: int) -> bytes:
        """Return what the sealed share of a place is bound to."""
        return _context(self.number, self.needed, len(self.custodians), place)


def _context(number: bytes, needed: int, count: int, place: int) -> bytes:
    return b"chappe/share/v1\n" + number + bytes((needed, count, place))


def new_custodian_key(token: Callable[[int], bytes]) -> CustodianKey:
    """Return a new key of a custodian; `token` makes bytes at random."""
    return CustodianKey(token(_SEED_BYTES), token(_CURVE_BYTES))


def deal(
    secret: bytes, needed: int, custodians: Sequence[Custodian], token: Callable[[int], bytes]
) -> tuple[ShareTable, list[bytes]]:
    """Divide a secret among custodians; return the public table, and the share sealed to each of them.

    Raises:
        CustodyError: there is no such division, two are the same, or a key is none.
    """
    if len({one.public for one in custodians}) != len(custodians):
        raise CustodyError("Each custodian has a key of their own.")
    keys = [_public_key(one) for one in custodians]
    shares = split(secret, needed, len(custodians), token)
    number = token(SET_BYTES)
    contexts = [_context(number, needed, len(shares), share.place) for share in shares]
    marks = tuple(_mark(c, s) for c, s in zip(contexts, shares, strict=True))
    sealed = [
        bytes(_suite.encrypt(share.values, key, info=context))
        for share, key, context in zip(shares, keys, contexts, strict=True)
    ]
    return ShareTable(number, needed, tuple(custodians), marks), sealed


def open_share(table: ShareTable, place: int, sealed: bytes, key: CustodianKey) -> Share:
    """Return the share of a place, opened by its custodian's key.

    Raises:
        CustodyError: the table has no such place, it does not open, or is not the one the table names.
    """
    if not 1 <= place <= len(table.custodians):
        raise CustodyError(f"There is no place {place} in this table.")
    context = table.context(place)
    private = MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(key.seed),
        X25519PrivateKey.from_private_bytes(key.scalar),
    )
    try:
        share = Share(place, bytes(_suite.decrypt(sealed, private, info=context)))
    except (InvalidTag, ValueError):
        raise CustodyError(
            f"The share of {table.custodians[place - 1].name} does not open by this key."
        ) from None
    _require_known(table, share)
    return share


def restore(table: ShareTable, shares: Collection[Share]) -> bytes:
    """Return the secret from enough shares of a table.

    Raises:
        CustodyError: they are too few, one comes twice, or one is not of this table; it is named.
    """
    for share in shares:
        _require_known(table, share)
    if len({share.place for share in shares}) < table.needed:
        raise CustodyError(f"{table.needed} shares are needed, {len(shares)} are here.")
    return join(shares)


def _mark(context: bytes, share: Share) -> bytes:
    return hashlib.sha256(context + share.values).digest()


def _require_known(table: ShareTable, share: Share) -> None:
    if not 1 <= share.place <= min(len(table.marks), SHARES_MAX):
        raise CustodyError(f"There is no place {share.place} in this table.")
    known = table.marks[share.place - 1]
    if not hmac.compare_digest(_mark(table.context(share.place), share), known):
        raise CustodyError(
            f"The share of {table.custodians[share.place - 1].name} is not the one of this table."
        )


def _public_key(custodian: Custodian) -> MLKEM768X25519PublicKey:
    try:
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(custodian.public[:_LATTICE_BYTES]),
            X25519PublicKey.from_public_bytes(custodian.public[_LATTICE_BYTES:]),
        )
    except ValueError:
        raise CustodyError(f"The key of {custodian.name} is no custodian's key.") from None
