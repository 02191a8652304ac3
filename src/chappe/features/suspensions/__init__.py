"""Suspensions: the operator bounds an account for a while, and its person is told why and until when."""

from .commands import COMMANDS
from .rules import may_while_frozen
from .suspending import EndSuspension, SuspensionChanged, TellSuspension

HANDLERS = ()
EVENTS = (EndSuspension, SuspensionChanged, TellSuspension)

__all__ = ["COMMANDS", "EVENTS", "HANDLERS", "may_while_frozen"]
