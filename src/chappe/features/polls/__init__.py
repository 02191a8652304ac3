"""Polls and quizzes: questions whose answers are counted, wherever their message is shown."""

from . import handlers
from .events import EVENTS
from .handlers import edit_poll, unread_votes
from .making import place_poll, take_poll
from .views import show_poll

HANDLERS = (handlers,)
SERVICES = {
    "edit_InputMediaPoll": edit_poll,
    "place_poll": place_poll,
    "show_poll": show_poll,
    "take_InputMediaPoll": take_poll,
    "unread_votes": unread_votes,
}

__all__ = ["EVENTS", "HANDLERS", "SERVICES"]
