"""Erasures of accounts: each is noted in the change that begins it, and says by whom and not whose."""

from enum import Enum
from typing import Final

from chappe.core import random_number
from chappe.updates import Change, Context

from .asked_log import PUBLIC_LOG
from .entries import note_in_ledger
from .records import ERASURE

SECRET_BYTES: Final = 32  # of the key that says whose account it was; nobody keeps it


class ErasedBy(Enum):
    """By whom an account is erased; the values stand in the public log (`trust/ledger/kinds.py`)."""

    OWNER = "owner"  # its person asked for it, in an app or by whoever runs the server
    OPERATOR = "operator"  # whoever runs the server, or a decision of moderators
    ORDER = "order"  # a decision that an authority wanted
    INACTIVITY = "inactivity"  # nobody used it for as long as its person had said


def note_erasure(change: Change, context: Context, user: int, by: ErasedBy) -> None:
    """Note that an account is erased, where a public log is kept: it is what says it to others."""
    log = context.own(PUBLIC_LOG)
    if log.is_kept:
        whose = log.subject(context.entropy.token(SECRET_BYTES), user)
        note_in_ledger(change, ERASURE, random_number(context.entropy), by.value, subject=whose)
