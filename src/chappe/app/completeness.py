"""What a server must have before it starts: whatever one part of it asks another for by name.

Many of these are gates. One that is missing must not be taken for one that lets everybody through, so
nobody looks a service up with a default, and a server that lacks one does not start.
"""

from collections.abc import Mapping
from typing import Final

NEEDED: Final = frozenset(
    (
        "bar_hidden",
        "came_online",
        "channel_reading",
        "chat_peer",
        "close_dialog",
        "find_chats",
        "forget_files",
        "forget_posts",
        "has_dialog",
        "hidden_by_me",
        "hides_read_dates",
        "history_ttl",
        "is_blocked",
        "is_member",
        "joined_as",
        "keep_action",
        "may_see",
        "may_see_each",
        "newest_of",
        "notify_settings",
        "open_dialog",
        "partners",
        "peer_settings",
        "place_poll",
        "post_action",
        "post_action_within",
        "posts_are_read",
        "public_chat",
        "remove_posts",
        "runs_public_channel",
        "seen_chat_photo",
        "seen_invited_photo",
        "seen_media",
        "service_message",
        "show_chats",
        "show_link",
        "show_logged",
        "show_media",
        "show_message",
        "show_phone_to",
        "show_reactions",
        "show_replies",
        "show_user_photo",
        "tell_action_within",
        "unread_mentions",
        "unread_reactions",
        "unread_votes",
    )
)


def require(services: Mapping[str, object]) -> None:
    """Let nothing be missing.

    Raises:
        RuntimeError: something is: a mistake of ours.
    """
    there = {name for name, what in services.items() if what is not None}
    missing = sorted(NEEDED - there)
    if missing:
        raise RuntimeError(f"The server is not complete, it lacks: {', '.join(missing)}.")
