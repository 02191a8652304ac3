"""AES-256 in counter mode, for obfuscated transports: a stream that remembers where it is."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class Stream:
    """Encrypts or decrypts (the same thing) whatever passes through, in order."""

    __slots__ = ("update",)

    def __init__(self, key: bytes, iv: bytes) -> None:
        """`key` has 32 bytes, `iv` 16."""
        self.update = Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor().update
