"""Contacts: whom one knows, whom one blocks, and how people are found."""

from . import handlers
from .access import blocks, is_blocked
from .events import BecameMutual, BlockChanged
from .records import Blocked

HANDLERS = (handlers,)
EVENTS = (BlockChanged, BecameMutual)

SERVICES = {
    "is_blocked": is_blocked,
}

__all__ = ["EVENTS", "HANDLERS", "SERVICES", "BlockChanged", "Blocked", "blocks", "is_blocked"]
