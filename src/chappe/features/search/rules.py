"""Filters of a search, as pure functions."""

import re
from typing import Any, Final, NamedTuple

from chappe import tl
from chappe.core import bare, fold, is_word_character
from chappe.features import media
from chappe.features.conversations import Message
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
_CASHTAG: Final = re.compile(r"\$[a-z]{1,8}")  # folded
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


class Word(NamedTuple):
    """A word somebody looks for, as it is compared."""

    literal: str  # with its marks
    bare: str = (
        ""  # where it has marks: the words between them, each with a space before and behind
    )
    whole: bool = False  # a tag, which is found whole or not at all


def words_of(query: str) -> list[Word]:
    """Return the words somebody looks for, as they are compared."""
    return [_word(literal) for literal in fold(query[:QUERY_CHARACTERS_MAX]).split()]


def _word(literal: str) -> Word:
    words = bare(literal)
    between = f" {words} " if words and words != literal else ""
    return Word(literal, between, whole=_is_tag(literal))


def _is_tag(literal: str) -> bool:
    """Whether a word is a tag: not a number, as in `#42`, and not a sum, as in `$100`."""
    if literal[0] != "#":
        return bool(_CASHTAG.fullmatch(literal))
    name = literal[1:]
    return all(c == "\u00b7" or is_word_character(c) for c in name) and any(map(str.isalpha, name))


def has_tag(message: Message, tag: str) -> bool:
    """Whether a text has this hashtag, whole: `#art` is not in `#artist`."""
    text = message.text
    for name, offset, length, _ in message.entities:
        if name in ("MessageEntityHashtag", "MessageEntityCashtag"):
            raw = text.encode("utf-16-le")[2 * offset : 2 * (offset + length)]
            if fold(raw.decode("utf-16-le", "replace")) == tag:
                return True
    return False


def _has_whole(text: str, tag: str) -> bool:
    """Whether a folded text has a tag that is no part of a longer word."""
    at = text.find(tag)
    while at >= 0:
        end = at + len(tag)
        begins = not at or not is_word_character(text[at - 1])
        if begins and (end == len(text) or not is_word_character(text[end])):
            return True
        at = text.find(tag, at + 1)
    return False


def has_words(text: str, words: list[Word]) -> bool:
    """Whether a text has all of these words.

    A word is found where it stands as it was typed, also within a longer one. If it has marks, it is
    found as well where its words stand whole, one behind the other, whatever marks are between them:
    `$100` in `100 €`, `wi-fi` in `Wi Fi`. Tags are found whole only: `#art` is not in `#artist`.
    """
    text = fold(text)
    without = ""
    for word in words:
        if word.whole:
            if not _has_whole(text, word.literal):
                return False
        elif word.literal not in text:
            if not word.bare:
                return False
            without = without or f" {bare(text)} "
            if word.bare not in without:
                return False
    return True


def matches(message: Message, words: list[Word], wanted: Any, user: int) -> bool:
    """Whether a message is of the kind asked for and has all the words, in its text or what it shows."""
    if not is_wanted(message, wanted, user):
        return False
    if not words:
        return True
    said = media.said_by(message.media)
    return has_words(f"{message.text}\n{said}" if said else message.text, words)
