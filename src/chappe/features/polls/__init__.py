"""Polls and quizzes: questions whose answers are counted, wherever their message is shown."""

from chappe.features import dialogs

from . import handlers
from .events import EVENTS
from .handlers import unread_votes
from .medium import PollMedium

HANDLERS = (handlers,)
ANSWERS = (dialogs.hooks.unread_votes.by(unread_votes),)
MEDIA = (PollMedium(),)

__all__ = [
    "ANSWERS",
    "EVENTS",
    "HANDLERS",
    "MEDIA",
]
