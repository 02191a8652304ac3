"""Reactions: emoji put to a message, counted, and who put them."""

from . import handlers, moderating
from .events import EVENTS
from .handlers import unread_reactions
from .views import show_reactions

HANDLERS = (handlers, moderating)
SERVICES = {"show_reactions": show_reactions, "unread_reactions": unread_reactions}

__all__ = ["EVENTS", "HANDLERS", "SERVICES", "show_reactions"]
