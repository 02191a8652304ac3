"""What an operator reads instead of SQLite's own words."""

import shutil
import sqlite3
from pathlib import Path

from chappe.ports import EngineError, StoreFull, StoreReadOnly


def explain(error: sqlite3.Error, path: Path) -> EngineError:
    """Return what an operator should read instead of SQLite's own words."""
    text = str(error).lower()
    name = path.name
    if "full" in text or ("disk i/o" in text and _is_full(path)):
        return StoreFull(f"The disk that holds {name} is full: free some space, nothing was lost.")
    if "readonly" in text or "read-only" in text:
        return StoreReadOnly(
            f"{name} cannot be written: check the owner and mount of its directory."
        )
    if "malformed" in text or "not a database" in text or "corrupt" in text:
        return EngineError(damaged(path))
    if "disk i/o" in text:
        return EngineError(
            f"The disk that holds {name} failed: look at the system's log, then run `chappe check`."
        )
    if "unable to open" in text:
        return EngineError(
            f"{name} cannot be opened: check that its directory exists and is yours."
        )
    return EngineError(f"{name} failed: {error}. Run `chappe check`.")


def damaged(path: Path) -> str:
    """Return the sentence about a file that SQLite cannot make sense of."""
    return f"{path.name} is damaged: stop the server, run `chappe check`, restore a backup."


def _is_full(path: Path) -> bool:
    """Whether there is no room where a file is: SQLite calls that a failure when it maps a file."""
    try:
        return shutil.disk_usage(path.parent).free == 0
    except OSError:
        return False
