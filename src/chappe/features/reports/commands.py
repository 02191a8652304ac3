"""Operator commands about reports: how many wait, without their contents."""

from typing import Any, Final

from chappe.rpc import operator_command
from chappe.updates import Context

from .records import BOX, Report


@operator_command(
    "reports",
    "Count the reports that are kept, by reason and age; their content is for the moderators.",
    audited=False,
    empty="No report waits.",
)
async def counts(context: Context) -> list[dict[str, Any]]:
    """Return how many reports of each reason wait, and since when; nothing of what they hold."""
    now = int(context.clock.now())
    waiting: dict[str, list[int]] = {}
    for one in await context.look(BOX).scan(Report, limit=1 << 20):
        waiting.setdefault(f"{one.kind}: {one.reason}", []).append(one.date)
    return [
        {"reason": reason, "waiting": len(dates), "oldest_hours": (now - min(dates)) // 3600}
        for reason, dates in sorted(waiting.items())
    ]


COMMANDS: Final = (counts,)
