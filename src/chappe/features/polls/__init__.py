"""Polls and quizzes: questions whose answers are counted, wherever their message is shown."""

from chappe.features import dialogs

from . import handlers
from .events import EVENTS
from .handlers import edit_poll, unread_votes
from .making import place_poll, take_poll
from .views import show_poll

HANDLERS = (handlers,)
ANSWERS = (dialogs.hooks.unread_votes.by(unread_votes),)
SERVICES = {
    "edit_InputMediaPoll": edit_poll,
    "place_poll": place_poll,
    "show_poll": show_poll,
    "take_InputMediaPoll": take_poll,
}

__all__ = [
    "ANSWERS",
    "EVENTS",
    "HANDLERS",
    "SERVICES",
]
