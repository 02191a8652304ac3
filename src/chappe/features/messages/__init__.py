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
from .drafting import check_caption, check_text, draft_of, finish_draft
from .expiry import history_ttl
from .pages import show_page
from .pagination import PAGE_MESSAGES_MAX, PageRequest, asked_by, page_in, place_in
from .previews import watch, with_preview
from .quoting import ANSWER_ERRORS, with_answer
from .saved import source_of_saved
from .scheduled import (
    SCHEDULE_ERRORS,
    Scheduled,
    came_online,
    has_scheduled,
    schedule,
    wanted_date,
)
from .sending import write_message
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
    "ANSWER_ERRORS",
    "EVENTS",
    "HANDLERS",
    "PAGE_MESSAGES_MAX",
    "SCHEDULE_ERRORS",
    "PageRequest",
    "Scheduled",
    "asked_by",
    "check_caption",
    "check_text",
    "draft_of",
    "finish_draft",
    "first_since",
    "hooks",
    "page_in",
    "place_in",
    "scan_thread",
    "schedule",
    "show_page",
    "source_of_saved",
    "wanted_date",
    "watch",
    "with_answer",
    "with_preview",
    "write_message",
]
