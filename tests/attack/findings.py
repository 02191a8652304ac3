"""What becomes of an attack, and what was seen of it."""

from enum import Enum
from typing import NamedTuple


class Outcome(Enum):
    """What becomes of an attack."""

    CAUGHT = "CAUGHT"  # it gets nothing, or whoever looks is told
    NOT_PREVENTED = "NOT PREVENTED"


class Role(Enum):
    """Who attacks."""

    THIEF = "The thief has the disk"
    OPERATOR = "The curious operator has every command, and login codes"
    STAFF = "Somebody of the staff works at the desk"
    ADMINISTRATOR = "The database administrator writes into the store"
    DIGGER = "Who digs for what was deleted has today's keys"
    FORGER = "The forger makes what others should have made"
    REWRITER = "The log-rewriter has the folder of the public log, and its keys"
    OBLIGING = "The obliging operator hands data to an authority, at level L2"
    GAGGED = "The gagged operator is forbidden to say what was asked"
    ROOT = "Root on the machine of the running server"


class Finding(NamedTuple):
    """What became of an attack, and by what it was seen: where it ended, or what it got."""

    outcome: Outcome
    seen: str


def caught(seen: str) -> Finding:
    """Return that it got nothing, or was noticed: `seen` says how."""
    return Finding(Outcome.CAUGHT, seen)


def got(seen: str) -> Finding:
    """Return that it succeeded: `seen` says what it got."""
    return Finding(Outcome.NOT_PREVENTED, seen)
