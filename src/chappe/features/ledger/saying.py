"""What the server is, said in the ledger at its start where that changed: build, ways of codes, level."""

from collections.abc import Mapping
from typing import Final

from chappe.core import HOUSE
from chappe.ports import Record
from chappe.updates import Context

from .entries import NoteEntry, keep_step

SERVER: Final = "server"  # of its steps in the ledger
BUILD, STARTED, CODE_DELIVERY, RESTORED = "build", "started", "code-delivery", "restored"
LEVEL = "level"


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


async def note_level(context: Context, level: str) -> None:
    """Note the level that the public log is told by another way: it need not be said again."""
    async with context.change(HOUSE) as change:
        change.put(SaidOfServer(step=LEVEL, facts={"to": level}))


async def say_level(context: Context, level: str) -> None:
    """Say the level of the server where it is not the one that was said last; the first is only noted.

    So it is said after `chappe seal`, and where a server was about to be raised and its process ended.
    """
    async with context.change(HOUSE) as change:
        said = await change.get(SaidOfServer, LEVEL)
        change.put(SaidOfServer(step=LEVEL, facts={"to": level}))
        if said is not None and said.facts["to"] != level:
            facts: dict[str, str | int] = {"from": said.facts["to"], "to": level}
            noted = NoteEntry(subject=SERVER, case=0, step=LEVEL, at=change.now, facts=facts)
            await keep_step(change, noted)
