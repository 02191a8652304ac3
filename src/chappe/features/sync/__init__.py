"""Sync: where somebody's box stands, and what happened since."""

from . import handlers

HANDLERS = (handlers,)
EVENTS = ()

__all__ = [
    "EVENTS",
    "HANDLERS",
]
