"""What the process that makes and tries backups is told, and what it tells."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

import msgspec

from chappe.core.configuration import Backups

Task = Literal["make", "try"]
MAKE: Final = "make"
TRY: Final = "try"


class BackupWork(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of work. It holds the root key: it goes through a pipe and is kept nowhere."""

    do: Task
    data: str  # the data directory
    root: bytes
    secret: bytes  # stays the same where the root key does not
    journal: bytes  # the secret by which the journal of the boxes is sealed
    settings: Backups
    boxes: bool  # whether they are in SQLite
    keys: bool  # likewise
    files: bool  # whether they are in the data directory
    reserve: int  # bytes of the disk that are left to messages
    known: dict[str, bytes]  # places that were begun, with their keys wrapped under `secret`
    number: int  # of the latest backup that is known; 0 before the first
    now: float  # Unix time
    niceness: int  # how far it steps back behind everything else

    @property
    def folder(self) -> Path:
        """The data directory."""
        return Path(self.data)


class ListedBackup(msgspec.Struct, frozen=True, kw_only=True):
    """A backup as it is shown."""

    number: int
    at: int  # Unix time
    size: int  # bytes, files included
    kept_until: int  # Unix time, at least


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """What became of making one."""

    backups: list[ListedBackup]  # all there are, the newest last
    places: dict[str, bytes]  # where they are, with the keys of the place wrapped under `secret`
    keeps_versions: bool  # the place of the keys, as far as is known


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a trial restore."""

    number: int
    cells: int
    files: int  # that were fetched and compared
    wrong: list[str]  # sentences; none if all is well


Tell = Callable[
    [str, int, int], None
]  # what is done, and how many bytes of how many; of 0: nobody knows


class MovedBytes:
    """Counts what was moved and tells of it."""

    def __init__(self, tell: Tell, what: str, of: int) -> None:
        self._tell = tell
        self._what = what
        self._of = of
        self._done = 0
        tell(what, 0, of)

    def __call__(self, size: int) -> None:
        """`size` bytes more were moved."""
        self._done += size
        self._tell(self._what, min(self._done, self._of), self._of)
