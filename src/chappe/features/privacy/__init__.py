"""Privacy: who may see and do what."""

from . import handlers
from .access import may_see, may_see_each
from .records import PrivacyChanged

HANDLERS = (handlers,)
EVENTS = (PrivacyChanged,)

SERVICES = {
    "may_see": may_see,
    "may_see_each": may_see_each,
}

__all__ = ["EVENTS", "HANDLERS", "SERVICES", "may_see", "may_see_each"]
