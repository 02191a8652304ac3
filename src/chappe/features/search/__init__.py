"""Search: in one conversation and in all of one's own."""

from . import handlers, posts

HANDLERS = (handlers, posts)
EVENTS = ()

__all__ = [
    "EVENTS",
    "HANDLERS",
]
