"""Which messages somebody looks for."""

from typing import Any, Final

from chappe import tl
from chappe.core import fold
from chappe.features import media
from chappe.features.dialogs import Message
from chappe.tl import api

QUERY_CHARACTERS_MAX: Final = 256  # characters of a query that are looked at
_KINDS: Final[dict[str, frozenset[str]]] = {
    "InputMessagesFilterPhotos": frozenset({"photo"}),
    "InputMessagesFilterVideo": frozenset({"video"}),
    "InputMessagesFilterPhotoVideo": frozenset({"photo", "video"}),
    "InputMessagesFilterDocument": frozenset({"document"}),
    "InputMessagesFilterGif": frozenset({"gif"}),
    "InputMessagesFilterVoice": frozenset({"voice"}),
    "InputMessagesFilterMusic": frozenset({"music"}),
    "InputMessagesFilterRoundVideo": frozenset({"round"}),
    "InputMessagesFilterRoundVoice": frozenset({"round", "voice"}),
    "InputMessagesFilterGeo": frozenset({"geo"}),
    "InputMessagesFilterContacts": frozenset({"contact"}),
    "InputMessagesFilterPoll": frozenset({"poll"}),
}
_LINKS: Final = frozenset({"MessageEntityUrl", "MessageEntityTextUrl"})


def is_wanted(message: Message, wanted: Any, user: int) -> bool:
    """Whether a message is of the kind a MessagesFilter asks for."""
    match wanted:
        case api.InputMessagesFilterEmpty():
            return True
        case api.InputMessagesFilterPinned():
            return message.pinned
        case api.InputMessagesFilterUrl():
            return (
                any(entity[0] in _LINKS for entity in message.entities)
                or "http://" in message.text
                or "https://" in message.text
            )
        case api.InputMessagesFilterMyMentions():
            return user in message.mentions
        case api.InputMessagesFilterChatPhotos():
            return bool(message.action) and isinstance(
                tl.decode(message.action), api.MessageActionChatEditPhoto
            )
    kinds = _KINDS.get(type(wanted).__name__)
    return bool(kinds and message.media and media.kind_of(message.media) in kinds)


def words_of(query: str) -> list[str]:
    """Return the words somebody looks for, as they are compared."""
    return fold(query[:QUERY_CHARACTERS_MAX]).split()


def has_tag(message: Message, tag: str) -> bool:
    """Whether a text has this hashtag, whole: `#art` is not in `#artist`."""
    text = message.text
    for name, offset, length, _ in message.entities:
        if name in ("MessageEntityHashtag", "MessageEntityCashtag"):
            raw = text.encode("utf-16-le")[2 * offset : 2 * (offset + length)]
            if fold(raw.decode("utf-16-le", "replace")) == tag:
                return True
    return False


def matches(message: Message, words: list[str], wanted: Any, user: int) -> bool:
    """Whether a message has all the words and is of the kind asked for."""
    if not is_wanted(message, wanted, user):
        return False
    if not words:
        return True
    if len(words) == 1 and words[0][0] in "#$" and len(words[0]) > 1:
        return has_tag(message, words[0])
    text = fold(message.text)
    return all(word in text for word in words)
