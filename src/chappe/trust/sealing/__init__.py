"""Sealing: what is kept is encrypted on the way in and opened on the way out, owner by owner."""

from .engine import SealedEngine
from .keys import KeyStore, SealBrokenError
from .root import RootError, open_root, create_root, is_sealed

__all__ = [
    "KeyStore",
    "RootError",
    "SealBrokenError",
    "SealedEngine",
    "create_root",
    "is_sealed",
    "open_root",
]
