"""Joining: invites as the operator makes them, and people where they may. They are taken in `auth`."""

from chappe.features import auth

from . import handlers
from .coming import came_by_invite
from .commands import COMMANDS

HANDLERS = (handlers,)
EVENTS = ()
ANSWERS = (auth.hooks.came_by_invite.by(came_by_invite),)

__all__ = ["ANSWERS", "COMMANDS", "EVENTS", "HANDLERS"]
