"""House rules as the operator gives them: whom more is granted than everybody may do.

What a rule is, and the gate that asks for it, lies in `accounts`: slices ask there.
"""

from .commands import COMMANDS

HANDLERS = ()
EVENTS = ()

__all__ = ["COMMANDS", "EVENTS", "HANDLERS"]
