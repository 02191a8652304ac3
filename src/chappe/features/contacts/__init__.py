"""Contacts: whom one knows, whom one blocks, and how people are found."""

from chappe.features import accounts

from . import blocking, finding, handlers, hooks
from .access import blocks, is_blocked, is_kept_from_stories, peer_settings
from .acquaintance import knows, may_address, reaches
from .events import BecameMutual, BlockChanged, ContactChanged
from .records import Blocked

HANDLERS = (handlers, finding, blocking)
EVENTS = (BlockChanged, ContactChanged, BecameMutual)
ANSWERS = (
    accounts.hooks.is_blocked.by(is_blocked),
    accounts.hooks.may_address.by(may_address),
    accounts.hooks.is_kept_from_stories.by(is_kept_from_stories),
    accounts.hooks.peer_settings.by(peer_settings),
)

__all__ = [
    "ANSWERS",
    "EVENTS",
    "HANDLERS",
    "Blocked",
    "blocks",
    "hooks",
    "is_blocked",
    "knows",
    "may_address",
    "peer_settings",
    "reaches",
]
