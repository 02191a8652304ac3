"""Logging in: keys, codes, sign-up, two-step verification, the list of sessions."""

from . import deletion, handlers, hooks, mails, numbers, password, recovery, sessions, tokens
from .codes import void_told
from .commands import COMMANDS
from .ending import FinishDeletion, end_every_session
from .expiry import DropExpired
from .inactivity import CheckInactivity
from .key_store import StoredAuthKeys
from .password import has_password, require_password
from .pending_login import ExpirePendingLogins
from .sessions import NewSession
from .unused_keys import sweep_keys

HANDLERS = (handlers, tokens, sessions, password, recovery, mails, numbers, deletion)
EVENTS = (NewSession, CheckInactivity, DropExpired, ExpirePendingLogins, FinishDeletion)

__all__ = [
    "COMMANDS",
    "EVENTS",
    "HANDLERS",
    "StoredAuthKeys",
    "end_every_session",
    "has_password",
    "hooks",
    "require_password",
    "sweep_keys",
    "void_told",
]
