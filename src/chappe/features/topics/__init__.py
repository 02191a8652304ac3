"""Topics: the conversations a supergroup is divided into when it is a forum."""

from . import handlers, listing, switches
from .events import EVENTS

HANDLERS = (handlers, listing, switches)

__all__ = [
    "EVENTS",
    "HANDLERS",
]
