"""Sync: where somebody's box stands, and what happened since."""

from . import handlers, second_log

HANDLERS = (handlers, second_log)
EVENTS = ()

__all__ = [
    "EVENTS",
    "HANDLERS",
]
