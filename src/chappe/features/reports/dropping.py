"""Reports go when nobody needs them any more: what they copied is forgotten, and counted no longer."""

from typing import Final

import msgspec

from chappe.features import files
from chappe.updates import Change, Command, Context

from .records import Report

_GONE: Final = (0, 0, 0, "", b"")  # in the place of a message that was forgotten


class DropReported(Command, frozen=True):
    """Forget messages of a report, by their places; without any left, the report."""

    name = "reports.drop"

    report: int
    places: tuple[int, ...]

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        report = await change.get(Report, self.report)
        if report is None:
            return
        messages = list(report.messages)
        for place in self.places:
            await files.count_shown(change, messages[place][4], -1)
            messages[place] = _GONE
        if any(message != _GONE for message in messages):
            change.put(msgspec.structs.replace(report, messages=tuple(messages)))
        else:
            change.drop(Report, report.id)
