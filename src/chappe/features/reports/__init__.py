"""Reports: users point at what is wrong; it is copied, sealed, and waits for the moderators."""

from chappe.features import contacts

from . import handlers, hooks, notes
from .commands import COMMANDS
from .dropping import DropReported
from .filing import file_match
from .handlers import bar_hidden
from .menu import is_reason
from .public_notices import FLAGGED, NOTICE, PublicPlace, file_notice
from .records import BOX, PHOTO, Report
from .reported import part_of, where_reported

HANDLERS = (handlers, notes)
EVENTS = (DropReported,)
ANSWERS = (contacts.hooks.bar_hidden.by(bar_hidden),)

__all__ = [
    "ANSWERS",
    "BOX",
    "COMMANDS",
    "EVENTS",
    "FLAGGED",
    "HANDLERS",
    "NOTICE",
    "PHOTO",
    "DropReported",
    "PublicPlace",
    "Report",
    "file_match",
    "file_notice",
    "hooks",
    "is_reason",
    "part_of",
    "where_reported",
]
