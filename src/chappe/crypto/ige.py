"""AES-256 in infinite garble extension, the protocol's own mode, through the cryptg wheel.

Where that is missing, such as on a Python it has no wheel for yet, `ige_by_blocks` does the same, slowly.
"""

from collections.abc import Callable
from typing import Final

try:
    from cryptg import decrypt_ige, encrypt_ige
except ModuleNotFoundError:
    from .ige_by_blocks import decrypt_ige, encrypt_ige


# Both take data (a multiple of 16 bytes), a key and an iv (32 bytes each) and return as much.
encrypt: Final[Callable[[bytes, bytes, bytes], bytes]] = encrypt_ige
decrypt: Final[Callable[[bytes, bytes, bytes], bytes]] = decrypt_ige
