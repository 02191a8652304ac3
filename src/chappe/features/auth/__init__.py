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
from .account_deletion import (
    FinishDeletion,
    delete_account,
    end_every_session,
    is_half_deleted,
)
from .codes import (
    drop_handed_out,
    hand_out,
    has_login_mail,
    mail_of,
    tell_account,
    void_told,
)
from .commands import COMMANDS
from .ended import devices_of, ended_by_operator, keys_of, language_of, note_end, session_since
from .expiry import DropExpired
from .first_link import offer_first_link
from .hooks import PendingEntry, UseUp
from .inactivity import CheckInactivity
from .invites import (
    ANONYMOUS_PREFIX,
    ForgetInvite,
    Invite,
    SettleUse,
    invite_index,
    invite_of,
    is_anonymous_number,
    is_open,
    keep_invite,
    let_in,
    new_token,
    token_index,
    token_of,
)
from .key_store import StoredAuthKeys
from .keys import key_box
from .login import (
    LOGIN_ERRORS,
    Proof,
    anonymous_phone,
    create_user,
    log_in,
    log_in_by_proof,
)
from .login_names import claim_mail, user_by_name
from .named import Person, known_account, named_account
from .password import has_password, is_address, require_password
from .pending_login import ExpirePendingLogins, drop_pending_logins
from .records import LoginMail
from .rules import clean_mail
from .sessions import NewSession, end_sessions, require_seasoned
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
    "ANONYMOUS_PREFIX",
    "COMMANDS",
    "EVENTS",
    "HANDLERS",
    "LOGIN_ERRORS",
    "Invite",
    "LoginMail",
    "PendingEntry",
    "Person",
    "Proof",
    "StoredAuthKeys",
    "UseUp",
    "anonymous_phone",
    "claim_mail",
    "clean_mail",
    "create_user",
    "delete_account",
    "devices_of",
    "drop_handed_out",
    "drop_pending_logins",
    "end_every_session",
    "end_sessions",
    "ended_by_operator",
    "hand_out",
    "has_login_mail",
    "has_password",
    "hooks",
    "invite_index",
    "invite_of",
    "is_address",
    "is_anonymous_number",
    "is_half_deleted",
    "is_open",
    "keep_invite",
    "key_box",
    "keys_of",
    "known_account",
    "language_of",
    "let_in",
    "log_in",
    "log_in_by_proof",
    "mail_of",
    "named_account",
    "new_token",
    "note_end",
    "offer_first_link",
    "require_password",
    "require_seasoned",
    "session_since",
    "sweep_keys",
    "tell_account",
    "token_index",
    "token_of",
    "user_by_name",
    "void_told",
]
