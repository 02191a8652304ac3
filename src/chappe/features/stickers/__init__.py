"""Stickers: the sets apps ask for by what they are for, of what the server has drawn."""

from . import handlers

HANDLERS = (handlers,)
EVENTS = ()

__all__ = [
    "EVENTS",
    "HANDLERS",
]
