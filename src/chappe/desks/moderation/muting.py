"""Reporters whose reports are not meant: muted for a while with a reason, and never named."""

from typing import Any, Final

from chappe.core import random_number
from chappe.features import reports
from chappe.features.reports import Report
from chappe.rpc import Giver
from chappe.updates import Context

from .claims import name_of, opened_case
from .records import DAY_S, MODERATION_BOX, CaseEvidence, MutedReporter

REASONS: Final = {
    "untrue": "reports what did not happen",
    "flood": "reports everything",
    "quarrel": "reports one person in a quarrel",
}


async def mute(
    context: Context, case: int, evidence: int, days: int, reason: str, by: Giver
) -> dict[str, Any]:
    """Mute whoever made a report.

    Raises:
        ValueError: there is no such report, nobody made it, or the reason is none.
    """
    if reason not in REASONS:
        raise ValueError(f"`{reason}` is no reason: give one of {', '.join(REASONS)}.")
    look = context.look(MODERATION_BOX)
    await opened_case(context, look, case, by)
    piece = await look.get(CaseEvidence, case, evidence)
    report = await context.look(reports.BOX).get(Report, piece.report) if piece else None
    if report is None or not report.reporter:
        raise ValueError("There is no such report, or nobody made it.")
    async with context.change(MODERATION_BOX) as change:
        known = await change.get(MutedReporter, report.reporter)
        number = known.number if known is not None else random_number(context.entropy) >> 31
        until = change.now + days * DAY_S
        change.put(
            MutedReporter(
                user=report.reporter,
                number=number,
                until=until,
                reason=reason,
                by=by.staff,
                at=change.now,
            )
        )
    return {"number": number, "until": until}


async def muted_reporters(context: Context) -> list[dict[str, Any]]:
    """Return who is muted, by numbers that say nobody's account; those whose time is over are gone."""
    now = context.clock.now()
    known = await context.look(MODERATION_BOX).scan(MutedReporter)
    return [
        {
            "number": one.number,
            "reason": one.reason,
            "since": one.at,
            "until": one.until,
            "by": await name_of(context, one.by),
        }
        for one in known
        if one.until > now
    ]


async def unmute(context: Context, number: int) -> bool:
    """End a muting, and forget those that are over; return whether there was one."""
    ended = False
    async with context.change(MODERATION_BOX) as change:
        for one in await change.scan(MutedReporter):
            if one.number == number or one.until <= change.now:
                change.drop(MutedReporter, one.user)
                ended = ended or one.number == number
    return ended
