"""A data directory: made, opened, backed up, restored and checked."""

from .application import COMMANDS, Installation
from .backups import SESSIONS_KEPT, begin_epoch
from .builds import build_that_lies_here
from .layout import FILES, RESTORED
from .move_record import note_served, refuse_half_moved
from .moving_in import refuse_unfinished
from .opening import (
    BESIDE,
    certificate,
    has_beside,
    open_blobs,
    open_store,
    refuse_moved_blobs,
    refuse_taken,
)
from .root import open_root, server_key, settle_root
from .status import status

__all__ = [
    "BESIDE",
    "COMMANDS",
    "FILES",
    "RESTORED",
    "SESSIONS_KEPT",
    "Installation",
    "begin_epoch",
    "build_that_lies_here",
    "certificate",
    "has_beside",
    "note_served",
    "open_blobs",
    "open_root",
    "open_store",
    "refuse_half_moved",
    "refuse_moved_blobs",
    "refuse_taken",
    "refuse_unfinished",
    "server_key",
    "settle_root",
    "status",
]
