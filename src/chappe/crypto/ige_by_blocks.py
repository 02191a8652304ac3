"""AES-256-IGE in Python, block by block, over the AES of `cryptography`: for where there is no cryptg.

Each block needs the one before, so that each is a step of Python: a MiB takes more than ten times as long.
It is also what the other source is tested against.
"""

from collections.abc import Callable
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import ECB

BLOCK_BYTES: Final = 16


def encrypt_ige(data: bytes, key: bytes, iv: bytes) -> bytes:
    """Return `data` encrypted: c[n] = E(p[n] ^ c[n-1]) ^ p[n-1]. `iv` is c[-1], then p[-1].

    Raises:
        ValueError: `data`, key or iv have another length than blocks, 32 and 32 bytes.
    """
    _check(data, iv)
    return _chain(_cipher(key).encryptor().update, data, iv[:BLOCK_BYTES], iv[BLOCK_BYTES:])


def decrypt_ige(data: bytes, key: bytes, iv: bytes) -> bytes:
    """Return `data` decrypted: p[n] = D(c[n] ^ p[n-1]) ^ c[n-1]. `iv` is c[-1], then p[-1].

    Raises:
        ValueError: `data`, key or iv have another length than blocks, 32 and 32 bytes.
    """
    _check(data, iv)
    return _chain(_cipher(key).decryptor().update, data, iv[BLOCK_BYTES:], iv[:BLOCK_BYTES])


def _check(data: bytes, iv: bytes) -> None:
    if len(data) % BLOCK_BYTES or len(iv) != 2 * BLOCK_BYTES:
        raise ValueError("data must be whole blocks, and an iv two of them")


def _cipher(key: bytes) -> Cipher[ECB]:
    return Cipher(AES256(key), ECB())  # noqa: S305  the chaining is added below


def _chain(step: Callable[[bytes], bytes], data: bytes, made: bytes, given: bytes) -> bytes:
    """Return each block after a step, chained with what was made and what was given one block before."""
    last_made, last_given = int.from_bytes(made, "big"), int.from_bytes(given, "big")
    out = bytearray()
    for at in range(0, len(data), BLOCK_BYTES):
        block = int.from_bytes(data[at : at + BLOCK_BYTES], "big")
        stepped = step((block ^ last_made).to_bytes(BLOCK_BYTES, "big"))
        last_made, last_given = int.from_bytes(stepped, "big") ^ last_given, block
        out += last_made.to_bytes(BLOCK_BYTES, "big")
    return bytes(out)
