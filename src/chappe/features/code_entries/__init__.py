"""Entries by a code, where a code alone opens no account: a device confirms one, or it waits.

What the account's devices list and settle is asked of `takeout`, which asks here.
"""

from chappe.features import auth

from .entering import BeginCodeEntry, CloseCodeEntry, beside_code
from .settling import confirm_code_entry, pending_code_entries, refuse_code_entry
from .telling import CodeEntryChanged, TellCodeEntry

HANDLERS = ()
EVENTS = (BeginCodeEntry, CloseCodeEntry, CodeEntryChanged, TellCodeEntry)
ANSWERS = (auth.hooks.beside_code.by(beside_code),)

__all__ = [
    "ANSWERS",
    "EVENTS",
    "HANDLERS",
    "confirm_code_entry",
    "pending_code_entries",
    "refuse_code_entry",
]
