"""Reports: users point at what is wrong; it is copied, sealed, and waits for the moderators."""

from . import handlers, notes
from .commands import COMMANDS
from .handlers import bar_hidden

HANDLERS = (handlers, notes)
EVENTS = ()
SERVICES = {"bar_hidden": bar_hidden}

__all__ = ["COMMANDS", "EVENTS", "HANDLERS", "SERVICES"]
