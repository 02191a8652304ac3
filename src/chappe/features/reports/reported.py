"""Where what a report names is, for whoever takes it down."""

from collections.abc import Collection

import msgspec

from chappe.features import accounts, conversations
from chappe.features.restrictions import Copies, Posts

from .records import PHOTO, Report


def where_reported(report: Report) -> Posts | Copies | None:
    """Return where the messages of a report are; None if it names none, or is from before that was kept."""
    owner = accounts.owner_of(report.peer)
    if not report.messages or report.kind == PHOTO:
        return None
    if conversations.log_for(report.reporter, report.peer).shared:
        return Posts(owner.id, tuple(number for number, *_ in report.messages))
    is_photo = not report.reporter  # the server files no message of anybody's own box
    if is_photo or len(report.origins) != len(report.messages):
        return None
    refs = zip((sender for _, _, sender, *_ in report.messages), report.origins, strict=True)
    return Copies(report.reporter, report.peer, tuple(refs))


def part_of(report: Report, places: Collection[int]) -> Report:
    """Return a report of those of its messages alone that have these places."""
    kept = [place for place in sorted(places) if place < len(report.messages)]
    origins = tuple(report.origins[place] for place in kept if place < len(report.origins))
    messages = tuple(report.messages[place] for place in kept)
    return msgspec.structs.replace(report, messages=messages, origins=origins)
