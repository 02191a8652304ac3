"""Logging in: keys, codes, sign-up, two-step verification, the list of sessions."""

from . import handlers, password, sessions
from .codes import CodeDelivery
from .keys import Keys
from .sessions import NewSession

HANDLERS = (handlers, sessions, password)
EVENTS = (NewSession,)

__all__ = ["EVENTS", "HANDLERS", "CodeDelivery", "Keys", "NewSession"]
