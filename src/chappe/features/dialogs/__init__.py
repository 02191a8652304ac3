"""Dialogs: the list of conversations, with what was read, pinned and drafted in each."""

from chappe.features import accounts, notifications

from . import approaching, handlers, hooks
from .approaching import (
    approach,
    approach_by_message,
    has_link,
    note_approached,
    strangers_wait,
)
from .events import DialogMoved, DraftChanged, PinsChanged, UnreadMarked
from .news import is_news
from .views import notify_settings, show_dialogs, show_draft, with_channel_state

HANDLERS = (handlers,)
EVENTS = (*approaching.EVENTS, DraftChanged, PinsChanged, UnreadMarked, DialogMoved)
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
    "approach",
    "approach_by_message",
    "has_link",
    "hooks",
    "note_approached",
    "notify_settings",
    "show_dialogs",
    "show_draft",
    "strangers_wait",
    "with_channel_state",
]
