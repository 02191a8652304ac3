"""Sealing: what is kept is encrypted on the way in and opened on the way out, owner by owner."""

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
    write_whole,
)

__all__ = [
    "KEY_BYTES",
    "NONCE_BYTES",
    "OPEN_FILE",
    "SEALED_FILE",
    "KeyStore",
    "RootError",
    "SealBrokenError",
    "SealedBlobs",
    "SealedEngine",
    "create_root",
    "destroy_open",
    "is_sealed",
    "open_root",
    "seal_root",
    "sealed_part_bytes",
    "unwrap",
    "wrap",
    "write_whole",
]
