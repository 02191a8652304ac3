"""Entities: bold, links, mentions and the like, from clients, checked, found, and shown again.

Offsets and lengths count UTF-16 units (core.telegram.org/api/entities).
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from chappe.tl import api, errors

from .records import Entity

ENTITIES_MAX: Final = 100  # entities of one message
ARGUMENTS_BYTES_MAX: Final = (
    8_192  # bytes of all that a message's entities carry: addresses, names of languages
)
URL_UNITS_MAX: Final = 4_096  # characters of the address behind a linked text
LANGUAGE_UNITS_MAX: Final = 64  # characters of the name of a language of code

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
# every repetition that can begin anywhere is bounded, so that no text takes long to look through
_FOUND: Final = (
    ("MessageEntityUrl", re.compile(
        r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]"
        r"|(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,6}(?:com|org|net|io|dev|me|eu|de|fr|uk)\b(?:/[^\s<>\"']*)?",
        re.IGNORECASE)),
    ("MessageEntityEmail", re.compile(
        r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{0,63}\w")),
    ("MessageEntityMention", re.compile(r"(?<![\w/@.])@[A-Za-z]\w{3,31}")),
    ("MessageEntityHashtag", re.compile(r"(?<![\w&])#[^\W\d_]\w*")),
    ("MessageEntityBotCommand", re.compile(r"(?<![\w/])/[A-Za-z]\w{0,63}(?:@\w{5,32})?(?![\w/])")),
)  # fmt: skip


def units(text: str) -> int:
    """Return how many UTF-16 units a text has."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _mentioned(given: Any, me: int) -> int:
    """Return whom a mention without a username means; 0 if that cannot be said."""
    if isinstance(given, api.InputUserSelf):
        return me
    user = given if isinstance(given, int) else getattr(given, "user_id", 0)
    return max(0, user)


def _argument(entity: Any, name: str, me: int) -> int | str | None:
    """Return what an entity says besides where it is; None if it says nothing that could be shown."""
    field = ARGUMENTS[name]
    argument = getattr(entity, field, "") if field else ""
    match name:
        case "MessageEntityMentionName":
            return _mentioned(argument, me) or None
        case "MessageEntityTextUrl":
            return argument if 0 < len(argument) <= URL_UNITS_MAX else None
        case "MessageEntityPre":
            return str(argument)[:LANGUAGE_UNITS_MAX]
        case "MessageEntityBlockquote":
            return int(bool(argument))
    return argument  # empty, or the number of a document


def arguments_bytes(entities: Iterable[Entity]) -> int:
    """Return how many bytes entities carry besides where they are."""
    return sum(len(e[3].encode()) for e in entities if isinstance(e[3], str))


def take(given: Iterable[Any] | None, text: str, me: int = 0) -> tuple[str, tuple[Entity, ...]]:
    """Return a text without outer spaces, and its entities, checked and completed.

    `me` is who wrote them; without it a mention of oneself is left out.

    Raises:
        errors.EntityBoundsInvalid: an entity lies outside the text, or they are too many or carry too much.
    """
    size = units(text)
    kept: list[Entity] = []
    for entity in given or ():
        name = type(entity).__name__.replace("InputMessageEntity", "MessageEntity")
        if name not in ARGUMENTS:
            continue
        if entity.offset < 0 or entity.length <= 0 or entity.offset + entity.length > size:
            raise errors.EntityBoundsInvalid
        argument = _argument(entity, name, me)
        if argument is not None:
            kept.append((name, entity.offset, entity.length, argument))
    if len(kept) > ENTITIES_MAX or arguments_bytes(kept) > ARGUMENTS_BYTES_MAX:
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
