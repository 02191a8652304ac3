"""Privacy: who may see and do what."""

from . import handlers
from .access import may_see
from .records import PrivacyChanged

HANDLERS = (handlers,)
EVENTS = (PrivacyChanged,)

__all__ = ["EVENTS", "HANDLERS", "may_see"]
