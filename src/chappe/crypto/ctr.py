"""AES-256 in counter mode, for obfuscated transports: a stream that remembers where it is."""

from collections.abc import Callable, Sequence
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK_BYTES: Final = 16
_COUNTS: Final = 1 << 8 * BLOCK_BYTES  # the counter begins anew behind its last


Decipher = Callable[[memoryview, bytearray], object]  # from one place to another as large


def key_stream(key: bytes, iv: bytes, block: int) -> bytes:
    """Return one block of the stream that is laid over what is encrypted: `block` is its number from 0."""
    counted = (int.from_bytes(iv, "big") + block) % _COUNTS
    cipher = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305  one block of a counter
    return cipher.update(counted.to_bytes(BLOCK_BYTES, "big"))


class Stream:
    """Encrypts or decrypts (the same thing) whatever passes through, in order."""

    __slots__ = ("update", "update_into")

    def __init__(self, key: bytes, iv: bytes) -> None:
        """`key` has 32 bytes, `iv` 16."""
        cipher = Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor()
        self.update = cipher.update
        self.update_into = cipher.update_into

    def join(self, pieces: Sequence[bytes]) -> bytearray:
        """Return pieces encrypted, one behind the other, without a copy of all of them before."""
        made = bytearray(sum(map(len, pieces)))
        room, at = memoryview(made), 0
        for piece in pieces:
            at += self.update_into(piece, room[at:])
        return made
