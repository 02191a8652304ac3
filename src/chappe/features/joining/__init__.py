"""Joining: invites as the operator makes them, and people where they may. They are taken in `auth`."""

from chappe.features import auth

from . import commands, handlers, place_commands
from .coming import came_by_invite, signs_up
from .places import Arrive, enter_place, is_way_in, known_places, leave_place

HANDLERS = (handlers,)
COMMANDS = (*commands.COMMANDS, *place_commands.COMMANDS)
EVENTS = (Arrive,)
ANSWERS = (
    auth.hooks.came_by_invite.by(came_by_invite),
    auth.hooks.signing_up.by(signs_up),
)

__all__ = [
    "ANSWERS",
    "COMMANDS",
    "EVENTS",
    "HANDLERS",
    "enter_place",
    "is_way_in",
    "known_places",
    "leave_place",
]
