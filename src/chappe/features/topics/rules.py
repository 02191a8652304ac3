"""Rules for topics and their order, as pure functions."""

from collections.abc import Sequence
from typing import Any, Final

from chappe.core import clean_name
from chappe.tl import errors

from .records import TITLE_CHARACTERS_MAX, Topic

COLORS: Final = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)


def check_topic_title(title: str) -> str:
    """Return a cleaned title.

    Raises:
        errors.ChatTitleEmpty: nothing is left of it.
    """
    cleaned = clean_name(title, TITLE_CHARACTERS_MAX)
    if not cleaned:
        raise errors.ChatTitleEmpty
    return cleaned


def topic_color(wanted: int | None, chance: int) -> int:
    """Return one of the colours topics have: the one asked for, or else one by chance."""
    return wanted if wanted in COLORS else COLORS[chance % len(COLORS)]


Listed = tuple[Topic, int]  # a topic and its newest message


def in_order(topics: Sequence[Listed], pins: Sequence[int], request: Any) -> list[Listed]:
    """Return the topics a request asks for: pinned ones first, then those last written in."""
    first = not request.offset_topic and not request.offset_id
    pinned = [one for number in pins for one in topics if one[0].id == number]
    rest = [one for one in topics if one[0].id not in pins]
    rest.sort(key=lambda one: (one[1], one[0].id), reverse=True)
    if first:
        return [*pinned, *rest]
    if request.offset_topic in pins:
        at = list(pins).index(request.offset_topic)
        return [*pinned[at + 1 :], *rest]
    return [
        one
        for one in rest
        if (one[1], one[0].id) < (request.offset_id or 1 << 31, request.offset_topic)
    ]
