"""Messages: sending, reading, editing, deleting, wherever people talk."""

from . import (
    comments,
    events,
    handlers,
    history,
    lines,
    links,
    media,
    posts,
    reading,
    removing,
    saved,
    scheduled,
)
from .access import Source, readers_of, source, source_of, visible
from .events import EditMessage, located, ref_of
from .history import PAGE_MESSAGES_MAX, newest_of, newest_pin, show_page
from .posts import EditPost, NewPost, seen_post
from .reading import channel_reading, unread_mentions
from .sending import post_action
from .service import service_message
from .views import show_message

HANDLERS = (handlers, media, removing, history, reading, comments, saved, links, scheduled)
EVENTS = (
    *events.EVENTS, *lines.LINES, *posts.EVENTS, *comments.LINES, saved.SavedPinsChanged,
    *scheduled.EVENTS,
)  # fmt: skip

SERVICES = {
    "came_online": scheduled.came_online,
    "channel_reading": channel_reading,
    "has_scheduled": scheduled.has_scheduled,
    "newest_of": newest_of,
    "newest_pin": newest_pin,
    "post_action": post_action,
    "seen_media": media.seen_media,
    "service_message": service_message,
    "show_message": show_message,
    "show_replies": comments.show_replies,
    "unread_mentions": unread_mentions,
}

__all__ = [
    "EVENTS",
    "HANDLERS",
    "PAGE_MESSAGES_MAX",
    "SERVICES",
    "EditMessage",
    "EditPost",
    "NewPost",
    "Source",
    "channel_reading",
    "located",
    "newest_of",
    "newest_pin",
    "post_action",
    "readers_of",
    "ref_of",
    "seen_post",
    "service_message",
    "show_message",
    "show_page",
    "source",
    "source_of",
    "unread_mentions",
    "visible",
]
