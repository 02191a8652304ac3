"""The roster: whom an organisation says to be its people; their accounts are made, moved and ended by it."""

from .commands import COMMANDS
from .leaving import EraseLeaver

HANDLERS = ()
EVENTS = (EraseLeaver,)

__all__ = ["COMMANDS", "EVENTS", "HANDLERS"]
