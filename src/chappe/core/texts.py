"""How texts are compared when something is looked for: the one way for every search."""

import re
import unicodedata
from typing import Final

REMEMBERED_MAX: Final = 20_000  # characters of which it is remembered what they are compared as

_WORD: Final = re.compile(r"[^\W_]+")
_LATIN: Final = re.compile(r"LATIN (?:SMALL|CAPITAL) LETTER ([A-Z]) WITH ")
_APOSTROPHES: Final = (
    "\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019"
    "\u201a\u201b\u2032\u2039\u203a\u055a\u05f3\ua78c"
)
_QUOTES: Final = "\u00ab\u00bb\u02ba\u201c\u201d\u201e\u201f\u2033\u05f4\u2e42\u301d\u301e\u301f"
_DASHES: Final = "\u058a\u05be\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b\u301c\u30a0"
_NOTHING: Final = "\u0640"  # what only stretches Arabic words
_ALIKE: Final[dict[str, str]] = {
    **dict.fromkeys(_APOSTROPHES, "'"),
    **dict.fromkeys(_QUOTES, '"'),
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys(_NOTHING, ""),
    "\u0131": "i",  # the dotless i, which is the small letter of I in Turkish
    "\u00e6": "ae",
    "\u0153": "oe",
    "\u00f0": "d",
    "\u00fe": "th",
    "\u014b": "n",
    "\u06cc": "\u064a",  # what Persian keyboards write, and Arabic ones
    "\u0649": "\u064a",
    "\u06a9": "\u0643",
}


def _base(char: str) -> str:
    """Return what one small character, taken apart already, is compared as."""
    if char.isascii():
        return char
    known = _ALIKE.get(char)
    if known is not None:
        return known
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    stroked = _LATIN.match(unicodedata.name(char, ""))
    return stroked[1].lower() if stroked else char


def _compared(char: str) -> str:
    """Return what a character is compared as: nothing, itself, another, or several."""
    if unicodedata.category(char) == "Cf" or unicodedata.name(char, "").startswith("VARIATION SEL"):
        return ""  # soft hyphens, joiners, marks of direction, and how an emoji is shown
    if char in _ALIKE:
        return _ALIKE[char]
    apart = unicodedata.normalize("NFKD", char.casefold())
    small = "".join(c for c in apart if not unicodedata.combining(c)).casefold()
    return "".join(map(_base, small))


class _Compared(dict[int, str]):
    """What characters are compared as, made out once."""

    def __missing__(self, point: int) -> str:
        made = _compared(chr(point))
        if len(self) < REMEMBERED_MAX:
            self[point] = made
        return made


_COMPARED: Final = _Compared()


def fold(text: str) -> str:
    """Return a text as it is compared, character by character.

    Without case, accents, strokes, ligatures and width; with one apostrophe, one quotation mark and one
    hyphen for all of theirs, and the digits 0 to 9 for those of every script; without what is not seen.
    """
    return text.lower() if text.isascii() else text.translate(_COMPARED)


def folded_words(text: str) -> list[str]:
    """Return the words of a text as they are compared, each once; marks and `_` part words."""
    return list(dict.fromkeys(_WORD.findall(fold(text))))


def bare(text: str) -> str:
    """Return the words of a text that is folded, without the marks between them, parted by single spaces."""
    return " ".join(_WORD.findall(text))


def is_word_character(char: str) -> bool:
    """Whether a character goes on with a word."""
    return char.isalnum() or char == "_" or unicodedata.category(char)[0] == "M"


class NameQuery:
    """A name somebody looks for, of a person, a chat, a topic; false if there is nothing to look for."""

    __slots__ = ("_literal", "_words")

    def __init__(self, query: str) -> None:
        self._literal = fold(query).strip()
        self._words = _WORD.findall(self._literal)

    def __bool__(self) -> bool:
        return bool(self._literal)

    def fits(self, *names: str) -> bool:
        """Whether these names have it as it was typed, or words that begin as each of its words."""
        there = fold(" ".join(names))
        if self._literal in there:
            return True
        words = _WORD.findall(there)
        return bool(self._words) and all(
            any(word.startswith(part) for word in words) for part in self._words
        )
