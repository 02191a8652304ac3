"""Keyboards: the buttons of bots below a message or in place of letters, taken, kept and shown."""

from .buttons import MARKUP_ERRORS, Room, check_markup, room_of, take_markup
from .kept import data_asks_password, forwarded_markup, is_inline, requested_peer, show_markup

HANDLERS = ()
EVENTS = ()

__all__ = [
    "EVENTS",
    "HANDLERS",
    "MARKUP_ERRORS",
    "Room",
    "check_markup",
    "data_asks_password",
    "forwarded_markup",
    "is_inline",
    "requested_peer",
    "room_of",
    "show_markup",
    "take_markup",
]
