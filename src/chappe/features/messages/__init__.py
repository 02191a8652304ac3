"""Messages: sending, reading, editing, deleting, wherever people talk."""

from chappe.features import accounts, auth
from chappe.features import media as files

from . import (
    answering,
    clearing,
    comments,
    counting,
    events,
    expiry,
    handlers,
    history,
    lines,
    links,
    logged,
    media,
    posts,
    previews,
    reading,
    removing,
    saved,
    scheduled,
    senders,
    threads,
)
from .access import (
    Source,
    Target,
    hearers_of,
    may_alter,
    may_write,
    readers_of,
    source,
    source_of,
    visible,
)
from .dates import first_since
from .events import EditMessage, located, ref_of
from .history import newest_of, newest_pin, show_page
from .logged import POLL_CLOSED, note_each
from .offsets import PAGE_MESSAGES_MAX, Asked, asked_by, page_in, place_in
from .posts import EditPost, NewPost, alike_to_readers, posts_are_read, seen
from .reading import channel_reading, unread_mentions
from .records import Mention, Reacted, UnreadReaction, marks_of
from .removing import remove_posts
from .saved import source_of_saved
from .senders import sender_of
from .sending import keep_action, post_action, post_action_within, send, sent, tell_action_within
from .service import service_message
from .threads import (
    GENERAL,
    InThread,
    Thread,
    scan_thread,
    thread_reach,
    topic_number,
    topic_thread,
)
from .views import ANSWER_BYTES_MAX, show_message, weight_of

HANDLERS = (
    handlers,
    media,
    removing,
    history,
    reading,
    comments,
    answering,
    saved,
    links,
    scheduled,
    clearing,
    previews,
    senders,
    expiry,
    counting,
)
EVENTS = (
    *events.EVENTS,
    *lines.LINES,
    *posts.EVENTS,
    *previews.EVENTS,
    *comments.LINES,
    removing.PostsGone,
    *threads.EVENTS,
    saved.SavedPinsChanged,
    *scheduled.EVENTS,
    *clearing.LINES,
    *counting.EVENTS,
)

ANSWERS = (
    accounts.hooks.came_online.by(scheduled.came_online),
    accounts.hooks.has_scheduled.by(scheduled.has_scheduled),
    accounts.hooks.history_ttl.by(expiry.history_ttl),
    accounts.hooks.newest_pin.by(newest_pin),
    accounts.hooks.post_action.by(post_action),
    auth.hooks.service_message.by(service_message),
    files.hooks.copied_media.by(media.copied_media),
    files.hooks.seen_media.by(media.seen_media),
)
SERVICES = {
    "channel_reading": channel_reading,
    "forget_posts": removing.forget_posts,
    "default_sender": senders.show_default_sender,
    "keep_action": keep_action,
    "newest_of": newest_of,
    "post_action": post_action,
    "post_action_within": post_action_within,
    "posts_are_read": posts_are_read,
    "remove_posts": removing.remove_posts,
    "show_logged": logged.show_logged,
    "show_message": show_message,
    "show_replies": comments.show_replies,
    "tell_action_within": tell_action_within,
    "unread_mentions": unread_mentions,
}

__all__ = [
    "ANSWERS",
    "ANSWER_BYTES_MAX",
    "EVENTS",
    "GENERAL",
    "HANDLERS",
    "PAGE_MESSAGES_MAX",
    "POLL_CLOSED",
    "SERVICES",
    "Asked",
    "EditMessage",
    "EditPost",
    "InThread",
    "Mention",
    "NewPost",
    "Reacted",
    "Source",
    "Target",
    "Thread",
    "UnreadReaction",
    "alike_to_readers",
    "asked_by",
    "channel_reading",
    "first_since",
    "hearers_of",
    "located",
    "marks_of",
    "may_alter",
    "may_write",
    "newest_of",
    "newest_pin",
    "note_each",
    "page_in",
    "place_in",
    "post_action",
    "readers_of",
    "ref_of",
    "remove_posts",
    "scan_thread",
    "seen",
    "send",
    "sender_of",
    "sent",
    "service_message",
    "show_message",
    "show_page",
    "source",
    "source_of",
    "source_of_saved",
    "thread_reach",
    "topic_number",
    "topic_thread",
    "unread_mentions",
    "visible",
    "weight_of",
]
