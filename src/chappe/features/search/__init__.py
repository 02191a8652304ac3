"""Search: in one conversation and in all of one's own."""

from . import handlers

HANDLERS = (handlers,)
EVENTS = ()

__all__ = ["EVENTS", "HANDLERS"]
