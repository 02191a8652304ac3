"""The ledger of the house: what operators did to accounts, by case and without whose account it was."""

from . import hooks
from .acting import ActUnderWay, OperatorAct, end_interrupted, in_public_log
from .asked_log import PUBLIC_LOG, AskedPublicLog, NoPublicLog, NotLoggedError
from .commands import COMMANDS
from .entries import NoteEntry, keep_step, note_in_ledger
from .erasing import ErasedBy, note_erasure
from .publishing import (
    MODERATION,
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
from .saying import (
    BUILD,
    CODE_DELIVERY,
    RESTORED,
    STARTED,
    note_level,
    say_level,
    say_of_server,
)
from .telling import RecordKey, TellReceipt

HANDLERS = ()
EVENTS = (NoteEntry, TellReceipt)

__all__ = [
    "BUILD",
    "CODE_DELIVERY",
    "COMMANDS",
    "EVENTS",
    "HANDLERS",
    "MODERATION",
    "PUBLIC_LOG",
    "RESTORED",
    "STARTED",
    "ActUnderWay",
    "AskedPublicLog",
    "ErasedBy",
    "LedgerEntry",
    "NoPublicLog",
    "NotLoggedError",
    "NoteEntry",
    "OperatorAct",
    "PublicLogKeys",
    "PublicLogSeen",
    "PublicStep",
    "RecordKey",
    "case_hash",
    "day_of",
    "end_interrupted",
    "has_step",
    "hooks",
    "in_public_log",
    "keep_step",
    "note_erasure",
    "note_in_ledger",
    "note_level",
    "public_step",
    "say_level",
    "say_of_server",
    "steps_after",
]
