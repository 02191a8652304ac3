"""The text of terms, as a file has it, turned into what apps show. Pure functions.

Of Markdown there are headings, lists, links, bold and italic text; everything else stands as it was written.
Apps show a text and its entities (core.telegram.org/constructor/help.termsOfService).
"""

import hashlib
import re
from typing import Final, NamedTuple

from chappe.core import clean_lines
from chappe.markup import Entity, find, units

TERMS_CHARACTERS_MAX: Final = 30_000  # characters of terms: what an app still scrolls through
VERSION_CHARACTERS: Final = 16  # of the hash by which a version is known

_HEADING: Final = re.compile(r"#{1,6} +(.+?)(?: +#+)?")
_ITEM: Final = re.compile(r"( *)[-*+] +")
_INLINE: Final = re.compile(
    r"\*\*(?P<bold>[^*\n]+)\*\*"
    r"|(?<!\w)_(?P<italic>[^_\n]+)_(?!\w)"
    r"|(?<!\w)\*(?P<also_italic>[^*\s][^*\n]*)\*(?!\w)"
    r"|\[(?P<text>[^\]\n]+)\]\((?P<url>(?:https?://|mailto:)[^)\s]+)\)"
)
_BOLD, _ITALIC, _LINK = "MessageEntityBold", "MessageEntityItalic", "MessageEntityTextUrl"


class TermsOfUse(NamedTuple):
    """Terms in force: what is shown, and how it is known again."""

    text: str
    entities: tuple[Entity, ...]
    version: str
    popup: bool = False  # shown before somebody signs up, and not only behind a link
    min_age: int = 0  # years somebody says to have; 0: that is not asked


class _Written:
    """A text that is put together, with its entities."""

    def __init__(self) -> None:
        self.text = ""
        self.entities: list[Entity] = []

    def add(self, text: str, kind: str = "", argument: str = "") -> None:
        """Put a part behind what there is."""
        if kind and text:
            self.entities.append((kind, units(self.text), units(text), argument))
        self.text += text


def read_terms(source: str, *, popup: bool = False, min_age: int = 0) -> TermsOfUse:
    """Return the terms that are written in a text; they are another version if anything of it changes.

    Raises:
        ValueError: it is empty, or too long.
    """
    source = clean_lines(source).strip()
    if not source:
        raise ValueError("it is empty")
    if len(source) > TERMS_CHARACTERS_MAX:
        raise ValueError(f"it has more than {TERMS_CHARACTERS_MAX} characters")
    written = _Written()
    for number, line in enumerate(source.split("\n")):
        written.add("\n" if number else "")
        _add_line(written, line)
    entities = list(written.entities)
    taken = [(e[1], e[1] + e[2]) for e in entities if e[0] == _LINK]
    for entity in find(written.text):
        is_place = entity[0] in ("MessageEntityUrl", "MessageEntityEmail")
        begin, end = entity[1], entity[1] + entity[2]
        if is_place and all(end <= first or begin >= last for first, last in taken):
            entities.append(entity)
    entities.sort(key=lambda e: (e[1], -e[2]))
    said = f"{min_age}\n{source}".encode()
    version = hashlib.sha256(said).hexdigest()[:VERSION_CHARACTERS]
    return TermsOfUse(written.text, tuple(entities), version, popup, min_age)


def _add_line(written: _Written, line: str) -> None:
    heading = _HEADING.fullmatch(line)
    if heading is not None:
        written.add(_INLINE.sub(_plain, heading[1]), _BOLD)
        return
    if item := _ITEM.match(line):
        written.add(f"{item[1]}• ")
        line = line[item.end() :]
    at = 0
    for found in _INLINE.finditer(line):
        written.add(line[at : found.start()])
        at = found.end()
        if found["bold"]:
            written.add(found["bold"], _BOLD)
        elif found["url"]:
            written.add(found["text"], _LINK, found["url"])
        else:
            written.add(_plain(found), _ITALIC)
    written.add(line[at:])


def _plain(found: re.Match[str]) -> str:
    return found["bold"] or found["italic"] or found["also_italic"] or found["text"]
