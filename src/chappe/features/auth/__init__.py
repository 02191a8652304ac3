"""Logging in: keys, codes, sign-up, two-step verification, the list of sessions."""

from . import deletion, handlers, password, recovery, sessions
from .acts import ACTS
from .codes import CodeDelivery
from .keys import Keys
from .sessions import NewSession

HANDLERS = (handlers, sessions, password, recovery, deletion)
EVENTS = (NewSession,)

__all__ = ["ACTS", "EVENTS", "HANDLERS", "CodeDelivery", "Keys", "NewSession"]
