"""Privacy: who may see and do what."""

from . import handlers
from .access import may_see
from .records import PrivacyChanged

HANDLERS = (handlers,)
EVENTS = (PrivacyChanged,)

SERVICES = {
    "may_see": may_see,
}

__all__ = ["EVENTS", "HANDLERS", "SERVICES", "may_see"]
