"""Everything that is found in a text, placed by UTF-16 units."""

from collections.abc import Iterable
from typing import Final

from .cards import cards, looks_numbered
from .links import app_links, links
from .nesting import Entity
from .tags import Span, cashtags, commands, hashtags, mentions

ENTITIES_MAX: Final = 100  # entities of one message; Telegram ignores those behind


def units(text: str) -> int:
    """Return how many UTF-16 units a text has."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def part(text: str, offset: int, length: int) -> str:
    """Return a part of a text, named by UTF-16 units."""
    if text.isascii():
        return text[offset : offset + length]
    wide = text.encode("utf-16-le", "surrogatepass")
    return wide[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def find(text: str) -> list[Entity]:
    """Return links, mailboxes, mentions, tags, commands and cards in a text, none within another."""
    marked = "@" in text or "#" in text or "/" in text or "$" in text or "." in text
    numbered = looks_numbered(text)
    if not marked and not numbered:  # most texts
        return []
    spans: list[Span] = list(cards(text)) if numbered else []
    if "@" in text:
        spans += mentions(text)
    if "/" in text:
        spans += commands(text)
        spans += app_links(text)
    if "#" in text:
        spans += hashtags(text)
    if "$" in text:
        spans += cashtags(text)
    if "." in text:
        spans += links(text)
    return _placed(text, _apart(spans)) if spans else []


def _apart(spans: list[Span]) -> list[Span]:
    """Return what overlaps nothing that begins before it, or as early and is longer."""
    kept: list[Span] = []
    end = 0
    for span in sorted(spans, key=lambda s: (s[1], -s[2])):
        if span[1] >= end:
            kept.append(span)
            end = span[2]
    return kept


def _placed(text: str, spans: list[Span]) -> list[Entity]:
    """Return spans of code points as they lie in UTF-16."""
    found: list[Entity] = []
    point, unit = 0, 0
    for name, start, stop in spans:
        unit += units(text[point:start])
        size = units(text[start:stop])
        found.append((name, unit, size, ""))
        point, unit = stop, unit + size
    return found


def stripped_of(kept: Iterable[Entity], text: str, stripped: str) -> list[Entity]:
    """Return entities as they lie in the text without its outer spaces, which are one unit each."""
    lead = len(text) - len(text.lstrip())
    end = units(stripped)
    moved: list[Entity] = []
    for name, offset, length, argument in kept:
        start = max(0, offset - lead)
        stop = min(end, offset - lead + length)
        if stop > start:
            moved.append((name, start, stop - start, argument))
    return moved
