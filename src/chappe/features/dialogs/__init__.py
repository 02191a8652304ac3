"""Dialogs: the list of conversations, with what was read, pinned and drafted in each."""

from . import handlers
from .events import DialogMoved, DraftChanged, PinsChanged, UnreadMarked
from .records import Dialog, Draft, Message, Where, partners
from .views import TopMessage, show_dialogs

HANDLERS = (handlers,)
EVENTS = (DraftChanged, PinsChanged, UnreadMarked, DialogMoved)

__all__ = [
    "EVENTS",
    "HANDLERS",
    "Dialog",
    "Draft",
    "Message",
    "TopMessage",
    "Where",
    "partners",
    "show_dialogs",
]
