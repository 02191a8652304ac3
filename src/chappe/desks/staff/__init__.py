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
from .members import every_member, keys_of
from .records import STAFF_BOX
from .rights import RIGHTS, STAFF_ROLES, may_give
from .sessions import SESSION_S, Visitor, end_session, visitor_of

EVENTS = ()

__all__ = [
    "ANSWER_BYTES_MAX",
    "COMMANDS",
    "EVENTS",
    "EXPORTED",
    "KEYS_MAX",
    "OPEN_DESK",
    "RIGHTS",
    "SESSION_S",
    "STAFF_BOX",
    "STAFF_ROLES",
    "AuditLog",
    "PublicActs",
    "Visitor",
    "add_key",
    "begin_enrolment",
    "begin_key",
    "begin_login",
    "desk_party",
    "end_session",
    "every_member",
    "finish_enrolment",
    "finish_login",
    "keys_of",
    "may_give",
    "remove_key",
    "visitor_of",
]
