"""The ledger of the house: what operators did to accounts, by case and without whose account it was."""

from .acting import (
    PUBLIC_LOG,
    ActUnderWay,
    AskedPublicLog,
    NoPublicLog,
    NotLoggedError,
    OperatorAct,
    end_interrupted,
    in_public_log,
)
from .commands import COMMANDS
from .entries import NoteEntry, note_in_ledger
from .publishing import (
    PublicLogKeys,
    PublicLogSeen,
    PublicStep,
    case_hash,
    day_of,
    has_step,
    public_step,
    steps_after,
)
from .records import LedgerEntry
from .saying import BUILD, CODE_DELIVERY, RESTORED, STARTED, say_of_server

HANDLERS = ()
EVENTS = (NoteEntry,)

__all__ = [
    "BUILD",
    "CODE_DELIVERY",
    "COMMANDS",
    "EVENTS",
    "HANDLERS",
    "PUBLIC_LOG",
    "RESTORED",
    "STARTED",
    "ActUnderWay",
    "AskedPublicLog",
    "LedgerEntry",
    "NoPublicLog",
    "NotLoggedError",
    "OperatorAct",
    "PublicLogKeys",
    "PublicLogSeen",
    "PublicStep",
    "case_hash",
    "day_of",
    "end_interrupted",
    "has_step",
    "in_public_log",
    "note_in_ledger",
    "public_step",
    "say_of_server",
    "steps_after",
]
