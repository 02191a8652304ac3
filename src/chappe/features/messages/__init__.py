"""Messages: the methods to send, read, edit, delete and answer, wherever people talk."""

from chappe.features import accounts, media

from . import (
    clear_history,
    discussion,
    expiry,
    handlers,
    history,
    hooks,
    links,
    previews,
    reading,
    removing,
    saved,
    scheduled,
    sending_media,
    thread_reading,
    view_counts,
)
from .date_search import first_since
from .expiry import history_ttl
from .pages import show_page
from .pagination import PAGE_MESSAGES_MAX, PageRequest, asked_by, page_in, place_in
from .saved import source_of_saved
from .scheduled import Scheduled, came_online, has_scheduled
from .sending_media import copied_media, seen_media
from .threads import scan_thread

HANDLERS = (
    handlers,
    sending_media,
    removing,
    history,
    reading,
    discussion,
    thread_reading,
    saved,
    links,
    scheduled,
    clear_history,
    previews,
    expiry,
    view_counts,
)
EVENTS = (
    *previews.EVENTS,
    saved.SavedPinsChanged,
    *scheduled.EVENTS,
    *clear_history.EVENTS,
    *view_counts.EVENTS,
)
ANSWERS = (
    accounts.hooks.came_online.by(came_online),
    accounts.hooks.has_scheduled.by(has_scheduled),
    accounts.hooks.history_ttl.by(history_ttl),
    media.hooks.copied_media.by(copied_media),
    media.hooks.seen_media.by(seen_media),
)

__all__ = [
    "ANSWERS",
    "EVENTS",
    "HANDLERS",
    "PAGE_MESSAGES_MAX",
    "PageRequest",
    "Scheduled",
    "asked_by",
    "first_since",
    "hooks",
    "page_in",
    "place_in",
    "scan_thread",
    "show_page",
    "source_of_saved",
]
