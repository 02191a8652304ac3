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
from .codes import has_login_mail, mail_notice, void_told
from .commands import COMMANDS
from .ended import devices_of, ended_by_operator
from .expiry import DropExpired
from .first_link import offer_first_link
from .hooks import PendingEntry
from .inactivity import CheckInactivity
from .invites import ForgetInvite, SettleUse, is_anonymous_number
from .key_store import StoredAuthKeys
from .keys import key_box
from .login import LOGIN_ERRORS, Proof, log_in_by_proof
from .named import Person, known_account
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
    "PendingEntry",
    "Person",
    "Proof",
    "StoredAuthKeys",
    "devices_of",
    "end_every_session",
    "ended_by_operator",
    "has_login_mail",
    "has_password",
    "hooks",
    "is_anonymous_number",
    "key_box",
    "known_account",
    "log_in_by_proof",
    "mail_notice",
    "offer_first_link",
    "require_password",
    "require_seasoned",
    "sweep_keys",
    "void_told",
]
