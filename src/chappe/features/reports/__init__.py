"""Reports: users point at what is wrong; it is copied, sealed, and waits for the moderators."""

from chappe.features import contacts

from . import handlers, notes
from .commands import COMMANDS
from .handlers import bar_hidden
from .reported import where_reported

HANDLERS = (handlers, notes)
EVENTS = ()
ANSWERS = (contacts.hooks.bar_hidden.by(bar_hidden),)

__all__ = [
    "ANSWERS",
    "COMMANDS",
    "EVENTS",
    "HANDLERS",
    "where_reported",
]
