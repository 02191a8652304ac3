"""What a server must have before it starts: whatever one part of it asks another for by name.

Many of these are gates. One that is missing must not be taken for one that lets everybody through, so
nobody looks a service up with a default, and a server that lacks one does not start.
"""

from collections.abc import Mapping
from typing import Final

NEEDED: Final = frozenset(
    (
        "channel_reading",
        "close_dialog",
        "find_chats",
        "forget_posts",
        "is_member",
        "joined_as",
        "keep_action",
        "newest_of",
        "open_dialog",
        "post_action",
        "post_action_within",
        "posts_are_read",
        "remove_posts",
        "show_link",
        "show_logged",
        "show_message",
        "show_reactions",
        "show_replies",
        "tell_action_within",
        "unread_mentions",
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
