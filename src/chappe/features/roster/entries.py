"""Entries of the roster: found by the organisation's id, kept as each step is done."""

from typing import Any

import msgspec

from chappe.core import HOUSE
from chappe.features import accounts
from chappe.updates import Context

from .records import RosterEntry


def entry_index(context: Context, external: str) -> str:
    """Return what an entry is kept under."""
    return accounts.name_location(context, "roster", external.casefold())[1]


async def entry_of(context: Context, external: str) -> RosterEntry | None:
    """Return what was done about somebody."""
    return await context.look(HOUSE).get(RosterEntry, entry_index(context, external))


async def keep_entry(context: Context, entry: RosterEntry, **done: Any) -> RosterEntry:
    """Keep what was done; return the entry."""
    entry = msgspec.structs.replace(entry, **done)
    async with context.change(HOUSE) as change:
        change.put(entry)
    return entry
