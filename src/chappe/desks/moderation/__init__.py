"""Moderation: cases of reports, decided by people, in the public log before anything is done.

This desk imports neither messages nor histories: what it shows is the copy that a report holds.
"""

from .acting import apply, reverse
from .records import MODERATION_BOX

COMMANDS = ()
EVENTS = ()
ANSWERS = ()

__all__ = ["ANSWERS", "COMMANDS", "EVENTS", "MODERATION_BOX", "apply", "reverse"]
