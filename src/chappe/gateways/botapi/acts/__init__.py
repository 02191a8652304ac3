"""What each method of the Bot API does: requests of the protocol, and its answer made of theirs."""

from . import (
    chats,
    editing,
    files,
    fixed,
    inline,
    members,
    own,
    places,
    reading,
    running,
    sending,
    topics,
)
from .acting import ACTS, Act, Told

AREAS = (
    chats,
    editing,
    files,
    fixed,
    inline,
    members,
    own,
    places,
    reading,
    running,
    sending,
    topics,
)

__all__ = ["ACTS", "AREAS", "Act", "Told"]
