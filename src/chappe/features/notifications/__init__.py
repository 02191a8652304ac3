"""Notifications: what may make a sound, and where those who are away are told that something came."""

from chappe.features import auth

from . import devices, handlers, hooks, subscriptions
from .devices import forget_session
from .handlers import NotifySettings, name_of, show_settings
from .notifier import NOTIFIER, Notifier, missed

HANDLERS = (handlers, devices)
EVENTS = (handlers.NotifyChanged, *subscriptions.EVENTS)
ANSWERS = (auth.hooks.session_ended.by(forget_session),)

__all__ = [
    "ANSWERS",
    "EVENTS",
    "HANDLERS",
    "NOTIFIER",
    "Notifier",
    "NotifySettings",
    "hooks",
    "missed",
    "name_of",
    "show_settings",
]
