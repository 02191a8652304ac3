"""Joining: invites as the operator makes them, and people where they may. They are taken in `auth`."""

from . import handlers
from .commands import COMMANDS

HANDLERS = (handlers,)
EVENTS = ()

__all__ = ["COMMANDS", "EVENTS", "HANDLERS"]
