"""The keys of backups: wrapped under the root key, so that whatever opens that opens them.

Each object is sealed as a whole and bound to its name: one that was altered, cut short, or put in place of
another does not open.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chappe.core import Entropy

from .wrapping import KEY_BYTES, NONCE_BYTES, SealBrokenError, unwrap, wrap

FORMAT: Final = b"\x01"  # of a sealed object: its key's name, nonce, then AES-256-GCM
NAME_BYTES: Final = 4  # by which a key is found again
HEAD_BYTES: Final = 1 + NAME_BYTES + NONCE_BYTES
WRAPPED: Final = b"backup keys"
CHECK_BYTES: Final = 4  # of a root key in letters, by which a slip is noticed


class BackupKeys:
    """What seals and opens the objects of one place of backups: keys at random, of which the newest seals.

    They lie at the place, wrapped under the root key. Once that is another one there is another newest key:
    who knew the root key from before, or its passphrase, opens nothing that is made from then on.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys` has the newest first."""
        self.keys = tuple(keys)
        self._ciphers = {_name_of(key): AESGCM(key) for key in keys}

    @classmethod
    def new(cls, entropy: Entropy, older: "BackupKeys | None" = None) -> "BackupKeys":
        """Return a new key, with which what older ones sealed is opened too."""
        return cls((entropy.token(KEY_BYTES), *(older.keys if older else ())))

    @classmethod
    def unwrap(cls, under: bytes, salt: bytes, wrapped: bytes) -> "BackupKeys":
        """Return what `wrap` hid.

        Raises:
            SealBrokenError: it was wrapped under another key, or altered.
        """
        together = unwrap(_derived(under, salt), wrapped, WRAPPED)
        return cls([together[i : i + KEY_BYTES] for i in range(0, len(together), KEY_BYTES)])

    def wrap(self, under: bytes, salt: bytes, entropy: Entropy) -> bytes:
        """Return all of them, encrypted under what is derived of a key."""
        nonce = entropy.token(NONCE_BYTES)
        return wrap(_derived(under, salt), b"".join(self.keys), WRAPPED, nonce)

    def seal(self, name: str, content: bytes, entropy: Entropy) -> bytes:
        """Return an object of this name, sealed; 33 bytes longer than its content."""
        newest, nonce = _name_of(self.keys[0]), entropy.token(NONCE_BYTES)
        return (
            FORMAT + newest + nonce + self._ciphers[newest].encrypt(nonce, content, name.encode())
        )

    def open(self, name: str, sealed: bytes) -> bytes:
        """Return what `seal` hid.

        Raises:
            SealBrokenError: altered, cut short, another object's, or sealed under another key.
        """
        cipher = self._ciphers.get(sealed[1 : 1 + NAME_BYTES])
        if sealed[:1] != FORMAT or cipher is None:
            raise SealBrokenError
        nonce, rest = sealed[1 + NAME_BYTES : HEAD_BYTES], sealed[HEAD_BYTES:]
        try:
            return cipher.decrypt(nonce, rest, name.encode())
        except (InvalidTag, ValueError):  # or too short to hold a nonce
            raise SealBrokenError from None


def _derived(under: bytes, salt: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt, b"chappe backups").derive(under)


def _name_of(key: bytes) -> bytes:
    return hashlib.sha256(b"chappe backup key\0" + key).digest()[:NAME_BYTES]


def root_in_letters(root: bytes) -> str:
    """Return a root key as it is printed and typed: 58 letters and digits in fours."""
    whole = root + hashlib.sha256(root).digest()[:CHECK_BYTES]
    text = base64.b32encode(whole).decode().rstrip("=")
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))


def root_of_letters(letters: str) -> bytes | None:
    """Return the root key that was typed; None if it is none, or has a slip in it."""
    text = letters.replace("-", "").replace(" ", "").upper()
    try:
        whole = base64.b32decode(text + "=" * (-len(text) % 8))
    except binascii.Error:
        return None
    root, check = whole[:KEY_BYTES], whole[KEY_BYTES:]
    return root if hashlib.sha256(root).digest()[:CHECK_BYTES] == check else None
