"""What is said in public of the store, so that one that is put back whole is found at the next start.

Each minute, whether or not anything was written, the store counts a statement, and a signed note beside the
log's head says its number and a hash of all sums under a secret. Some of them, and one at each start, are
entries of the log, which its witnesses see. An older store does not know the newest statement.
"""

from typing import Any, Final, NamedTuple, Protocol

from chappe.trust.freshness import StoreSum
from chappe.trust.ledger.canonical import EntryKinds
from chappe.trust.ledger.checkpoints import Checkpoint, parse_checkpoint
from chappe.trust.ledger.errors import LedgerError
from chappe.trust.ledger.keys import SigningKey, check_signature
from chappe.trust.ledger.notes import SignedNote, parse_note
from chappe.trust.ledger.storage import PUBLIC, LogDirectory, LogFiles

KIND: Final = "store.stated"  # of the entries
NOTE: Final = f"{PUBLIC}/store"  # the file of the note
STATED_EVERY_S: Final = 60.0  # seconds between two notes
ENTERED_EVERY_S: Final = 21_600.0  # seconds between two entries: as often as heads are signed anew
ENTRIES_LOOKED_AT_MAX: Final = 2_000  # entries among which the newest statement is sought
OLDER: Final = (
    "The store is older than what the public log says of it: statement {said} was made, and it knows {known}."
    " Somebody put an older copy back. Bring the newest one; or, if there is none, go on with this one by"
    " `chappe serve --accept-older`, which the public log says."
)


class StatedStore(Protocol):
    """A store that keeps sums and statements; see `trust.freshness.FreshCells`."""

    @property
    def is_counted(self) -> bool:
        """Whether it keeps sums."""
        ...

    async def note(self, **what: Any) -> StoreSum:
        """Change what is kept beside the sums; return all that is kept."""
        ...

    async def state(self) -> StoreSum:
        """Count a statement, and keep what it says; return all that is kept."""
        ...


class Statement(NamedTuple):
    """What was said of a store."""

    number: int
    digest: bytes


NOTHING_SAID: Final = Statement(0, b"")


def is_older(kept: StoreSum, said: Statement) -> bool:
    """Whether a store is not the one, or an earlier state of the one, of which something was said."""
    if said.number != kept.stated:
        return said.number > kept.stated
    return said.number > 0 and said.digest != kept.digest


def note_of(kept: StoreSum, origin: str, keys: tuple[SigningKey, ...], now: int) -> SignedNote:
    """Return the note that says what the store is; it has the form of a head, of a log of another name."""
    said = Checkpoint(f"{origin}/store", kept.stated, kept.digest)
    return SignedNote(said.text, tuple(key.sign(said, now) for key in keys))


def newest_statement(
    log: LogDirectory, files: LogFiles, kinds: EntryKinds, origin: str, keys: tuple[SigningKey, ...]
) -> Statement:
    """Return what was said last of the store, beside the log and in it.

    Raises:
        LedgerError: what is beside it is no note of ours.
    """
    found = [NOTHING_SAID]
    content = files.read(NOTE)
    if content is not None:
        found.append(_noted(content, origin, keys))
    size = log.head.size
    for at in range(size - 1, max(-1, size - 1 - ENTRIES_LOOKED_AT_MAX), -1):
        entry = kinds.read(log.entry(at))
        if entry.kind == KIND:
            fields: Any = entry.fields
            found.append(Statement(fields["number"], bytes.fromhex(fields["state"])))
            break
    return max(found)


def _noted(content: bytes, origin: str, keys: tuple[SigningKey, ...]) -> Statement:
    note = parse_note(content)
    said = parse_checkpoint(note.text)
    first = keys[0].verifier
    lines = [line for line in note.signatures if first.signed(line)]
    if said.origin != f"{origin}/store" or not lines:
        raise LedgerError("what is said of the store is not said by this log")
    check_signature(first, note.text, lines[0].signature)
    return Statement(said.size, said.root)
