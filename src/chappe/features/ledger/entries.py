"""Entries of the ledger: each step is sent to the house in the very change that takes it, so none is lost.

This ledger is kept inside the store, for operators. What strangers can check is another: `trust/ledger`.
"""

from typing import Final

import msgspec

from chappe.core import HOUSE
from chappe.updates import Change, Command, Context

from .records import LedgerEntry

ENTRIES_KEPT_S: Final = 366 * 86_400  # seconds an entry is kept
DROP_EVERY: Final = (
    20  # new entries of which one has old ones dropped: looking for them costs more than it
)
ENTRIES_DROPPED_MAX: Final = 60  # old entries dropped with it, so that they grow fewer


class NoteEntry(Command, frozen=True):
    """Note a step with the house."""

    name = "ledger.note"

    subject: str
    case: int
    step: str
    at: int
    facts: dict[str, str | int] = msgspec.field(default_factory=dict)

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        await keep_step(change, self)


async def _drop_old(change: Change) -> None:
    for old in await change.scan(LedgerEntry, limit=ENTRIES_DROPPED_MAX):
        if old.at + ENTRIES_KEPT_S <= change.now:
            change.drop(LedgerEntry, old.position)


async def keep_step(change: Change, noted: NoteEntry) -> int:
    """Keep an entry in a change of the house; return its position. Now and then some go that are too old."""
    position = change.next("ledger")
    if not position % DROP_EVERY:
        await _drop_old(change)
    change.put(
        LedgerEntry(
            position=position,
            subject=noted.subject,
            case=noted.case,
            step=noted.step,
            at=noted.at,
            facts=noted.facts,
        )
    )
    return position


def note_in_ledger(
    change: Change, subject: str, case: int, step: str, /, **facts: str | int
) -> None:
    """Note a step that is taken in this change."""
    entry = NoteEntry(subject=subject, case=case, step=step, at=change.now, facts=facts)
    change.send_command(HOUSE, entry)
