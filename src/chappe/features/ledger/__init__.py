"""The ledger of the house: what operators did to accounts, by case and without whose account it was."""

from .commands import COMMANDS
from .entries import NoteEntry, note_in_ledger
from .publishing import (
    PublicLogKeys,
    PublicLogSeen,
    PublicStep,
    day_of,
    has_step,
    public_step,
    steps_after,
)
from .records import LedgerEntry

HANDLERS = ()
EVENTS = (NoteEntry,)

__all__ = [
    "COMMANDS",
    "EVENTS",
    "HANDLERS",
    "LedgerEntry",
    "PublicLogKeys",
    "PublicLogSeen",
    "PublicStep",
    "day_of",
    "has_step",
    "note_in_ledger",
    "public_step",
    "steps_after",
]
