"""The vault: what is kept so that the server that wrote it cannot read it, each case under a key of its own.

A case has parts (`part`: a number), each a stream of chunks under a key derived from the case's. A chunk is
AES-256-GCM; its number and whether it is the last stand in the nonce, case and part are associated data. A
key encrypts one stream and is made anew for each case, so no nonce comes twice, and a chunk that is moved,
left out or cut off does not open. (The construction is STREAM: Hoang, Reyhanitabar, Rogaway and Vizár, 2015.)

The case's key is dealt to custodians (`deal`) and forgotten. What says whether parts are those that were
written is `vault_hash`: it is what custodians approve.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .errors import CustodyError

CASE_BYTES: Final = 32  # of what names a case: a number at random
CASE_KEY_BYTES: Final = 32
CHUNK_BYTES: Final = 65_536  # bytes of content in a chunk; the last has fewer, or none
SEALED_CHUNK_BYTES: Final = CHUNK_BYTES + 16  # bytes of a chunk as it is kept
_NUMBER_BYTES: Final = (
    11  # of a chunk's number, in front of the byte that says whether it is the last
)
_LABEL: Final = b"chappe/vault/v1\n"
_MORE, _LAST = b"\0", b"\1"


class VaultPart(NamedTuple):
    """A part of a case that was written."""

    name: str  # what it is, in words of the program: `subscriber-1`
    size: int  # bytes, sealed
    digest: bytes  # SHA-256 of these bytes


def part_key(case_key: bytes, case: bytes, part: int) -> bytes:
    """Return the key of a part. Whoever has it opens that part, and no other."""
    info = _binding(case, part)
    return HKDF(algorithm=SHA256(), length=CASE_KEY_BYTES, salt=None, info=info).derive(case_key)


def vault_hash(case: bytes, parts: Sequence[VaultPart]) -> bytes:
    """Return the hash of a case's parts: of their names, their sizes, and every byte of them."""
    listed = [[part.name, part.size, part.digest.hex()] for part in parts]
    said = json.dumps({"case": case.hex(), "parts": listed}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(_LABEL + said.encode()).digest()


class PartSealer:
    """Seals one part as it is written."""

    def __init__(self, key: bytes, case: bytes, part: int) -> None:
        """`key` is that of the part (`part_key`)."""
        self._aead, self._binding = AESGCM(key), _binding(case, part)
        self._held = bytearray()
        self._number = 0
        self._hash = hashlib.sha256()
        self._size = 0

    def update(self, content: bytes) -> bytes:
        """Take more content; return what of it is sealed now."""
        self._held += content
        sealed = b""
        while len(self._held) > CHUNK_BYTES:  # the last chunk is known by what follows it: nothing
            sealed += self._chunk(bytes(self._held[:CHUNK_BYTES]), _MORE)
            del self._held[:CHUNK_BYTES]
        return sealed

    def finish(self) -> bytes:
        """Return the last chunk: what was given before is all there is."""
        return self._chunk(bytes(self._held), _LAST)

    def written(self, name: str) -> VaultPart:
        """Return what was written, by its name."""
        return VaultPart(name, self._size, self._hash.digest())

    def _chunk(self, content: bytes, last: bytes) -> bytes:
        nonce = self._number.to_bytes(_NUMBER_BYTES, "big") + last
        sealed = self._aead.encrypt(nonce, content, self._binding)
        self._number += 1
        self._hash.update(sealed)
        self._size += len(sealed)
        return sealed


class PartOpener:
    """Opens one part as it is read."""

    def __init__(self, key: bytes, case: bytes, part: int) -> None:
        self._aead, self._binding = AESGCM(key), _binding(case, part)
        self._held = bytearray()
        self._number = 0

    def update(self, sealed: bytes) -> bytes:
        """Take more of a part; return what of it is open now.

        Raises:
            CustodyError: a chunk is not the one that was written here.
        """
        self._held += sealed
        content = b""
        while len(self._held) > SEALED_CHUNK_BYTES:
            content += self._chunk(bytes(self._held[:SEALED_CHUNK_BYTES]), _MORE)
            del self._held[:SEALED_CHUNK_BYTES]
        return content

    def finish(self) -> bytes:
        """Return the rest.

        Raises:
            CustodyError: the part was cut, or goes on elsewhere.
        """
        return self._chunk(bytes(self._held), _LAST)

    def _chunk(self, sealed: bytes, last: bytes) -> bytes:
        nonce = self._number.to_bytes(_NUMBER_BYTES, "big") + last
        try:
            content = self._aead.decrypt(nonce, sealed, self._binding)
        except (InvalidTag, ValueError):
            raise CustodyError(
                f"Chunk {self._number} is not the one that was written here."
            ) from None
        self._number += 1
        return content


def _binding(case: bytes, part: int) -> bytes:
    if len(case) != CASE_BYTES:
        raise CustodyError(f"A case is named by {CASE_BYTES} bytes.")
    return _LABEL + case + part.to_bytes(4, "big")
