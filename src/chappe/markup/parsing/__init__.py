"""Texts with marks in them, as bots send them: HTML and two kinds of Markdown, read into text and entities.

Each mode is read as Telegram's own library reads it, errors to the letter, since bots were written against
that (core.telegram.org/bots/api#formatting-options). Pure functions; offsets of entities count UTF-16
units, those of errors bytes.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final

from ..nesting import Entity, order
from .html import read_html
from .markdown import read_markdown
from .markdown_v2 import read_markdown_v2
from .marked import CannotParse

__all__ = ["CannotParse", "ParseMode", "parse"]


class ParseMode(Enum):
    """How marks are written; the values are the words of the Bot API in small letters."""

    HTML = "html"
    MARKDOWN = "markdown"
    MARKDOWN_V2 = "markdownv2"


_READERS: Final[Mapping[ParseMode, Callable[[bytes], tuple[bytes, list[Entity]]]]] = {
    ParseMode.HTML: read_html,
    ParseMode.MARKDOWN: read_markdown,
    ParseMode.MARKDOWN_V2: read_markdown_v2,
}


def parse(text: str, mode: ParseMode) -> tuple[str, list[Entity]]:
    """Return a text without its marks, and the entities they stood for, the outer before the inner.

    Raises:
        CannotParse: a mark has no end, or none that belongs to it; says where, in bytes of the text.
    """
    written, entities = _READERS[mode](text.encode("utf-8", "surrogatepass"))
    if (
        mode is not ParseMode.MARKDOWN
    ):  # in which nothing is within anything, and nothing out of order
        entities.sort(key=order)
    return written.decode(), entities
