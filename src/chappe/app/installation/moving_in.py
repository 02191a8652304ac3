"""What is restored comes into a directory of its own first, and is moved into its place once it is whole."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from chappe.gateways.cli import OperatorError
from chappe.trust import sealing

from .layout import (
    BOXES,
    EPOCHS,
    ERASED,
    FILES,
    KEYS,
    PUBLIC_KEY,
    RESTORED,
    SERVER_KEY,
    SERVER_KEY_FOLLOWING,
    VAULT,
    holds_store,
)

RESTORING: Final = "restoring"  # in the data directory, until all of it is in its place
WHOLE: Final = "whole"  # in there once nothing is missing any more
LOCK: Final = "lock"
# the mark first: what was restored is never served without it; the boxes last: they say that a store is there
ORDER: Final = (
    RESTORED,
    ERASED,
    sealing.OPEN_FILE,
    sealing.SEALED_FILE,
    sealing.CUSTODY_FILE,
    SERVER_KEY,
    SERVER_KEY_FOLLOWING,
    PUBLIC_KEY,
    VAULT,
    FILES,
    EPOCHS,
    KEYS,
    BOXES,
)


@contextmanager
def room_to_restore(data: Path) -> Iterator[Path]:
    """Yield the directory that a restore fetches into; what an earlier one left is still there.

    Raises:
        OperatorError: the data directory holds a store, or another restore is under way.
    """
    staged = data / RESTORING
    if holds_store(data) and not (staged / WHOLE).exists():
        raise OperatorError(f"{data} holds a store already: restore into an empty directory.")
    if any((data / FILES).glob("??/*")) and not (staged / WHOLE).exists():
        raise OperatorError(f"{data} holds files already: restore into an empty directory.")
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    staged.mkdir(exist_ok=True, mode=0o700)
    lock = os.open(staged / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise OperatorError(f"Another restore into {data} is under way: wait for it.") from None
    else:
        yield staged
    finally:
        os.close(lock)


def give_up(data: Path) -> None:
    """Remove what was fetched, so that nothing of it stays."""
    shutil.rmtree(data / RESTORING, ignore_errors=True)


def note_whole(staged: Path) -> None:
    """Note that all is there: from now on a restore that is cut short is finished and not begun anew."""
    for folder, _, names in os.walk(staged):
        for name in names:
            _sync(Path(folder) / name)
        _sync(Path(folder))
    sealing.write_whole(staged / WHOLE, b"\n")


def move_in(data: Path) -> bool:
    """Move what was restored into its place; return whether there was something whole to move.

    Cut short, it goes on where it was.
    """
    staged = data / RESTORING
    if not (staged / WHOLE).exists():
        return False
    for name in ORDER:
        source, target = staged / name, data / name
        if source.exists():
            if source.is_dir() and target.is_dir():
                shutil.rmtree(target)
            source.replace(target)
            _sync(data)
    shutil.rmtree(staged)
    return True


def refuse_unfinished(data: Path) -> None:
    """Refuse to serve a directory into which a restore was begun and not finished.

    Raises:
        OperatorError: it is so.
    """
    if (data / RESTORING).exists():
        raise OperatorError(
            f"A restore into {data} was cut short: give the same `chappe restore` again, or delete"
            f" {data / RESTORING}."
        )


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
