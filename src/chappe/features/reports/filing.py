"""Reports that the server itself files, of what everybody sees."""

from typing import Final

from chappe.features import files
from chappe.features.conversations import Message
from chappe.ports import Record
from chappe.updates import Context

from . import hooks
from .records import BOX, Report

SERVER: Final = 0  # the reporter of what nobody reported


class Matched(Record, frozen=True):
    """What was on an operator's list of hashes and has a report: it gets no second."""

    table = "matched"
    key = ("peer", "id")

    peer: int
    id: int


async def file_match(
    context: Context, peer: int, reason: str, found: Message, kind: str = "match"
) -> None:
    """Keep a report of a message or photo that is on the operator's list, once; it opens a case."""
    async with context.change(BOX) as change:
        if await change.get(Matched, peer, found.id) is not None:
            return
        change.put(Matched(peer=peer, id=found.id))
        await files.count_shown(change, found.media, 1)  # its file stays, whoever deletes it
        report = Report(
            id=change.next("report"),
            date=int(context.clock.now()),
            reporter=SERVER,
            kind=kind,
            peer=peer,
            reason=reason,
            messages=((found.id, found.date, found.sender, found.text, found.media),),
            origins=(found.origin,),
        )
        change.put(report)
        await context.ask(hooks.report_filed)(change, report)
