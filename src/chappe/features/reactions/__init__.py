"""Reactions: emoji put to a message, counted, and who put them."""

from chappe.features import dialogs

from . import events, handlers, moderating, tags
from .handlers import unread_reactions
from .views import show_reactions, word_of

HANDLERS = (handlers, moderating, tags)
EVENTS = (*events.EVENTS, tags.TagsChanged)
ANSWERS = (dialogs.hooks.unread_reactions.by(unread_reactions),)
SERVICES = {"show_reactions": show_reactions}

__all__ = [
    "ANSWERS",
    "EVENTS",
    "HANDLERS",
    "SERVICES",
    "word_of",
]
