"""Stickers and custom emoji: sets of people, bots and the server, and what each person has of them."""

from chappe.features import media

from . import finding, handlers, hooks, installed, kept, making, names
from .access import is_custom_emoji, seen_sticker, set_thumb
from .exported import EXPORTED
from .kept import remember_sticker

HANDLERS = (handlers, installed, kept, finding, names, making)
EVENTS = (*installed.EVENTS, *kept.EVENTS)
ANSWERS = (
    media.hooks.seen_sticker.by(seen_sticker),
    media.hooks.set_thumb.by(set_thumb),
)

__all__ = [
    "ANSWERS",
    "EVENTS",
    "EXPORTED",
    "HANDLERS",
    "hooks",
    "is_custom_emoji",
    "remember_sticker",
]
