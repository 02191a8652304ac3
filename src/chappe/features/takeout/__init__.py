"""Takeout: an app exports everything of its account, after the account's other devices could refuse it."""

from chappe.features import auth

from . import handlers
from .exported import EXPORTED
from .handlers import CloseTakeout
from .sessions import confirm_entry, is_takeout, pending_entries, refuse_entry, runs
from .telling import TakeoutChanged, TellTakeout

HANDLERS = (handlers,)
EVENTS = (CloseTakeout, TakeoutChanged, TellTakeout)
ANSWERS = (
    auth.hooks.pending_entries.by(pending_entries),
    auth.hooks.refuse_entry.by(refuse_entry),
    auth.hooks.confirm_entry.by(confirm_entry),
)

__all__ = ["ANSWERS", "EVENTS", "EXPORTED", "HANDLERS", "is_takeout", "runs"]
