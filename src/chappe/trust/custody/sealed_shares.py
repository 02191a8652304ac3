"""Shares on their way: each sealed to the key of its custodian, and a public table by which each is known.

A share is at random, so a signing key that is made of it says nothing about it. Its public half is the
share's mark in the table: by it a wrong share is named, and a custodian shows that theirs is at hand without
giving it.

A custodian's key is one of ML-KEM-768 and X25519 together, so that whoever breaks either has nothing;
sealing is HPKE (RFC 9180) with AES-256-GCM. What a share is for stands in the context, so that one set's
share is none of another's. `cryptography`'s HPKE takes no associated data: it is all in `info`.
"""

import hashlib
import hmac
from collections.abc import Callable, Collection, Sequence
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
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
PUBLIC_BYTES: Final = _LATTICE_BYTES + _CURVE_BYTES
_MARK: Final = b"chappe/share-mark/v1\n"
_POSSESSION: Final = b"chappe/possession/v1\n"
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
    marks: tuple[bytes, ...]  # of each share the Ed25519 public key that is made of it

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
    for one in custodians:
        _public_key(one.public, one.name)
    shares = split(secret, needed, len(custodians), token)
    number = token(SET_BYTES)
    contexts = [_context(number, needed, len(shares), share.place) for share in shares]
    marks = tuple(_mark(c, s) for c, s in zip(contexts, shares, strict=True))
    sealed = [
        seal_to(one.public, share.values, context, one.name)
        for share, one, context in zip(shares, custodians, contexts, strict=True)
    ]
    return ShareTable(number, needed, tuple(custodians), marks), sealed


def open_share(table: ShareTable, place: int, sealed: bytes, key: CustodianKey) -> Share:
    """Return the share of a place, opened by its custodian's key.

    Raises:
        CustodyError: the table has no such place, it does not open, or is not the one the table names.
    """
    if not 1 <= place <= len(table.custodians):
        raise CustodyError(f"There is no place {place} in this table.")
    name = table.custodians[place - 1].name
    values = open_sealed(key, sealed, table.context(place), f"The share of {name}")
    share = Share(place, values)
    require_known(table, share)
    return share


def seal_to(public: bytes, content: bytes, context: bytes, name: str) -> bytes:
    """Return content that opens by the private half of a key only; it is bound to a context.

    Raises:
        CustodyError: the key, which is called `name`, is none.
    """
    return bytes(_suite.encrypt(content, _public_key(public, name), info=context))


def open_sealed(key: CustodianKey, sealed: bytes, context: bytes, what: str) -> bytes:
    """Return what `seal_to` sealed; `what` is what it is called where it does not open.

    Raises:
        CustodyError: it does not open by this key, in this context.
    """
    private = MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(key.seed),
        X25519PrivateKey.from_private_bytes(key.scalar),
    )
    try:
        return bytes(_suite.decrypt(sealed, private, info=context))
    except (InvalidTag, ValueError):
        raise CustodyError(f"{what} does not open by this key.") from None


def restore(table: ShareTable, shares: Collection[Share]) -> bytes:
    """Return the secret from enough shares of a table.

    Raises:
        CustodyError: they are too few, one comes twice, or one is not of this table; it is named.
    """
    for share in shares:
        require_known(table, share)
    if len({share.place for share in shares}) < table.needed:
        raise CustodyError(f"{table.needed} shares are needed, {len(shares)} are here.")
    return join(shares)


def show_possession(table: ShareTable, share: Share, message: bytes) -> bytes:
    """Return a signature, 64 bytes, that only who has a share can make; the share is not in it."""
    return _share_key(table.context(share.place), share).sign(_POSSESSION + message)


def has_shown_possession(table: ShareTable, place: int, message: bytes, signature: bytes) -> bool:
    """Return whether `show_possession` made a signature by the share of a place."""
    mark = Ed25519PublicKey.from_public_bytes(table.marks[place - 1])
    try:
        mark.verify(signature, _POSSESSION + message)
    except InvalidSignature:
        return False
    return True


def _share_key(context: bytes, share: Share) -> Ed25519PrivateKey:
    seed = hashlib.sha256(_MARK + context + share.values).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def _mark(context: bytes, share: Share) -> bytes:
    return _share_key(context, share).public_key().public_bytes_raw()


def require_known(table: ShareTable, share: Share) -> None:
    """Find out whether a share is the one a table names at its place.

    Raises:
        CustodyError: it is not.
    """
    if not 1 <= share.place <= min(len(table.marks), SHARES_MAX):
        raise CustodyError(f"There is no place {share.place} in this table.")
    known = table.marks[share.place - 1]
    if not hmac.compare_digest(_mark(table.context(share.place), share), known):
        raise CustodyError(
            f"The share of {table.custodians[share.place - 1].name} is not the one of this table."
        )


def _public_key(public: bytes, name: str) -> MLKEM768X25519PublicKey:
    try:
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public[:_LATTICE_BYTES]),
            X25519PublicKey.from_public_bytes(public[_LATTICE_BYTES:]),
        )
    except ValueError:
        raise CustodyError(f"The key of {name} is no custodian's key.") from None
