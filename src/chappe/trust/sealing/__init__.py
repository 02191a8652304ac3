"""Sealing: what is kept is encrypted on the way in and opened on the way out, owner by owner."""

from .backup_key import BackupKeys, root_in_letters, root_of_letters
from .blobs import SealedBlobs, sealed_part_bytes
from .engine import SealedEngine
from .keys import KEY_BYTES, NONCE_BYTES, KeyStore, SealBrokenError, unwrap, wrap
from .root import (
    OPEN_FILE,
    SEALED_FILE,
    RootError,
    create_root,
    destroy_open,
    is_sealed,
    open_root,
    seal_root,
    unseal_root,
    write_whole,
)

__all__ = [
    "KEY_BYTES",
    "NONCE_BYTES",
    "OPEN_FILE",
    "SEALED_FILE",
    "BackupKeys",
    "KeyStore",
    "RootError",
    "SealBrokenError",
    "SealedBlobs",
    "SealedEngine",
    "create_root",
    "destroy_open",
    "is_sealed",
    "open_root",
    "root_in_letters",
    "root_of_letters",
    "seal_root",
    "sealed_part_bytes",
    "unseal_root",
    "unwrap",
    "wrap",
    "write_whole",
]
