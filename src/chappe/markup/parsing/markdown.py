"""The first Markdown of bots: bold, italic, code and links, none within another."""

import re
from typing import Final

from ..nesting import Entity
from .addresses import checked_link, mentioned_user
from .marked import END, CannotParse, Written, as_text, code_begins, units_of

_PLAIN: Final = re.compile(rb"[^_*`\[\\]+")
_MARKS: Final = frozenset(b"_*`[")
_STYLES: Final = {ord("_"): "MessageEntityItalic", ord("*"): "MessageEntityBold"}
_FENCE: Final = b"```"


def read_markdown(text: bytes) -> tuple[bytes, list[Entity]]:
    """Return a text without its marks, and its entities in order.

    Raises:
        CannotParse: an entity has no end.
    """
    data, size = text + END, len(text)
    out, entities = Written(), list[Entity]()
    at = 0
    while at < size:
        plain = _PLAIN.match(text, at)
        if plain:
            out.put(plain[0])
            at = plain.end()
            continue
        if data[at] not in _MARKS:  # a backslash
            escapes = data[at + 1] in _MARKS
            out.put(data[at + 1 : at + 2] if escapes else b"\\")
            at += 2 if escapes else 1
            continue
        at = _entity(data, at, out, entities)
    return bytes(out.data), entities


def _entity(data: bytes, begin: int, out: Written, entities: list[Entity]) -> int:
    """Read what begins with a mark, and return where the text goes on."""
    mark, language, at = data[begin], b"", begin + 1
    block = data.startswith(_FENCE, begin)
    if block:
        language, at = code_begins(data, begin + len(_FENCE))
    size = len(data) - len(END)
    end = data.find(_FENCE if block else b"]" if mark == ord("[") else bytes([mark]), at, size)
    if end < 0 or at > size:
        raise CannotParse(f"Can't find end of the entity starting at byte offset {begin}")
    inner = data[at:end]
    late = begin + 1 - len(out.data)
    offset, length = out.units, units_of(inner)
    out.put(inner)
    end += len(_FENCE) if block else 1
    if not length:
        return end
    if mark == ord("["):
        address, end = _address(data, end, inner, late)
        if linked := link(address):
            entities.append((linked[0], offset, length, linked[1]))
    elif mark in _STYLES:
        entities.append((_STYLES[mark], offset, length, ""))
    else:
        name = "MessageEntityPre" if block else "MessageEntityCode"
        entities.append((name, offset, length, as_text(language)))
    return end


def _address(data: bytes, end: int, inner: bytes, late: int) -> tuple[bytes, int]:
    """Return where a link leads, and where the text goes on behind it.

    An address that is not closed goes to the end of the text. A link without an address is its own; but
    Telegram reads it from a text that it is writing anew meanwhile, by as much further in front as there were
    marks before. Bots see that since there are bots, so it is read so.
    """
    if data[end] != ord("("):
        return inner[late:] + inner[-late:] if late < len(inner) else inner, end
    size = len(data) - len(END)
    close = data.find(b")", end, size)
    close = size if close < 0 else close
    return data[end + 1 : close], close + 1


def link(address: bytes) -> tuple[str, str | int] | None:
    """Return the kind of a link to an address, and what it says; None where it leads nowhere."""
    if user := mentioned_user(address):
        return "MessageEntityMentionName", user
    checked = checked_link(address)
    return ("MessageEntityTextUrl", as_text(checked)) if checked else None
