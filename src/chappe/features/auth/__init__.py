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
    signing_up,
    tokens,
)
from .account_deletion import FinishDeletion, end_every_session
from .codes import void_told
from .commands import COMMANDS
from .expiry import DropExpired
from .first_link import offer_first_link
from .inactivity import CheckInactivity
from .invites import ForgetInvite, SettleUse
from .key_store import StoredAuthKeys
from .login import LOGIN_ERRORS, Proof, log_in_by_proof
from .password import has_password, require_password
from .pending_login import ExpirePendingLogins
from .sessions import NewSession, require_seasoned
from .unused_keys import sweep_keys

HANDLERS = (
    handlers,
    signing_up,
    tokens,
    sessions,
    password,
    recovery,
    login_email,
    phone_numbers,
    deletion,
)
EVENTS = (
    NewSession,
    CheckInactivity,
    DropExpired,
    ExpirePendingLogins,
    FinishDeletion,
    ForgetInvite,
    SettleUse,
)

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
    "offer_first_link",
    "require_password",
    "require_seasoned",
    "sweep_keys",
    "void_told",
]
