"""The ledger of the house: what operators did to accounts, by case and without whose account it was."""

from .commands import COMMANDS
from .entries import NoteEntry, note_in_ledger
from .records import LedgerEntry

HANDLERS = ()
EVENTS = (NoteEntry,)

__all__ = ["COMMANDS", "EVENTS", "HANDLERS", "LedgerEntry", "note_in_ledger"]
