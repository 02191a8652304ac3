"""Retention: messages go once they are older than the server keeps any. Timers of chats are in `messages`."""

from . import sweeping
from .commands import COMMANDS
from .rules import said_to_operator
from .sweeping import RetentionSweeper, take_up

HANDLERS = ()
EVENTS = sweeping.EVENTS

__all__ = ["COMMANDS", "EVENTS", "HANDLERS", "RetentionSweeper", "said_to_operator", "take_up"]
