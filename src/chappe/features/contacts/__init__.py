"""Contacts: whom one knows, whom one blocks, and how people are found."""

from . import handlers
from .access import is_blocked
from .events import BecameMutual, BlockChanged
from .records import Blocked

HANDLERS = (handlers,)
EVENTS = (BlockChanged, BecameMutual)

__all__ = ["EVENTS", "HANDLERS", "BlockChanged", "Blocked", "is_blocked"]
