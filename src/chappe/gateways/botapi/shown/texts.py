"""Entities of texts, both ways (core.telegram.org/bots/api#messageentity)."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from chappe.markup import moment_fields
from chappe.tl import api

from ..caller import NamedPeers, input_user
from .peers import Json, user_by_id, without_none

_PLAIN: Final = {
    "mention": api.MessageEntityMention,
    "hashtag": api.MessageEntityHashtag,
    "cashtag": api.MessageEntityCashtag,
    "bot_command": api.MessageEntityBotCommand,
    "url": api.MessageEntityUrl,
    "email": api.MessageEntityEmail,
    "phone_number": api.MessageEntityPhone,
    "bold": api.MessageEntityBold,
    "italic": api.MessageEntityItalic,
    "underline": api.MessageEntityUnderline,
    "strikethrough": api.MessageEntityStrike,
    "spoiler": api.MessageEntitySpoiler,
    "code": api.MessageEntityCode,
}
_WORDS: Final = {kind: word for word, kind in _PLAIN.items()}


class EntityGiven(msgspec.Struct, frozen=True, kw_only=True):
    """A MessageEntity that a bot gives."""

    type: str
    offset: int
    length: int
    url: str = ""
    user: dict[str, Any] | None = None
    language: str = ""
    custom_emoji_id: str = ""


def show_entities(named: NamedPeers, entities: Sequence[Any] | None) -> list[Json] | None:
    """Return MessageEntities; None for a text without any."""
    shown = [one for entity in entities or () if (one := _shown(named, entity)) is not None]
    return shown or None


def _shown(named: NamedPeers, entity: Any) -> Json | None:
    place = {"offset": entity.offset, "length": entity.length}
    word = _WORDS.get(type(entity))
    if word is not None:
        return {**place, "type": word}
    match entity:
        case api.MessageEntityPre():
            return without_none(**place, type="pre", language=entity.language or None)
        case api.MessageEntityTextUrl():
            return {**place, "type": "text_link", "url": entity.url}
        case api.MessageEntityMentionName():
            user = user_by_id(named, entity.user_id)
            return {**place, "type": "text_mention", "user": user}
        case api.MessageEntityBlockquote():
            kind = "expandable_blockquote" if entity.collapsed else "blockquote"
            return {**place, "type": kind}
        case api.MessageEntityCustomEmoji():
            return {**place, "type": "custom_emoji", "custom_emoji_id": str(entity.document_id)}
    return None


def taken_entities(given: Iterable[EntityGiven]) -> list[Any]:
    """Return the entities a bot gives as the protocol names them; unknown kinds are left out."""
    taken = []
    for one in given:
        place = {"offset": one.offset, "length": one.length}
        plain = _PLAIN.get(one.type)
        if plain is not None:
            taken.append(plain(**place))
        elif one.type == "pre":
            taken.append(api.MessageEntityPre(**place, language=one.language))
        elif one.type == "text_link":
            taken.append(api.MessageEntityTextUrl(**place, url=one.url))
        elif one.type == "text_mention" and one.user is not None:
            named = input_user(int(one.user.get("id", 0)))
            taken.append(api.InputMessageEntityMentionName(**place, user_id=named))
        elif one.type in ("blockquote", "expandable_blockquote"):
            collapsed = one.type == "expandable_blockquote"
            taken.append(api.MessageEntityBlockquote(**place, collapsed=collapsed))
        elif one.type == "custom_emoji" and one.custom_emoji_id.isdigit():
            number = int(one.custom_emoji_id)
            taken.append(api.MessageEntityCustomEmoji(**place, document_id=number))
    return taken


# the names of entities as texts with marks are read → the field that carries what they say
_ARGUMENTS: Final = {
    "MessageEntityPre": "language",
    "MessageEntityTextUrl": "url",
    "MessageEntityCustomEmoji": "document_id",
}


def as_entity(name: str, offset: int, length: int, argument: str | int) -> Any:
    """Return an entity that was read in a text with marks, as the protocol names it."""
    place = {"offset": offset, "length": length}
    if name == "MessageEntityMentionName":
        return api.InputMessageEntityMentionName(**place, user_id=input_user(int(argument)))
    if name == "MessageEntityBlockquote":
        return api.MessageEntityBlockquote(**place, collapsed=bool(argument))
    if name == "MessageEntityFormattedDate":
        moment: dict[str, Any] = {**place, **moment_fields(int(argument))}
        return api.MessageEntityFormattedDate(**moment)
    field = _ARGUMENTS.get(name)
    kind = getattr(api, name)
    return kind(**place, **({field: argument} if field else {}))
