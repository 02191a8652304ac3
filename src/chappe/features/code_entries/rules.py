"""Entries by a code as a state machine: what one is at a moment. Pure functions."""

from enum import Enum
from typing import Final

from .records import CodeEntry

ENTER_WITHIN_S: Final = 3 * 86_400  # seconds an entry lets its device in, once it may come in
CODE_ENTRIES_MAX: Final = 5  # devices at once that wait to come into an account, or were refused
HOUR_S: Final = 3_600


class CodeEntryStage(Enum):
    """What an entry is at a moment."""

    WAITING = "waiting"  # the account's devices may still refuse it
    OPEN = "open"  # it lets its device in, with another code or the same
    REFUSED = "refused"
    OVER = "over"  # it was not used in time, or is forgotten after a refusal


def code_entry_ready_at(entry: CodeEntry) -> int:
    """Return when an entry lets its device in by itself."""
    return entry.asked if entry.confirmed else entry.asked + entry.wait_s


def code_entry_over_at(entry: CodeEntry) -> int:
    """Return when an entry is over. One that was confirmed late has as long as one that waited."""
    return entry.asked + entry.wait_s + ENTER_WITHIN_S


def code_entry_stage(entry: CodeEntry, now: int) -> CodeEntryStage:
    """Return what an entry is now."""
    if now >= code_entry_over_at(entry):
        return CodeEntryStage.OVER
    if entry.refused:
        return CodeEntryStage.REFUSED
    return CodeEntryStage.WAITING if now < code_entry_ready_at(entry) else CodeEntryStage.OPEN
