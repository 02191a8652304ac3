"""What the server is, said in the ledger at its start where that changed: build, ways of codes."""

from collections.abc import Mapping
from typing import Final

from chappe.core import HOUSE
from chappe.ports import Record
from chappe.updates import Context

from .entries import NoteEntry, keep_step

SERVER: Final = "server"  # of its steps in the ledger
BUILD, STARTED, CODE_DELIVERY, RESTORED = "build", "started", "code-delivery", "restored"


class SaidOfServer(Record, frozen=True):
    """What was said last."""

    table = "said_of_server"
    key = ("step",)

    step: str
    facts: dict[str, str | int]


async def say_of_server(
    context: Context, step: str, facts: Mapping[str, str | int], *, again: bool = False
) -> None:
    """Note what the server is, unless it was noted last; with `again` at any rate."""
    said = SaidOfServer(step=step, facts=dict(facts))
    async with context.change(HOUSE) as change:
        if await change.get(SaidOfServer, step) == said and not again:
            return
        change.put(said)
        noted = NoteEntry(subject=SERVER, case=0, step=step, at=change.now, facts=dict(facts))
        await keep_step(change, noted)
