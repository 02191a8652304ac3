"""What apps ask of any server: its configuration, texts, and everything it has none of."""

from . import absent, handlers, languages, refused
from .handlers import THIS_DC

HANDLERS = (handlers, languages, absent, refused)
EVENTS = ()

__all__ = [
    "EVENTS",
    "HANDLERS",
    "THIS_DC",
]
