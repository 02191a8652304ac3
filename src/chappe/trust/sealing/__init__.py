"""Sealing: what is kept is encrypted on the way in and opened on the way out, owner by owner."""

from .blobs import SealedBlobs, sealed_part_bytes
from .engine import SealedEngine
from .keys import KeyStore, SealBrokenError, unwrap, wrap
from .root import OPEN_FILE, SEALED_FILE, RootError, create_root, is_sealed, open_root, write_whole

__all__ = [
    "OPEN_FILE",
    "SEALED_FILE",
    "KeyStore",
    "RootError",
    "SealBrokenError",
    "SealedBlobs",
    "SealedEngine",
    "create_root",
    "is_sealed",
    "open_root",
    "sealed_part_bytes",
    "unwrap",
    "wrap",
    "write_whole",
]
