"""Privacy: who may see and do what."""

from . import handlers
from .access import (
    are_strangers,
    hidden_by_me,
    hides_read_dates,
    may_see,
    may_see_each,
    show_phone_to,
)
from .records import PrivacyChanged

HANDLERS = (handlers,)
EVENTS = (PrivacyChanged,)

SERVICES = {
    "hidden_by_me": hidden_by_me,
    "hides_read_dates": hides_read_dates,
    "may_see": may_see,
    "may_see_each": may_see_each,
    "show_phone_to": show_phone_to,
}

__all__ = ["EVENTS", "HANDLERS", "SERVICES", "are_strangers", "may_see", "may_see_each"]
