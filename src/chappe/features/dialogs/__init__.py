"""Dialogs: the list of conversations, with what was read, pinned and drafted in each."""

from chappe.features import accounts, notifications

from . import handlers, hooks
from .events import DialogMoved, DraftChanged, PinsChanged, UnreadMarked
from .news import is_news
from .views import notify_settings, show_dialogs, show_draft, with_channel_state

HANDLERS = (handlers,)
EVENTS = (DraftChanged, PinsChanged, UnreadMarked, DialogMoved)
ANSWERS = (
    accounts.hooks.notify_settings.by(notify_settings),
    notifications.hooks.is_news.by(is_news),
)

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
