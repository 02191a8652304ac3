"""Dialogs: the list of conversations, with what was read, pinned and drafted in each."""

from chappe.features import accounts

from . import handlers, hooks
from .events import DialogMoved, DraftChanged, PinsChanged, UnreadMarked
from .views import notify_settings, show_dialogs, show_draft, with_channel_state

HANDLERS = (handlers,)
EVENTS = (DraftChanged, PinsChanged, UnreadMarked, DialogMoved)
ANSWERS = (accounts.hooks.notify_settings.by(notify_settings),)

__all__ = [
    "ANSWERS",
    "EVENTS",
    "HANDLERS",
    "DraftChanged",
    "UnreadMarked",
    "hooks",
    "notify_settings",
    "show_dialogs",
    "show_draft",
    "with_channel_state",
]
