"""Which version of its tables a SQLite store has, and which of them this program can open."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from chappe.ports import EngineError

from .sqlite_errors import damaged, explain

# of the tables, and of how keys lie in them; a store of a later version is refused
VERSION: Final = 5
# had no journal, and is all right with an empty one; 2 knew no epochs; of 3 the ids were in the open; 4 kept
# no sums over boxes
VERSION_BEFORE: Final = 1
READ_VERSION: Final = "SELECT value FROM meta WHERE name='version'"


def refuse_other(path: Path, version: str) -> None:
    """Refuse a version this program cannot open.

    Raises:
        EngineError: it is one.
    """
    if not version.isdigit():
        raise EngineError(damaged(path))
    if int(version) > VERSION:
        raise EngineError(
            f"{path.name} was written by a newer Chappe (version {version}): upgrade this one."
        )
    if int(version) < VERSION_BEFORE:
        raise EngineError(
            f"{path.name} was written by an older Chappe (version {version}): start that one again."
        )


def refuse_version(path: Path) -> None:
    """Refuse a store that this program cannot open; a server may run on it.

    Raises:
        EngineError: it cannot be opened.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as db:
            row = db.execute(READ_VERSION).fetchone()
    except sqlite3.Error as error:
        raise explain(error, path) from error
    if row is not None:  # None: it was made a moment ago
        refuse_other(path, row[0])
