"""Restrictions: what the operator's staff do to messages, accounts and chats, and how each act is undone.

Nothing here knows why: cases and decisions are the desk's. An act is a command to the box it changes, and
carries a number that its decision gives it: the same number does nothing twice, and undoes it.
"""

from . import acts, imposing, taking_down
from .acts import BoxAct
from .imposing import close_chat, lift, mark, restrict
from .taking_down import (
    Copies,
    Posts,
    TakenDown,
    acts_that_took,
    keep_aside,
    restore_taken_down,
    restore_within,
    take_down,
    take_down_within,
)

HANDLERS = ()
EVENTS = (*acts.EVENTS, *imposing.EVENTS, *taking_down.EVENTS)

__all__ = [
    "EVENTS",
    "HANDLERS",
    "BoxAct",
    "Copies",
    "Posts",
    "TakenDown",
    "acts_that_took",
    "close_chat",
    "keep_aside",
    "lift",
    "mark",
    "restore_taken_down",
    "restore_within",
    "restrict",
    "take_down",
    "take_down_within",
]
