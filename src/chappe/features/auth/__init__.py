"""Logging in: keys, codes, sign-up, two-step verification, the list of sessions."""

from . import deletion, handlers, hooks, mails, numbers, password, recovery, sessions, tokens
from .chores import LookAtUse
from .codes import void_told
from .commands import COMMANDS
from .ending import FinishDeletion, end_every_session
from .expiry import DropExpired
from .key_store import StoredAuthKeys
from .owing import LapseOwing
from .password import has_password, require_password
from .sessions import NewSession
from .sweeping import sweep_keys

HANDLERS = (handlers, tokens, sessions, password, recovery, mails, numbers, deletion)
EVENTS = (NewSession, LookAtUse, DropExpired, LapseOwing, FinishDeletion)

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
