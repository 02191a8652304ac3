"""Sealing: what is kept is encrypted on the way in and opened on the way out, owner by owner."""

from .backup_key import BackupKeys, root_in_letters, root_of_letters
from .blobs import SealedBlobs, sealed_part_bytes
from .engine import SealedEngine, fresh_cells, seal, stored_in
from .epochs import EpochCell, EpochFile, EpochPlace, server_of_epochs
from .hidden_cells import HiddenCells
from .hidden_keys import HiddenKeyError, HiddenKeys, HiddenOwners, is_hidden
from .journal_seal import JOURNAL, JournalSeal
from .key_rows import OwnerKeys, name_of_key
from .keys import EPOCH_BEFORE, KeyStore
from .renewals import RENEWALS_KEPT_MAX, Renewals
from .root import (
    CUSTODY_FILE,
    OPEN_FILE,
    SEALED_FILE,
    RootError,
    RootInHand,
    RootSecret,
    create_root,
    destroy_open,
    destroy_sealed,
    end_custody,
    is_sealed,
    is_shared,
    level_of,
    open_root,
    seal_root,
    unseal_root,
    write_whole,
)
from .rotation import Rotation
from .units import UnitKeys
from .wrapping import (
    KEY_BYTES,
    NONCE_BYTES,
    EpochGoneError,
    SealBrokenError,
    unwrap,
    wrap,
)

__all__ = [
    "CUSTODY_FILE",
    "EPOCH_BEFORE",
    "JOURNAL",
    "KEY_BYTES",
    "NONCE_BYTES",
    "OPEN_FILE",
    "RENEWALS_KEPT_MAX",
    "SEALED_FILE",
    "BackupKeys",
    "EpochCell",
    "EpochFile",
    "EpochGoneError",
    "EpochPlace",
    "HiddenCells",
    "HiddenKeyError",
    "HiddenKeys",
    "HiddenOwners",
    "JournalSeal",
    "KeyStore",
    "OwnerKeys",
    "Renewals",
    "RootError",
    "RootInHand",
    "RootSecret",
    "Rotation",
    "SealBrokenError",
    "SealedBlobs",
    "SealedEngine",
    "UnitKeys",
    "create_root",
    "destroy_open",
    "destroy_sealed",
    "end_custody",
    "fresh_cells",
    "is_hidden",
    "is_sealed",
    "is_shared",
    "level_of",
    "name_of_key",
    "open_root",
    "root_in_letters",
    "root_of_letters",
    "seal",
    "seal_root",
    "sealed_part_bytes",
    "server_of_epochs",
    "stored_in",
    "unseal_root",
    "unwrap",
    "wrap",
    "write_whole",
]
