"""Records of reports: an exact copy of what was reported, and the comment."""

from typing import Final

from chappe.core import House, Owner
from chappe.ports import Record

BOX: Final = Owner.house(House.REPORTS)  # reports wait here, sealed, for the moderators' desk
PHOTO: Final = "photo"  # the kind of a report that is of a photo beside a name, and of no message
MESSAGES_MAX: Final = 100  # messages in one report
COMMENT_CHARACTERS_MAX: Final = 512  # characters of a reporter's comment


class Report(Record, frozen=True):
    """One report. Nothing but what was pointed at is copied."""

    table = "report"
    key = ("id",)

    id: int
    date: int
    reporter: int
    kind: str  # what was reported: "messages", "peer", "spam", "photo", "reaction"
    peer: int  # of the dialog, as the reporter has it
    reason: str
    comment: str = ""
    # of each message: id, date, sender, text, media
    messages: tuple[tuple[int, int, int, str, bytes], ...] = ()
    about: int = 0  # the person, photo or story meant, where that is not the peer
    origins: tuple[int, ...] = ()  # of each message: its number in its sender's box


class Reported(Record, frozen=True):
    """In a reporter's box: what they reported already, so that a second tap makes no second report."""

    table = "reported"
    key = ("peer", "id")

    peer: int
    id: int
    report: int
    whats: tuple[str, ...] = ()  # kind and reason of each report of it
