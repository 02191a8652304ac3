"""Dialogs: the list of conversations, with what was read, pinned and drafted in each."""

from chappe.features import accounts
from chappe.markup import units

from . import handlers, hooks
from .entities import show_entities, take
from .events import DialogMoved, DraftChanged, PinsChanged, UnreadMarked
from .records import (
    Answer,
    Dialog,
    Draft,
    Entity,
    Message,
    TopicDraft,
    close_dialog,
    has_dialog,
    open_dialog,
    partners,
)
from .views import TopMessage, notify_settings, settled, show_dialogs, show_draft

HANDLERS = (handlers,)
EVENTS = (DraftChanged, PinsChanged, UnreadMarked, DialogMoved)

ANSWERS = (
    accounts.hooks.has_dialog.by(has_dialog),
    accounts.hooks.notify_settings.by(notify_settings),
    accounts.hooks.partners.by(partners),
)
SERVICES = {
    "close_dialog": close_dialog,
    "notify_settings": notify_settings,
    "open_dialog": open_dialog,
}

__all__ = [
    "ANSWERS",
    "EVENTS",
    "HANDLERS",
    "SERVICES",
    "Answer",
    "Dialog",
    "Draft",
    "DraftChanged",
    "Entity",
    "Message",
    "TopMessage",
    "TopicDraft",
    "UnreadMarked",
    "close_dialog",
    "hooks",
    "notify_settings",
    "open_dialog",
    "partners",
    "settled",
    "show_dialogs",
    "show_draft",
    "show_entities",
    "take",
    "units",
]
