"""The operator command that says how long messages are kept."""

import asyncio
from typing import Any, Final

from chappe.core import Kind
from chappe.features.chats import KEEPING
from chappe.features.conversations import Message, NewMessage
from chappe.rpc import operator_command
from chappe.updates import LOGGED, Context

from .rules import ALL_TOLD, oldest_kept, said_to_operator, shown_day
from .sweeping import BOXES_A_TURN, due_rows

DUE_COUNTED_MAX: Final = 100_000  # events and messages of all boxes that are counted
DUE_COUNTED_OF_BOX_MAX: Final = 1_000  # of one box


@operator_command(
    "retention", "Show how long messages are kept, and how many are due.", audited=False
)
async def retention(context: Context) -> dict[str, Any]:
    """Return what holds of the setting `keep_messages_days`, from when, and how much is to be deleted."""
    rule, now = context.own(KEEPING).rule, int(context.clock.now())
    told = 0
    if rule.told not in (-1, ALL_TOLD):
        async for owners in context.boxes_of(Kind.USER):
            ids = [owner.id for owner in owners]
            if rule.told in ids:
                told += ids.index(rule.told) + 1
                break
            told += len(ids)
    return {
        "keeps": said_to_operator(rule, now) or "for ever",
        "set": shown_day(rule.since) if rule.since else "",
        "spared": "Saved Messages, the service's chat, first messages of topics"
        if rule.days
        else "",
        "told": "everybody" if rule.told == ALL_TOLD else f"{told} people so far",
        "to_go": await _due(context, oldest_kept(rule, now)),
    }


async def _due(context: Context, until: int) -> int:
    """Count what is older than `until` and has not been looked through, up to a bound."""
    found = 0
    if not until:
        return found
    for kind in LOGGED:
        async for owners in context.boxes_of(kind, size=BOXES_A_TURN):
            for owner in owners:
                rows = await due_rows(context.look(owner), until, DUE_COUNTED_OF_BOX_MAX)
                found += sum(
                    isinstance(row, Message) or row.name == NewMessage.name for row in rows
                )
                if found >= DUE_COUNTED_MAX:
                    return DUE_COUNTED_MAX
                await asyncio.sleep(0)
    return found


COMMANDS: Final = (retention,)
