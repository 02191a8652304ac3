"""What a server remembers of its backups between starts: a small file in the data directory.

Without it the next backup finds again what is there, as long as the root key is the same as before.
"""

from pathlib import Path
from typing import Final

import msgspec

from chappe.trust.sealing import write_whole

from .job import ListedBackup

STATE: Final = "backups.json"


class TrialResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the last trial restore."""

    at: int  # Unix time at which it ended
    number: int  # of the backup that was tried; 0 where it came not as far
    seconds: int  # it took
    cells: int  # values that were opened
    files: int  # that were fetched and compared
    ok: bool
    says: str  # one sentence


class BackupState(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the backups of a server."""

    places: dict[str, bytes] = {}  # that were begun, with their keys, wrapped
    begun_at: float | None = None  # when the newest backup was begun
    tried_at: float | None = None  # when one was last tried to be made
    failed: int = 0  # tries in a row
    says: str = ""  # why the last one failed
    keeps_versions: bool = False  # the place of the keys
    backups: list[ListedBackup] = []  # the newest last
    trial: TrialResult | None = None

    @property
    def number(self) -> int:
        """The number of the newest backup; 0 before the first."""
        return self.backups[-1].number if self.backups else 0


def read_state(data: Path) -> BackupState:
    """Return what is remembered; nothing where the file is not there, or cannot be read."""
    try:
        return msgspec.json.decode((data / STATE).read_bytes(), type=BackupState)
    except (OSError, msgspec.MsgspecError):
        return BackupState()


def write_state(data: Path, state: BackupState) -> None:
    """Remember it."""
    write_whole(data / STATE, msgspec.json.encode(state))
