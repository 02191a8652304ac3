"""Contacts: whom one knows, whom one blocks, and how people are found."""

from . import blocking, finding, handlers
from .access import blocks, is_blocked, is_kept_from_stories, peer_settings
from .events import BecameMutual, BlockChanged, ContactChanged
from .records import Blocked

HANDLERS = (handlers, finding, blocking)
EVENTS = (BlockChanged, ContactChanged, BecameMutual)

SERVICES = {
    "is_blocked": is_blocked,
    "is_kept_from_stories": is_kept_from_stories,
    "peer_settings": peer_settings,
}

__all__ = ["EVENTS", "HANDLERS", "SERVICES", "BlockChanged", "Blocked", "blocks", "is_blocked"]
