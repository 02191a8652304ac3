"""Privacy: who may see and do what."""

from chappe.features import accounts, contacts

from . import handlers
from .access import (
    are_strangers,
    hidden_by_me,
    hides_read_dates,
    may_see,
    may_see_each,
    show_phone_to,
)
from .events import PrivacyChanged

HANDLERS = (handlers,)
EVENTS = (PrivacyChanged,)
ANSWERS = (
    accounts.hooks.hidden_by_me.by(hidden_by_me),
    accounts.hooks.hides_read_dates.by(hides_read_dates),
    accounts.hooks.may_see.by(may_see),
    accounts.hooks.may_see_each.by(may_see_each),
    contacts.hooks.show_phone_to.by(show_phone_to),
)

__all__ = [
    "ANSWERS",
    "EVENTS",
    "HANDLERS",
    "are_strangers",
    "hidden_by_me",
    "hides_read_dates",
    "may_see",
]
