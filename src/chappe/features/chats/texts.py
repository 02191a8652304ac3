"""Rules for titles, descriptions, reactions and message lifetimes of a chat."""

from collections.abc import Iterable
from typing import Final

from chappe.core import clean_lines, clean_name
from chappe.tl import errors

from .records import ABOUT_CHARACTERS_MAX, TITLE_CHARACTERS_MAX

REACTIONS_MAX: Final = 100  # different reactions a chat can allow by name
REACTION_CHARACTERS_MAX: Final = 16  # characters of one
RANK_CHARACTERS_MAX: Final = 16  # characters of an admin's title
TTL_S_MIN: Final = 86_400  # seconds a message lives at least, if not for ever
TTL_S_MAX: Final = 366 * 86_400  # seconds a message lives at most, if not for ever


def check_chat_title(title: str) -> str:
    """Return a cleaned title.

    Raises:
        errors.ChatTitleEmpty: nothing is left of it.
    """
    cleaned = clean_name(title, TITLE_CHARACTERS_MAX)
    if not cleaned:
        raise errors.ChatTitleEmpty
    return cleaned


def check_rank(rank: str) -> str:
    """Return a cleaned title beside a member's name; there need be none.

    Raises:
        errors.AdminRankInvalid: it has too many characters.
    """
    cleaned = clean_name(rank, len(rank))
    if len(cleaned) > RANK_CHARACTERS_MAX:
        raise errors.AdminRankInvalid
    return cleaned


def check_history_ttl(period: int) -> int:
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
    words = list(dict.fromkeys(word.replace("\ufe0f", "") for word in given))
    for word in words:
        if not word or " " in word or clean_name(word, REACTION_CHARACTERS_MAX) != word:
            raise errors.ReactionInvalid
    if len(words) > REACTIONS_MAX:
        raise errors.ReactionInvalid
    return words


def check_about(about: str) -> str:
    """Return a cleaned description.

    Raises:
        errors.ChatAboutTooLong: it has too many characters.
    """
    cleaned = clean_lines(about)
    if len(cleaned) > ABOUT_CHARACTERS_MAX:
        raise errors.ChatAboutTooLong
    return cleaned
