"""Messages: sending, reading, editing, deleting, between two people and to oneself."""

from . import handlers, history, reading
from .events import EVENTS
from .history import PAGE_MESSAGES_MAX, show_page
from .service import service_message
from .views import show_message

HANDLERS = (handlers, history, reading)

__all__ = [
    "EVENTS",
    "HANDLERS",
    "PAGE_MESSAGES_MAX",
    "service_message",
    "show_message",
    "show_page",
]
