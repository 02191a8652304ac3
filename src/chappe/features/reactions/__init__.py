"""Reactions: emoji put to a message, counted, and who put them."""

from chappe.features import conversations, dialogs

from . import bot_news, events, handlers, moderating, tags
from .handlers import unread_reactions
from .views import show_reactions, word_of

HANDLERS = (handlers, moderating, tags)
EVENTS = (*events.EVENTS, *bot_news.EVENTS, tags.TagsChanged)
ANSWERS = (
    conversations.hooks.show_reactions.by(show_reactions),
    dialogs.hooks.unread_reactions.by(unread_reactions),
)

__all__ = [
    "ANSWERS",
    "EVENTS",
    "HANDLERS",
    "word_of",
]
