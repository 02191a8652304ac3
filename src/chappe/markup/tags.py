"""Mentions, hashtags, cashtags and bot commands in a text, by code points."""

import re
from collections.abc import Iterator
from typing import Final

Span = tuple[str, int, int]  # constructor's name, first code point, one behind the last

TAG_LETTERS_MAX: Final = 256  # letters and digits of a hashtag; more are left out of it

SHORT_USERNAMES: Final = frozenset({"gif", "nft", "pic", "ufc", "vid"})  # bots older than the rule
USERNAME_UNITS_MIN: Final = 4  # characters of any other username

_MENTION: Final = re.compile(r"(?<!\w)@([A-Za-z0-9_]{2,32})(?!\w)")
_COMMAND: Final = re.compile(
    r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32}|(?!@))(?![\w/<>])"
)
_TAG: Final = re.compile(r"#([\w\u200c\u00b7\u0d80-\u0dff]+)")
_AT_TAG: Final = re.compile(r"@[A-Za-z0-9_]{3,32}")
_CASH: Final = re.compile(
    r"\$(?:1INCH|[A-Z]{1,8}(?![A-Z]))(?:@[A-Za-z0-9_]{3,32}(?![A-Za-z0-9_]))?"
)


def is_tag_letter(character: str) -> bool:
    """Whether a hashtag may contain this: letters and digits, and what joins words of some scripts.

    Sinhala is taken as a whole, for its vowel signs.
    """
    return (
        character.isalpha()
        or character.isdecimal()
        or character in "_\u200c\u00b7"
        or "\u0d80" <= character <= "\u0dff"
    )


def mentions(text: str) -> Iterator[Span]:
    """Yield where somebody is mentioned by a username."""
    for match in _MENTION.finditer(text):
        name = match[1]
        if len(name) >= USERNAME_UNITS_MIN or name.lower() in SHORT_USERNAMES:
            yield "MessageEntityMention", match.start(), match.end()


def commands(text: str) -> Iterator[Span]:
    """Yield where a bot is told something."""
    for match in _COMMAND.finditer(text):
        yield "MessageEntityBotCommand", match.start(), match.end()


def hashtags(text: str) -> Iterator[Span]:
    """Yield hashtags: at least one letter, with the channel they are of if that is named."""
    for match in _TAG.finditer(text):
        start, run = match.start(), match[1]
        if start and is_tag_letter(text[start - 1]):
            continue
        # \w has numbers, such as Roman ones, that are neither letters nor digits
        size = next((i for i, c in enumerate(run) if not is_tag_letter(c)), len(run))
        named = run[: min(size, TAG_LETTERS_MAX)]
        stop = behind = start + 1 + size
        if len(named) == size and (at := _AT_TAG.match(text, stop)):
            stop = behind = at.end()
        else:
            stop = start + 1 + len(named)
        if any(map(str.isalpha, named)) and text[behind : behind + 1] != "#":
            yield "MessageEntityHashtag", start, stop


def cashtags(text: str) -> Iterator[Span]:
    """Yield cashtags: a currency or a share in capitals, with the channel they are of if that is named."""
    for match in _CASH.finditer(text):
        start, stop = match.span()
        beside = text[max(0, start - 1) : start] + text[stop : stop + 1]
        if not any(c == "$" or is_tag_letter(c) for c in beside):
            yield "MessageEntityCashtag", start, stop
