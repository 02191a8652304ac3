"""What apps ask of any server: its configuration, texts, and everything it has none of."""

from . import absent, configuration, handlers, languages

HANDLERS = (handlers, languages, absent)
EVENTS = ()

__all__ = ["EVENTS", "HANDLERS", "configuration"]
