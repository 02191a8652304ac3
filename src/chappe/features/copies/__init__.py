"""Copies of messages: in a box, which message is a copy of somebody else's, found by its number there."""

from .records import CopyIndex, CopySlot, drop_copy, note_copy, number_of_copy

HANDLERS = ()
EVENTS = ()

__all__ = [
    "EVENTS",
    "HANDLERS",
    "CopyIndex",
    "CopySlot",
    "drop_copy",
    "note_copy",
    "number_of_copy",
]
