"""The files of a data directory, by name, and what their presence says."""

from pathlib import Path
from typing import Final

from chappe.trust import sealing

BOXES: Final = "chappe.db"  # the boxes, sealed
KEYS: Final = "keys.db"  # the keys of their owners, wrapped by the root key
EPOCHS: Final = "keys.epochs"  # the keys those are wrapped by, under the root key
FILES: Final = "files"  # the directory of the bytes of files
LOG: Final = "log"  # the directory of public logs
VAULT: Final = (
    "vault"  # the directory of what was taken for orders, under keys that custodians share
)
SERVER_KEY: Final = "server.key"
SERVER_KEY_FOLLOWING: Final = "server.key.following"  # under the next root key, while that changes
PUBLIC_KEY: Final = "server.pub.pem"
RESTORED: Final = "restored"  # present until a restored store has begun its new epoch
ACCEPTED: Final = "accepted"  # present until a store that may be older was counted anew
ERASED: Final = "erased"  # likewise: which accounts were erased since the backup


def holds_store(data: Path) -> bool:
    """Whether a store lies in the directory."""
    return any((data / name).exists() for name in (BOXES, KEYS))


def is_created(data: Path) -> bool:
    """Whether the directory has its root key."""
    return sealing.level_of(data) != "L0" or (data / sealing.OPEN_FILE).exists()
