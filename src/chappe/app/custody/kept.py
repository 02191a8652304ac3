"""What a data directory keeps of its custodians: the table in force, one that is proposed, and notes.

The table in force is the file `root.custody`; that it is there says that the server is at L2. Nothing in any
of these files is secret.
"""

import json
from pathlib import Path
from typing import Any, Final, NamedTuple

from chappe.trust import sealing
from chappe.trust.custody import CustodyError, CustodyTable, parse_table
from chappe.trust.custody.forms import read, whole, written

FOLDER: Final = "custody"
PROPOSED: Final = f"{FOLDER}/proposed"
NOTES: Final = f"{FOLDER}/notes.json"
_FIELDS: Final = frozenset({"position", "table", "v"})
_POSITION_MAX: Final = 1 << 62  # entries of a log before a table's


class KeptTable(NamedTuple):
    """A table of custodians, and where it stands in the public log."""

    table: CustodyTable
    position: int

    @property
    def content(self) -> bytes:
        """The file."""
        table = self.table.content.decode("ascii")
        return written({"position": self.position, "table": table, "v": 1}) + b"\n"


def table_in_force(data: Path) -> KeptTable | None:
    """Return the table by which a server starts; None: it is not at L2.

    Raises:
        RootError: the file is damaged.
    """
    return _kept(data / sealing.CUSTODY_FILE)


def table_proposed(data: Path) -> KeptTable | None:
    """Return the table that is to come into force.

    Raises:
        RootError: the file is damaged.
    """
    return _kept(data / PROPOSED)


def _kept(path: Path) -> KeptTable | None:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    return parse_kept(content, str(path))


def parse_kept(content: bytes, name: str) -> KeptTable:
    """Return the table of a file called `name`.

    Raises:
        RootError: it is damaged.
    """
    try:
        found = read(content, _FIELDS, name)
        table = parse_table(str(found["table"]).encode())
        return KeptTable(table, whole(found["position"], "The position", 0, _POSITION_MAX))
    except CustodyError:
        raise sealing.RootError(f"{name} is damaged; restore it from a backup.") from None


class CustodyNotes(NamedTuple):
    """What is remembered of custodians, by the hash of their key in hex."""

    seen: dict[str, int]  # how many entries the log had when they answered last
    tried: dict[
        str, int
    ]  # when they last showed that their share is at hand, in seconds since 1970


def notes_of(data: Path) -> CustodyNotes:
    """Return what is remembered; nothing where the file is missing or damaged: it only helps."""
    try:
        found = json.loads((data / NOTES).read_bytes())
        return CustodyNotes(_numbers(found["seen"]), _numbers(found["tried"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return CustodyNotes({}, {})


def _numbers(found: Any) -> dict[str, int]:
    return {str(name): int(number) for name, number in found.items()}


def note_seen(data: Path, approver: str, size: int) -> None:
    """Remember up to where a custodian knows the log."""
    notes = notes_of(data)
    keep_notes(data, notes._replace(seen={**notes.seen, approver: size}))


def keep_notes(data: Path, notes: CustodyNotes) -> None:
    """Remember it."""
    (data / FOLDER).mkdir(mode=0o700, exist_ok=True)
    sealing.write_whole(data / NOTES, json.dumps(notes._asdict(), sort_keys=True).encode())
