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
from .login import LOGIN_ERRORS, Proof, log_in_by_proof
from .password import has_password, require_password
from .pending_login import ExpirePendingLogins
from .sessions import NewSession, require_seasoned
from .unused_keys import sweep_keys

HANDLERS = (handlers, tokens, sessions, password, recovery, login_email, phone_numbers, deletion)
EVENTS = (NewSession, CheckInactivity, DropExpired, ExpirePendingLogins, FinishDeletion)

__all__ = [
    "COMMANDS",
    "EVENTS",
    "HANDLERS",
    "LOGIN_ERRORS",
    "Proof",
    "StoredAuthKeys",
    "end_every_session",
    "has_password",
    "hooks",
    "log_in_by_proof",
    "require_password",
    "require_seasoned",
    "sweep_keys",
    "void_told",
]
