"""What titles and descriptions may look like."""

from chappe.tl import errors

from .records import ABOUT_CHARACTERS_MAX, TITLE_CHARACTERS_MAX


def check_title(title: str) -> str:
    """Return a cleaned title.

    Raises:
        errors.ChatTitleEmpty: nothing is left of it.
    """
    cleaned = " ".join("".join(c for c in title if c.isprintable() or c == "\u200d").split())
    if not cleaned:
        raise errors.ChatTitleEmpty
    return cleaned[:TITLE_CHARACTERS_MAX]


def check_about(about: str) -> str:
    """Return a cleaned description.

    Raises:
        errors.ChatAboutTooLong: it has too many characters.
    """
    cleaned = "".join(c for c in about if c.isprintable() or c in "\n\u200d").strip()
    if len(cleaned) > ABOUT_CHARACTERS_MAX:
        raise errors.ChatAboutTooLong
    return cleaned
