"""Rules of sticker sets, pure: names, titles, emoji, words, and of which size a sticker is."""

import re
import unicodedata
from collections.abc import Iterator
from enum import IntEnum
from typing import Final

from chappe.core import clean_line
from chappe.tl import api, errors

SET_STICKERS_MAX: Final = 120  # stickers, or masks, of one set
SET_EMOJI_MAX: Final = 200  # custom emoji of one set
SETS_MADE_MAX: Final = 200  # sets one person or bot has made
SET_TITLE_CHARACTERS_MAX: Final = 64  # characters of a set's title
SHORT_NAME_CHARACTERS_MAX: Final = 64  # characters of the name a set is found by
STICKER_EMOJI_MAX: Final = 20  # emoji one sticker stands for
STICKER_WORDS_MAX: Final = 20  # words one sticker is found by
STICKER_WORDS_CHARACTERS_MAX: Final = 64  # characters of those words together
STILL_BYTES_MAX: Final = 512 * 1024  # bytes of a still sticker
TGS_BYTES_MAX: Final = 64 * 1024  # bytes of an animated sticker, as it comes
VIDEO_BYTES_MAX: Final = 256 * 1024  # bytes of a video sticker
STICKER_S_MAX: Final = (
    3.05  # seconds a sticker moves: three, as films are not cut to the millisecond
)
STICKER_SIDE: Final = 512  # pixels of the longer side of a sticker, and of each of an animated one
EMOJI_SIDE: Final = 100  # pixels of a custom emoji's sides, and of the picture of a set
MASK_POINTS: Final = range(4)  # parts of a face a mask lies on: forehead, eyes, mouth, chin

_SHORT_NAME: Final = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*")
_EMOJI_SELECTOR, _JOINER, _KEYCAP = "\ufe0f", "\u200d", "\u20e3"
_TAGS: Final = range(0xE0020, 0xE0080)
_SKINS: Final = range(0x1F3FB, 0x1F400)
_REGIONAL: Final = range(0x1F1E6, 0x1F200)
_KEYCAPS: Final = frozenset("0123456789#*")
_SYMBOLS: Final = frozenset({"So", "Sm", "Sk", "Po", "Pd", "Cn"})  # categories that emoji are of
_FIRST_SYMBOL: Final = 0x2030  # below it only these two are emoji
_EARLY: Final = frozenset("©®")
_LETTERS: Final = frozenset("ℹ")  # emoji that Unicode has among the letters


class SetKind(IntEnum):
    """What a set is for. Stored: never reuse a number."""

    STICKERS = 0
    MASKS = 1
    EMOJI = 2

    @property
    def most(self) -> int:
        """How many stickers such a set holds."""
        return SET_EMOJI_MAX if self is SetKind.EMOJI else SET_STICKERS_MAX

    @property
    def side(self) -> int:
        """The longer side of a still sticker or a video of such a set, in pixels."""
        return EMOJI_SIDE if self is SetKind.EMOJI else STICKER_SIDE


def is_short_name(name: str) -> bool:
    """Whether a set may be called so."""
    return len(name) <= SHORT_NAME_CHARACTERS_MAX and _SHORT_NAME.fullmatch(name) is not None


def suggested_names(title: str) -> Iterator[str]:
    """Return names that a set of this title might have, the nicest first; the caller knows which are free."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", plain)
    name = "_".join(words).lstrip("0123456789_")[: SHORT_NAME_CHARACTERS_MAX - 4].rstrip("_")
    if not name:
        name = "stickers"
    yield name
    for number in range(2, 1000):
        yield f"{name}_{number}"


def clean_set_title(title: str) -> str:
    """Return the title of a set as it is kept.

    Raises:
        errors.PackTitleInvalid: there is nothing in it, or too much.
    """
    cleaned = clean_line(title, SET_TITLE_CHARACTERS_MAX + 1)
    if not cleaned or len(cleaned) > SET_TITLE_CHARACTERS_MAX:
        raise errors.PackTitleInvalid
    return cleaned


def clean_words(text: str) -> tuple[str, ...]:
    """Return the words a sticker is found by: separated by commas, too many are passed over."""
    words: dict[str, None] = {}
    room = STICKER_WORDS_CHARACTERS_MAX
    for part in text.split(","):
        word = clean_line(part, STICKER_WORDS_CHARACTERS_MAX).casefold()
        if not word or word in words:
            continue
        room -= len(word)
        if room < 0 or len(words) == STICKER_WORDS_MAX:
            break
        words[word] = None
    return tuple(words)


def mask_place(given: api.MaskCoords) -> api.MaskCoords:
    """Return where a mask lies on a face.

    Raises:
        errors.StickerInvalid: nowhere.
    """
    values = (given.x, given.y, given.zoom)
    if given.n not in MASK_POINTS or not all(abs(v) < 1e6 for v in values):  # noqa: PLR2004  not infinite
        raise errors.StickerInvalid
    return api.MaskCoords(n=given.n, x=given.x, y=given.y, zoom=given.zoom)


# -- emoji ------------------------------------------------------------------------------------------


def bare(emoji: str) -> str:
    """Return an emoji as it is compared: without what says that it is shown as a picture."""
    return emoji.replace(_EMOJI_SELECTOR, "")


def emoji_of(text: str) -> tuple[str, ...]:
    """Return the emoji a text consists of.

    Raises:
        errors.StickerEmojiInvalid: there is none, too many, or something else.
    """
    found: list[str] = []
    at = 0
    while at < len(text):
        end = _end_of_emoji(text, at)
        if end == at or len(found) == STICKER_EMOJI_MAX:
            raise errors.StickerEmojiInvalid
        if text[at:end] not in found:
            found.append(text[at:end])
        at = end
    if not found:
        raise errors.StickerEmojiInvalid
    return tuple(found)


def _end_of_emoji(text: str, at: int) -> int:
    """Return where the emoji ends that begins at a place of a text; the place itself if none does."""
    if text[at] in _KEYCAPS:
        end = at + 1 + text[at + 1 : at + 2].count(_EMOJI_SELECTOR)
        return end + 1 if text[end : end + 1] == _KEYCAP else at
    if ord(text[at]) in _REGIONAL:
        flag = text[at + 1 : at + 2]
        return at + 2 if flag and ord(flag) in _REGIONAL else at
    end = at
    while end < len(text) and _is_symbol(text[end]):
        end += 1
        while end < len(text) and _modifies(text[end]):
            end += 1
        if text[end : end + 1] != _JOINER:
            return end
        end += 1
    return at


def _is_symbol(character: str) -> bool:
    code = ord(character)
    if character in _LETTERS:
        return True
    early = code < _FIRST_SYMBOL and character not in _EARLY
    return not early and code not in _SKINS and unicodedata.category(character) in _SYMBOLS


def _modifies(character: str) -> bool:
    return character == _EMOJI_SELECTOR or ord(character) in _SKINS or ord(character) in _TAGS
