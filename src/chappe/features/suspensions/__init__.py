"""Suspensions: the operator bounds an account for a while, and its person is told why and until when."""

from .commands import COMMANDS, NO_FAULT, contact_account, ground_of
from .listing import ListSuspended
from .rules import NOTE_CHARACTERS_MAX, WORDS, Ground, may_while_frozen
from .suspending import (
    LIFTED,
    EndSuspension,
    SuspensionChanged,
    SuspensionTerms,
    TellSuspension,
    end_suspension,
    suspend,
)

HANDLERS = ()
EVENTS = (EndSuspension, ListSuspended, SuspensionChanged, TellSuspension)

__all__ = [
    "COMMANDS",
    "EVENTS",
    "HANDLERS",
    "LIFTED",
    "NOTE_CHARACTERS_MAX",
    "NO_FAULT",
    "WORDS",
    "Ground",
    "SuspensionTerms",
    "contact_account",
    "end_suspension",
    "ground_of",
    "may_while_frozen",
    "suspend",
]
