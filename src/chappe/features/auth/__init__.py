"""Logging in: keys, codes, sign-up, two-step verification, the list of sessions."""

from . import deletion, handlers, password, recovery, sessions
from .acts import ACTS
from .codes import CodeDelivery
from .keys import Keys
from .password import has_password, require_password
from .sessions import NewSession

HANDLERS = (handlers, sessions, password, recovery, deletion)
EVENTS = (NewSession,)

SERVICES = {
    "has_password": has_password,
    "require_password": require_password,
}

__all__ = ["ACTS", "EVENTS", "HANDLERS", "SERVICES", "CodeDelivery", "Keys", "NewSession"]
