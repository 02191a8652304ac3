"""AES-256 in infinite garble extension, the protocol's own mode, through the cryptg wheel."""

import cryptg


def encrypt(data: bytes, key: bytes, iv: bytes) -> bytes:
    """Return `data` (a multiple of 16 bytes) encrypted; key and iv have 32 bytes each."""
    return bytes(cryptg.encrypt_ige(data, key, iv))


def decrypt(data: bytes, key: bytes, iv: bytes) -> bytes:
    """Return `data` (a multiple of 16 bytes) decrypted; key and iv have 32 bytes each."""
    return bytes(cryptg.decrypt_ige(data, key, iv))
