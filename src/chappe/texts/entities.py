"""Entities: bold, links, mentions and the like, from clients, checked, found, and shown again.

Offsets and lengths count UTF-16 units (core.telegram.org/api/entities).
"""

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

from chappe import markup
from chappe.core import is_seen
from chappe.markup import Entity
from chappe.tl import api, errors

ARGUMENTS_BYTES_MAX: Final = (
    8_192  # bytes of all that a message's entities carry: addresses, names of languages
)
URL_UNITS_MAX: Final = 4_096  # characters of the address behind a linked text
LANGUAGE_UNITS_MAX: Final = 64  # characters of the name of a language of code

# constructor's name → the field that carries its argument
ARGUMENTS: Final = {
    "MessageEntityBold": "",
    "MessageEntityItalic": "",
    "MessageEntityUnderline": "",
    "MessageEntityStrike": "",
    "MessageEntityCode": "",
    "MessageEntitySpoiler": "",
    "MessageEntityUrl": "",
    "MessageEntityEmail": "",
    "MessageEntityMention": "",
    "MessageEntityHashtag": "",
    "MessageEntityBotCommand": "",
    "MessageEntityPhone": "",
    "MessageEntityCashtag": "",
    "MessageEntityBankCard": "",
    "MessageEntityBlockquote": "collapsed",
    "MessageEntityPre": "language",
    "MessageEntityTextUrl": "url",
    "MessageEntityCustomEmoji": "document_id",
    "MessageEntityMentionName": "user_id",
    "MessageEntityFormattedDate": "date",
}


def _mentioned(given: Any, me: int) -> int:
    """Return whom a mention without a username means; 0 if that cannot be said."""
    if isinstance(given, api.InputUserSelf):
        return me
    user = given if isinstance(given, int) else getattr(given, "user_id", 0)
    return max(0, user)


def _argument(entity: api.TypeMessageEntity, name: str, me: int) -> int | str | None:
    """Return what an entity says besides where it is; None if it says nothing that could be shown."""
    if isinstance(entity, api.MessageEntityFormattedDate):
        return markup.moment_of(entity)
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


def take_entities(
    given: Iterable[api.TypeMessageEntity] | None, text: str, me: int = 0
) -> tuple[str, tuple[Entity, ...]]:
    """Return a text without outer spaces, and its entities, checked, arranged and completed.

    `me` is who wrote them; without it a mention of oneself is left out. A text in which there is nothing to
    see is empty. Of more entities than a message may have, the first are taken.

    Raises:
        errors.EntityBoundsInvalid: an entity lies outside the text, or they carry too much.
    """
    kept = _checked(given, text, me) if given else []
    stripped = text.strip()
    if not is_seen(stripped):
        return "", ()
    if kept:
        kept = markup.arrange(markup.stripped_of(kept, text, stripped))
    found = markup.find(stripped)
    if found:
        kept = markup.join(kept, found[: markup.ENTITIES_MAX - len(kept)])[: markup.ENTITIES_MAX]
    return stripped, tuple(kept)


def _checked(given: Iterable[api.TypeMessageEntity], text: str, me: int) -> list[Entity]:
    """Return the first of the entities a client gives, as they are kept."""
    size = markup.units(text)
    kept: list[Entity] = []
    for entity in islice(given, markup.ENTITIES_MAX):
        name = type(entity).__name__.replace("InputMessageEntity", "MessageEntity")
        if name not in ARGUMENTS:
            continue
        if entity.offset < 0 or entity.length <= 0 or entity.offset + entity.length > size:
            raise errors.EntityBoundsInvalid
        argument = _argument(entity, name, me)
        if argument is not None:
            kept.append((name, entity.offset, entity.length, argument))
    if markup.said_bytes(kept) > ARGUMENTS_BYTES_MAX:
        raise errors.EntityBoundsInvalid
    return kept


def show_entities(entities: Iterable[Entity]) -> list[api.TypeMessageEntity]:
    """Return entities as clients read them."""
    shown = []
    for name, offset, length, argument in entities:
        field = ARGUMENTS[name]
        fields: dict[str, Any] = {"offset": offset, "length": length}
        if field == "collapsed":
            fields[field] = bool(argument)
        elif field == "date":
            fields |= markup.moment_fields(int(argument))
        elif field:
            fields[field] = argument
        shown.append(getattr(api, name)(**fields))
    return shown
