"""Notifications: what may make a sound, and where pushes would go."""

from . import handlers
from .handlers import NotifySettings, name_of, show_settings

HANDLERS = (handlers,)
EVENTS = (handlers.NotifyChanged,)

__all__ = [
    "EVENTS",
    "HANDLERS",
    "NotifySettings",
    "name_of",
    "show_settings",
]
