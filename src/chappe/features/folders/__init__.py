"""Folders: views of the dialog list that people make for themselves, and share."""

from . import handlers, sharing
from .events import EVENTS

HANDLERS = (handlers, sharing)

__all__ = [
    "EVENTS",
    "HANDLERS",
]
