"""Staff: who works at the desks, by which passkeys they log in, what they may, and what they did."""

from .acts import PublicActs
from .answers import ANSWER_BYTES_MAX
from .audit import AuditLog
from .commands import COMMANDS
from .exported import EXPORTED
from .keys import (
    KEYS_MAX,
    add_key,
    begin_enrolment,
    begin_key,
    begin_login,
    desk_party,
    finish_enrolment,
    finish_login,
    remove_key,
)
from .links import OPEN_DESK
from .members import (
    account_of,
    accounts_with,
    every_member,
    giver_of,
    hash_of_staff,
    keys_of,
    staff_name,
)
from .records import STAFF_BOX
from .rights import RIGHTS, STAFF_ROLES, may_give
from .second import (
    KEY_RESTS_S,
    SecondSignature,
    ask_signature,
    could_sign,
    read_signature,
    was_invited_by,
)
from .sessions import SESSION_S, Visitor, end_session, visitor_of

EVENTS = ()

__all__ = [
    "ANSWER_BYTES_MAX",
    "COMMANDS",
    "EVENTS",
    "EXPORTED",
    "KEYS_MAX",
    "KEY_RESTS_S",
    "OPEN_DESK",
    "RIGHTS",
    "SESSION_S",
    "STAFF_BOX",
    "STAFF_ROLES",
    "AuditLog",
    "PublicActs",
    "SecondSignature",
    "Visitor",
    "account_of",
    "accounts_with",
    "add_key",
    "ask_signature",
    "begin_enrolment",
    "begin_key",
    "begin_login",
    "could_sign",
    "desk_party",
    "end_session",
    "every_member",
    "finish_enrolment",
    "finish_login",
    "giver_of",
    "hash_of_staff",
    "keys_of",
    "may_give",
    "read_signature",
    "remove_key",
    "staff_name",
    "visitor_of",
    "was_invited_by",
]
