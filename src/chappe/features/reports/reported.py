"""Where what a report names is, for whoever takes it down."""

from chappe.features import accounts, conversations
from chappe.features.restrictions import Copies, Posts

from .records import Report


def where_reported(report: Report) -> Posts | Copies | None:
    """Return where the messages of a report are; None if it names none, or is from before that was kept."""
    owner = accounts.owner_of(report.peer)
    if not report.messages:
        return None
    if conversations.log_for(report.reporter, report.peer).shared:
        return Posts(owner.id, tuple(number for number, *_ in report.messages))
    if len(report.origins) != len(report.messages):
        return None
    refs = zip((sender for _, _, sender, *_ in report.messages), report.origins, strict=True)
    return Copies(report.reporter, report.peer, tuple(refs))
