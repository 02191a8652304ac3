"""Notifications: what may make a sound, and where those who are away are told that something came."""

from chappe.features import auth

from . import devices, handlers
from .devices import forget_session
from .handlers import NotifySettings, name_of, show_settings

HANDLERS = (handlers, devices)
EVENTS = (handlers.NotifyChanged, *devices.EVENTS)
ANSWERS = (auth.hooks.session_ended.by(forget_session),)

__all__ = [
    "ANSWERS",
    "EVENTS",
    "HANDLERS",
    "NotifySettings",
    "name_of",
    "show_settings",
]
