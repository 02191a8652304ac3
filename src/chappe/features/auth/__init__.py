"""Logging in: keys, codes, sign-up, two-step verification, the list of sessions."""

from . import (
    deletion,
    handlers,
    hooks,
    login_email,
    password,
    phone_numbers,
    recovery,
    sessions,
    tokens,
)
from .account_deletion import FinishDeletion, end_every_session
from .codes import void_told
from .commands import COMMANDS
from .expiry import DropExpired
from .inactivity import CheckInactivity
from .key_store import StoredAuthKeys
from .password import has_password, require_password
from .pending_login import ExpirePendingLogins
from .sessions import NewSession
from .unused_keys import sweep_keys

HANDLERS = (handlers, tokens, sessions, password, recovery, login_email, phone_numbers, deletion)
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
