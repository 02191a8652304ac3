"""A custodian's keys, and the card by which others know them: one line that the custodian hands out.

All keys of a custodian come from 32 bytes at random, which fit on a sheet of paper: the key that shares are
sealed to (`CustodianKey`), and an Ed25519 key by which the custodian says yes to one request.
"""

import base64
import binascii
import hashlib
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .errors import CustodyError
from .forms import NAME_CHARACTERS_MAX, from_text, shown, to_text
from .sealed_shares import PUBLIC_BYTES, Custodian, CustodianKey

SEED_BYTES: Final = 32  # bytes at random that all keys of a custodian come from
APPROVAL_BYTES: Final = 32  # bytes of the public half of a key to approve by
SIGNATURE_BYTES: Final = 64
CARD: Final = "chappe-custodian-card-1"
_CARD: Final = b"chappe/custodian-card/v1\n"
_APPROVE: Final = b"chappe/approve/v1\n"
_SHEET_CHECK_BYTES: Final = 3
_SHEET_GROUP: Final = 4  # letters
_RECEIVING: Final = 96  # bytes that `CustodianKey` is made of


class CustodianSecret(NamedTuple):
    """Everything a custodian keeps to themselves."""

    seed: bytes

    def __repr__(self) -> str:
        """Say what it is, and not what is in it."""
        return "CustodianSecret()"

    @property
    def receiving(self) -> CustodianKey:
        """The key by which they receive shares."""
        made = self._derived(b"receiving", _RECEIVING)
        return CustodianKey(made[:64], made[64:])

    def approve(self, digest: bytes) -> bytes:
        """Return the signature by which they say yes to what has this SHA-256."""
        return self._approval.sign(_APPROVE + digest)

    def card(self, name: str) -> "CustodianCard":
        """Return the card others know them by; it is signed, so that nobody hands out another's key.

        Raises:
            CustodyError: nobody can be called so.
        """
        card = CustodianCard(
            name, self.receiving.public(), self._approval.public_key().public_bytes_raw(), b""
        )
        return card._replace(signature=self._approval.sign(card.signed))

    def sheet(self) -> str:
        """Return the 32 bytes as letters and digits for paper, with three bytes by which a slip is found."""
        letters = base64.b32encode(self.seed + _sheet_check(self.seed)).decode("ascii")
        return "-".join(letters[i : i + _SHEET_GROUP] for i in range(0, len(letters), _SHEET_GROUP))

    @property
    def _approval(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._derived(b"approval", 32))

    def _derived(self, what: bytes, size: int) -> bytes:
        return HKDF(SHA256(), size, None, b"chappe/custodian/v1\n" + what).derive(self.seed)


def secret_of_sheet(letters: str) -> CustodianSecret:
    """Return the keys that stand on a sheet of paper; case, hyphens and spaces do not count.

    Raises:
        CustodyError: they are none: a letter is wrong or missing.
    """
    text = "".join(letters.upper().replace("-", " ").split())
    try:
        content = base64.b32decode(text)
    except (ValueError, binascii.Error):
        content = b""
    seed, check = content[:SEED_BYTES], content[SEED_BYTES:]
    if len(seed) != SEED_BYTES or check != _sheet_check(seed):
        raise CustodyError("This is no recovery sheet: a letter is wrong or missing.")
    return CustodianSecret(seed)


def _sheet_check(seed: bytes) -> bytes:
    return hashlib.sha256(b"chappe/sheet/v1\n" + seed).digest()[:_SHEET_CHECK_BYTES]


class CustodianCard(NamedTuple):
    """What everybody may know of a custodian."""

    name: str
    key: bytes  # that shares are sealed to
    approval: bytes  # the Ed25519 public key by which approvals are checked
    signature: bytes  # by that key, over the rest

    @property
    def signed(self) -> bytes:
        """What the card's own signature is over.

        Raises:
            CustodyError: the name is none.
        """
        if not self.name.strip() or " ".join(self.name.split()) != self.name:
            raise CustodyError("A custodian's name is one line, with single spaces.")
        name = shown(self.name, "A custodian's name", NAME_CHARACTERS_MAX)
        return _CARD + self.key + self.approval + name.encode()

    @property
    def line(self) -> str:
        """The card as one line."""
        content = to_text(self.key + self.approval + self.signature)
        return f"{CARD} {content} {self.name}"

    @property
    def custodian(self) -> Custodian:
        """Whom shares are dealt to."""
        return Custodian(self.name, self.key)

    @property
    def approver(self) -> str:
        """SHA-256 of the public key that approves, in hex: what stands for them in the public log."""
        return hashlib.sha256(self.approval).hexdigest()

    def check(self) -> None:
        """Check that whoever has its keys made the card.

        Raises:
            CustodyError: they did not, or it was changed.
        """
        if not is_signed(self.approval, self.signature, self.signed):
            raise CustodyError(f"The card of {self.name} is forged, or was cut on the way.")

    def has_approved(self, digest: bytes, signature: bytes) -> bool:
        """Return whether this custodian said yes to what has this SHA-256."""
        return is_signed(self.approval, signature, _APPROVE + digest)


def is_signed(public: bytes, signature: bytes, content: bytes) -> bool:
    """Return whether an Ed25519 key signed something."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def parse_card(line: str) -> CustodianCard:
    """Return the custodian of a card.

    Raises:
        CustodyError: it is none, or its signature is wrong.
    """
    first, _, rest = line.strip().partition(" ")
    content, _, name = rest.partition(" ")
    if first != CARD or not name:
        raise CustodyError(f"This is no custodian's card: one begins with {CARD}.")
    parts = from_text(
        content, "A custodian's card", PUBLIC_BYTES + APPROVAL_BYTES + SIGNATURE_BYTES
    )
    keys, signature = parts[:-SIGNATURE_BYTES], parts[-SIGNATURE_BYTES:]
    card = CustodianCard(name, keys[:PUBLIC_BYTES], keys[PUBLIC_BYTES:], signature)
    card.check()
    return card
