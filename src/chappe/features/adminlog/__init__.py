"""The admin log: what was done in a supergroup or channel, as its admins see it for two days."""

from . import journal
from .message_entries import DELETED, PINNED, POLL_CLOSED, note_each, note_edit
from .notes import LIFETIME_S, TrimLog, log, note

HANDLERS = (journal,)
EVENTS = (TrimLog,)

__all__ = [
    "DELETED",
    "EVENTS",
    "HANDLERS",
    "LIFETIME_S",
    "PINNED",
    "POLL_CLOSED",
    "log",
    "note",
    "note_each",
    "note_edit",
]
