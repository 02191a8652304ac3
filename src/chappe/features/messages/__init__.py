"""Messages: sending, reading, editing, deleting, between two people and to oneself."""

from . import handlers, history, reading
from .events import EVENTS
from .service import service_message
from .views import show_message

HANDLERS = (handlers, history, reading)

__all__ = ["EVENTS", "HANDLERS", "service_message", "show_message"]
