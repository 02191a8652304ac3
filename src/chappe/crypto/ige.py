"""AES-256 in infinite garble extension, the protocol's own mode, through the cryptg wheel.

Where that is missing, such as on a Python it has no wheel for yet, `ige_by_blocks` does the same, slowly.
"""

try:
    from cryptg import decrypt_ige, encrypt_ige
except ModuleNotFoundError:
    from .ige_by_blocks import decrypt_ige, encrypt_ige


def encrypt(data: bytes, key: bytes, iv: bytes) -> bytes:
    """Return `data` (a multiple of 16 bytes) encrypted; key and iv have 32 bytes each."""
    return bytes(encrypt_ige(data, key, iv))


def decrypt(data: bytes, key: bytes, iv: bytes) -> bytes:
    """Return `data` (a multiple of 16 bytes) decrypted; key and iv have 32 bytes each."""
    return bytes(decrypt_ige(data, key, iv))
