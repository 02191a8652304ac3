"""The admin log: what was done in a supergroup or channel, as its admins see it for two days."""

from . import journal
from .journal import TrimLog, log, note
from .message_entries import DELETED, PINNED, POLL_CLOSED, note_each, note_edit, show_logged

HANDLERS = (journal,)
EVENTS = (TrimLog,)
SERVICES = {"show_logged": show_logged}

__all__ = [
    "DELETED",
    "EVENTS",
    "HANDLERS",
    "PINNED",
    "POLL_CLOSED",
    "SERVICES",
    "log",
    "note",
    "note_each",
    "note_edit",
]
