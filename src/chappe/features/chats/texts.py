"""What titles, descriptions and reactions may look like, and how long messages may live."""

from collections.abc import Iterable
from typing import Final

from chappe.tl import errors

from .records import ABOUT_CHARACTERS_MAX, TITLE_CHARACTERS_MAX

REACTIONS_MAX: Final = 100  # different reactions a chat can allow by name
REACTION_CHARACTERS_MAX: Final = 16  # characters of one
TTL_S_MIN: Final = 86_400  # seconds a message lives at least, if not for ever
TTL_S_MAX: Final = 366 * 86_400  # seconds a message lives at most, if not for ever


def check_title(title: str) -> str:
    """Return a cleaned title.

    Raises:
        errors.ChatTitleEmpty: nothing is left of it.
    """
    cleaned = " ".join("".join(c for c in title if c.isprintable() or c == "\u200d").split())
    if not cleaned:
        raise errors.ChatTitleEmpty
    return cleaned[:TITLE_CHARACTERS_MAX]


def check_ttl(period: int) -> int:
    """Return how many seconds messages are to live; 0 for ever.

    Raises:
        errors.TtlPeriodInvalid: less than a day, or more than a year.
    """
    if period and not TTL_S_MIN <= period <= TTL_S_MAX:
        raise errors.TtlPeriodInvalid
    return period


def check_reactions(given: Iterable[str]) -> list[str]:
    """Return the emoji a chat allows as reactions, each once.

    Raises:
        errors.ReactionInvalid: there are too many, or something is no emoji.
    """
    words = list(dict.fromkeys(given))
    for word in words:
        short = 0 < len(word) <= REACTION_CHARACTERS_MAX
        if not short or not all(c.isprintable() or c == "\u200d" for c in word) or " " in word:
            raise errors.ReactionInvalid
    if len(words) > REACTIONS_MAX:
        raise errors.ReactionInvalid
    return words


def check_about(about: str) -> str:
    """Return a cleaned description.

    Raises:
        errors.ChatAboutTooLong: it has too many characters.
    """
    cleaned = "".join(c for c in about if c.isprintable() or c in "\n\u200d").strip()
    if len(cleaned) > ABOUT_CHARACTERS_MAX:
        raise errors.ChatAboutTooLong
    return cleaned
