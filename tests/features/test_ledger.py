"""The ledger: what is noted comes there once, in order, and is dropped after a year."""

from typing import Any

from tests.operating import operate

from chappe.core import HOUSE, Kind, Owner
from chappe.features.ledger import LedgerEntry, note_in_ledger
from chappe.features.ledger.commands import ENTRIES_SHOWN_MAX
from chappe.features.ledger.entries import DROP_EVERY, ENTRIES_DROPPED_MAX, ENTRIES_KEPT_S

from .village import Village, village


async def note(v: Village, case: int, step: str, **facts: Any) -> None:
    """Note a step in a change of somebody's box."""
    async with v.context.change(Owner(Kind.USER, 7)) as change:
        note_in_ledger(change, "trial", case, step, **facts)


async def test_entries_come_in_order_with_their_facts() -> None:
    """Beside those of other subjects."""
    async with village() as v:
        assert await operate(v.server, "ledger") == []
        await note(v, 1, "begun", ground="spam")
        await note(v, 2, "begun")
        await note(v, 1, "lifted")
        await v.settle()
        found = await operate(v.server, "ledger")
        assert [(e["case"], e["step"], e.get("ground")) for e in found] == [
            (1, "begun", "spam"),
            (2, "begun", None),
            (1, "lifted", None),
        ]
        assert await operate(v.server, "ledger", about="other") == []


async def test_what_is_older_than_a_year_goes_with_what_is_new() -> None:
    """Some at a time, so that no entry costs more than another."""
    async with village() as v:
        for number in range(ENTRIES_DROPPED_MAX + 1):
            await note(v, number, "begun")
        await v.settle()
        v.clock.time += ENTRIES_KEPT_S
        for _ in range(DROP_EVERY):
            await note(v, 99, "begun")
        await v.settle()
        kept = await v.context.look(HOUSE).scan(LedgerEntry, limit=ENTRIES_SHOWN_MAX)
        assert [entry.case for entry in kept] == [ENTRIES_DROPPED_MAX, *[99] * DROP_EVERY]
