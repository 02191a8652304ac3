"""A server that seals nothing: the control, in which every marker must be found.

It is a program of the lab's own. No setting of Chappe does this: the cipher is put in place of the real one
in this process alone.
"""

import pkgutil
from importlib import import_module
from typing import Any, Final

from chappe.app import main
from chappe.trust import sealing

TAG_BYTES: Final = 16  # as long as a real one: places in files are computed by it


class NullCipher:
    """What AES-GCM looks like from outside, and hides nothing."""

    def __init__(self, key: bytes) -> None:
        """Take a key, and forget it."""

    def encrypt(self, nonce: Any, data: Any, associated_data: Any) -> bytes:
        """Return the data, and no tag."""
        return bytes(data) + bytes(TAG_BYTES)

    def encrypt_into(self, nonce: Any, data: Any, associated_data: Any, buffer: Any) -> int:
        """See `encrypt`."""
        buffer[:] = self.encrypt(nonce, data, associated_data)
        return len(buffer)

    def decrypt(self, nonce: Any, data: Any, associated_data: Any) -> bytes:
        """Return what was hidden by `encrypt`."""
        return bytes(data[:-TAG_BYTES])


def seal_nothing() -> None:
    """Let everything that seals use the null cipher, in this process."""
    for found in pkgutil.walk_packages(sealing.__path__, sealing.__name__ + "."):
        module: Any = import_module(found.name)
        if hasattr(module, "AESGCM"):
            module.AESGCM = NullCipher


if __name__ == "__main__":
    seal_nothing()
    main()
