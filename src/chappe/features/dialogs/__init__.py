"""Dialogs: the list of conversations, with what was read, pinned and drafted in each."""

from . import handlers
from .entities import show_entities, take, units
from .events import DialogMoved, DraftChanged, PinsChanged, UnreadMarked
from .records import Dialog, Draft, Entity, Message, Where, partners
from .views import TopMessage, peer_of, show_dialogs

HANDLERS = (handlers,)
EVENTS = (DraftChanged, PinsChanged, UnreadMarked, DialogMoved)

__all__ = [
    "EVENTS",
    "HANDLERS",
    "Dialog",
    "Draft",
    "DraftChanged",
    "Entity",
    "Message",
    "TopMessage",
    "Where",
    "partners",
    "peer_of",
    "show_dialogs",
    "show_entities",
    "take",
    "units",
]
