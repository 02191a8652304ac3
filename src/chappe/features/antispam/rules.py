"""What is spam in a group that wants to be rid of it: pure functions, told to people in docs/abuse.md."""

from collections.abc import Sequence
from enum import Enum
from typing import Final

from chappe.features import dialogs, files
from chappe.features.conversations import Message

NEW_S: Final = 24 * 3_600  # seconds for which a member is new
FLOOD_S: Final = 30  # seconds within which messages of one member are counted
FLOOD_MESSAGES_MAX: Final = 10  # messages of one member in that time
ALIKE_S: Final = 600  # seconds within which messages of the same text are counted
ALIKE_MAX: Final = 3  # times one member may say the same in that time
LOOKED_AT_MAX: Final = 50  # newest messages of a group among which one member's are counted


class SpamRule(Enum):
    """Which rule a message is against."""

    LINK = "link"  # a new member's
    MEDIA = "media"  # a new member's, or something they forward
    FLOOD = "flood"
    ALIKE = "alike"


def rule_against(message: Message, recent: Sequence[Message], member_for_s: int) -> SpamRule | None:
    """Return the rule that a message is against; None if it may stay.

    `recent` are the newest messages of its writer, itself among them. Of a medium only its kind is looked
    at, and of a link only that there is one.
    """
    if member_for_s < NEW_S:
        if dialogs.has_link(message.entities):
            return SpamRule.LINK
        if message.fwd_date or (message.media and is_shown(message.media)):
            return SpamRule.MEDIA
    since = message.date - FLOOD_S
    if sum(m.date > since and not _is_of_album(m, recent) for m in recent) > FLOOD_MESSAGES_MAX:
        return SpamRule.FLOOD
    since = message.date - ALIKE_S
    if message.text and sum(m.date > since and m.text == message.text for m in recent) > ALIKE_MAX:
        return SpamRule.ALIKE
    return None


def is_shown(media: bytes) -> bool:
    """Whether a medium is a picture, a film, a file or the like: not a place, a poll, or a throw of dice."""
    return files.unpack_media_ref(media).owner != 0


def _is_of_album(message: Message, recent: Sequence[Message]) -> bool:
    """Whether a message belongs to an album and does not begin it: an album counts as one."""
    first = min((m.id for m in recent if m.grouped_id == message.grouped_id), default=message.id)
    return bool(message.grouped_id) and message.id != first
