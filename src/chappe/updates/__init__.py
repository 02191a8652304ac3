"""Changes: records, events and pts kept together; and how those entitled hear of them, once."""

from .boxes import PAGE_RECORDS, Change, View
from .crowd import Facts
from .drive import drive
from .epoch import begin_epoch
from .events import Book, Deed, Event, EventRow, Likeness, Line, NoticeRow
from .house import House, Secrets
from .hub import Hub, Subscriber, render
from .mending import Mender
from .pruning import CHANNEL_BEHIND_MAX, EVENTS_BEHIND_MAX, Pruned, Pruner, prune
from .relay import Relay
from .reporting import report
from .store import Store
from .timers import Timers
from .viewer import Viewer

__all__ = [
    "CHANNEL_BEHIND_MAX",
    "EVENTS_BEHIND_MAX",
    "PAGE_RECORDS",
    "Book",
    "Change",
    "Deed",
    "Event",
    "EventRow",
    "Facts",
    "House",
    "Hub",
    "Likeness",
    "Line",
    "Mender",
    "NoticeRow",
    "Pruned",
    "Pruner",
    "Relay",
    "Secrets",
    "Store",
    "Subscriber",
    "Timers",
    "View",
    "Viewer",
    "begin_epoch",
    "drive",
    "prune",
    "render",
    "report",
]
