"""AES-256 in counter mode, for obfuscated transports: a stream that remembers where it is."""

from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class Stream:
    """Encrypts or decrypts (the same thing) whatever passes through, in order."""

    __slots__ = ("_update_into", "update")

    def __init__(self, key: bytes, iv: bytes) -> None:
        """`key` has 32 bytes, `iv` 16."""
        cipher = Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor()
        self.update = cipher.update
        self._update_into = cipher.update_into

    def join(self, pieces: Sequence[bytes]) -> bytearray:
        """Return pieces encrypted, one behind the other, without a copy of all of them before."""
        made = bytearray(sum(map(len, pieces)))
        room, at = memoryview(made), 0
        for piece in pieces:
            at += self._update_into(piece, room[at:])
        return made
