"""The roster: whom an organisation says to be its people; their accounts are made, moved and ended by it."""

from .commands import COMMANDS, accounts_on_lines
from .leaving import EraseLeaver

HANDLERS = ()
EVENTS = (EraseLeaver,)

__all__ = ["COMMANDS", "EVENTS", "HANDLERS", "accounts_on_lines"]
