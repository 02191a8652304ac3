"""What seals the rows of a journal of cells: whole, so that nobody sees which cells came in one commit."""

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chappe.core import Entropy

from .padding import pad, unpad
from .wrapping import NONCE_BYTES, SealBrokenError

JOURNAL: Final = "journal"  # the name of the secret that seals it


class JournalSeal:
    """See `ports.RowSeal`. Each row opens only under its own number."""

    def __init__(self, secret: bytes, entropy: Entropy) -> None:
        self._cipher = AESGCM(secret)
        self._token = entropy.token

    def seal(self, number: int, row: bytes) -> bytes:
        """See `ports.RowSeal`."""
        nonce = self._token(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, pad(row), b"journal %d" % number)

    def open(self, number: int, sealed: bytes) -> bytes:
        """See `ports.RowSeal`."""
        try:
            padded = self._cipher.decrypt(
                sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], b"journal %d" % number
            )
        except (InvalidTag, ValueError):  # altered, of another number, or too short
            raise SealBrokenError from None
        return unpad(padded)
