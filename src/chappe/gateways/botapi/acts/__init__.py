"""What each method of the Bot API does: requests of the protocol, and its answer made of theirs."""

from . import chats, editing, members, own, places, reading, sending
from .acting import ACTS, Act, Told

AREAS = (chats, editing, members, own, places, reading, sending)

__all__ = ["ACTS", "AREAS", "Act", "Told"]
