"""Entities: bold, links, mentions and the like, from clients, checked, found, and shown again.

Offsets and lengths count UTF-16 units (core.telegram.org/api/entities).
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from chappe.tl import api, errors

from .records import Entity

ENTITIES_MAX: Final = 100  # entities of one message

# constructor's name → the field that carries its argument
ARGUMENTS: Final = {
    "MessageEntityBold": "", "MessageEntityItalic": "", "MessageEntityUnderline": "",
    "MessageEntityStrike": "", "MessageEntityCode": "", "MessageEntitySpoiler": "",
    "MessageEntityUrl": "", "MessageEntityEmail": "", "MessageEntityMention": "",
    "MessageEntityHashtag": "", "MessageEntityBotCommand": "", "MessageEntityPhone": "",
    "MessageEntityCashtag": "", "MessageEntityBankCard": "", "MessageEntityBlockquote": "collapsed",
    "MessageEntityPre": "language", "MessageEntityTextUrl": "url",
    "MessageEntityCustomEmoji": "document_id", "MessageEntityMentionName": "user_id",
}  # fmt: skip
_FOUND: Final = (
    ("MessageEntityUrl", re.compile(
        r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]"
        r"|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|me|eu|de|fr|uk)\b(?:/[^\s<>\"']*)?",
        re.IGNORECASE)),
    ("MessageEntityEmail", re.compile(r"(?<![\w.])[\w.+-]+@[\w-]+\.[\w.-]*\w")),
    ("MessageEntityMention", re.compile(r"(?<![\w/@.])@[A-Za-z]\w{3,31}")),
    ("MessageEntityHashtag", re.compile(r"(?<![\w&])#[^\W\d_]\w*")),
    ("MessageEntityBotCommand", re.compile(r"(?<![\w/])/[A-Za-z]\w{0,63}(?:@\w{5,32})?(?![\w/])")),
)  # fmt: skip


def units(text: str) -> int:
    """Return how many UTF-16 units a text has."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def take(given: Iterable[Any] | None, text: str) -> tuple[str, tuple[Entity, ...]]:
    """Return a text without outer spaces, and its entities, checked and completed.

    Raises:
        errors.EntityBoundsInvalid: an entity lies outside the text, or there are too many.
    """
    size = units(text)
    kept: list[Entity] = []
    for entity in given or ():
        name = type(entity).__name__.replace("InputMessageEntity", "MessageEntity")
        if name not in ARGUMENTS:
            continue
        if entity.offset < 0 or entity.length <= 0 or entity.offset + entity.length > size:
            raise errors.EntityBoundsInvalid
        field = ARGUMENTS[name]
        argument = getattr(entity, field, "") if field else ""
        if name == "MessageEntityMentionName" and not isinstance(argument, int):
            argument = getattr(argument, "user_id", 0)
        if isinstance(argument, bool):
            argument = int(argument)
        kept.append((name, entity.offset, entity.length, argument or ""))
    if len(kept) > ENTITIES_MAX:
        raise errors.EntityBoundsInvalid
    stripped = text.lstrip()
    lead = units(text) - units(stripped)
    stripped = stripped.rstrip()
    end = units(stripped)
    moved = []
    for name, offset, length, argument in kept:
        start = max(0, offset - lead)
        stop = min(end, offset - lead + length)
        if stop > start:
            moved.append((name, start, stop - start, argument))
    return stripped, tuple(sorted([*moved, *_find(stripped, moved)], key=lambda e: (e[1], -e[2])))


def _find(text: str, taken: list[Entity]) -> list[Entity]:
    """Return links, mentions, hashtags and commands nobody marked."""
    if not any(mark in text for mark in "@#/."):
        return []
    found: list[Entity] = []
    blocking = [
        (o, o + n) for name, o, n, _ in taken
        if name in ("MessageEntityCode", "MessageEntityPre", "MessageEntityTextUrl",
                    "MessageEntityUrl", "MessageEntityMentionName")
    ]  # fmt: skip
    for name, pattern in _FOUND:
        for match in pattern.finditer(text):
            start = units(text[: match.start()])
            stop = start + units(match[0])
            if len(found) < ENTITIES_MAX and all(stop <= a or start >= b for a, b in blocking):
                found.append((name, start, stop - start, ""))
                blocking.append((start, stop))
    return found


def show_entities(entities: Iterable[Entity]) -> list[Any]:
    """Return entities as clients read them."""
    shown = []
    for name, offset, length, argument in entities:
        field = ARGUMENTS[name]
        fields: dict[str, Any] = {"offset": offset, "length": length}
        if field == "collapsed":
            fields[field] = bool(argument)
        elif field:
            fields[field] = argument
        shown.append(getattr(api, name)(**fields))
    return shown
