"""Reactions: emoji put to a message, counted, and who put them."""

from . import events, handlers, moderating, tags
from .handlers import unread_reactions
from .views import show_reactions, word_of

HANDLERS = (handlers, moderating, tags)
EVENTS = (*events.EVENTS, tags.TagsChanged)
SERVICES = {"show_reactions": show_reactions, "unread_reactions": unread_reactions}

__all__ = ["EVENTS", "HANDLERS", "SERVICES", "show_reactions", "word_of"]
