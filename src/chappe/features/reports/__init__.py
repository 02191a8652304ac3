"""Reports: users point at what is wrong; it is copied, sealed, and waits for the moderators."""

from . import handlers
from .handlers import ACTS

HANDLERS = (handlers,)
EVENTS = ()

__all__ = ["ACTS", "EVENTS", "HANDLERS"]
