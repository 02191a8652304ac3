"""The second Markdown of bots: styles within each other, quotations, code, links, emoji and moments.

Every mark that means nothing where it stands must be escaped. A quotation goes on as long as lines begin with
`>`; `||` at the end of its last line makes it one that unfolds.
"""

import re
from typing import Final, NamedTuple

from ..nesting import Entity
from .addresses import WrongAddress, custom_emoji, moment
from .markdown import link
from .marked import END, CannotParse, Written, as_text, code_begins

_ESCAPED_MAX: Final = 126  # highest code of a character that a backslash may stand before
_PLAIN: Final = re.compile(rb"[^\\_*\[\]()~`>#+\-=|{}.!\n]+")
_PLAIN_IN_CODE: Final = re.compile(rb"[^\\`]+")
_LINE_BEGINS: Final = frozenset(b"\n")
_FENCE: Final = b"```"


class _Kind(NamedTuple):
    """A kind of entity: its name in errors, what ends it, and the constructor it becomes."""

    word: str
    ends: bytes
    name: str


_BOLD: Final = _Kind("Bold", b"*", "MessageEntityBold")
_ITALIC: Final = _Kind("Italic", b"_", "MessageEntityItalic")
_UNDERLINE: Final = _Kind("Underline", b"__", "MessageEntityUnderline")
_STRIKE: Final = _Kind("Strikethrough", b"~", "MessageEntityStrike")
_SPOILER: Final = _Kind("Spoiler", b"||", "MessageEntitySpoiler")
_CODE: Final = _Kind("Code", b"`", "MessageEntityCode")
_PRE: Final = _Kind("Pre", _FENCE, "MessageEntityPre")
_PRE_CODE: Final = _Kind("PreCode", _FENCE, "MessageEntityPre")
_LINK: Final = _Kind("TextUrl", b"]", "MessageEntityTextUrl")
_EMOJI: Final = _Kind("CustomEmoji", b"]", "MessageEntityCustomEmoji")
_QUOTE: Final = _Kind("BlockQuote", b"", "MessageEntityBlockquote")
_CODES: Final = frozenset({_CODE, _PRE, _PRE_CODE})


class _Open(NamedTuple):
    """An entity that has not ended yet."""

    kind: _Kind
    argument: str
    units: int  # where it begins
    begin: int  # the same in bytes of the marked text
    place: int  # and in bytes of what is written


def read_markdown_v2(text: bytes) -> tuple[bytes, list[Entity]]:
    """Return a text without its marks, and its entities in the order in which they end.

    Raises:
        CannotParse: a mark has no end, or stands where it means nothing and is not escaped.
    """
    reader = _Reader(text)
    reader.read()
    return bytes(reader.out.data), reader.entities


class _Reader:
    """One marked text, read from its beginning to its end."""

    def __init__(self, text: bytes) -> None:
        self.data, self.size = text + END, len(text)
        self.out = Written()
        self.entities: list[Entity] = []
        self._open: list[_Open] = []
        self._quoting = False
        self._may_quote = True  # at the beginning of a line

    def read(self) -> None:
        """Read the whole text."""
        at = 0
        while at < self.size:
            in_code = bool(self._open) and self._open[-1].kind in _CODES
            plain = (_PLAIN_IN_CODE if in_code else _PLAIN).match(self.data, at, self.size)
            if plain:
                self._write(plain[0])
                at = plain.end()
            elif self.data[at] == ord("\\"):
                escapes = 0 < self.data[at + 1] <= _ESCAPED_MAX
                at += escapes
                self._write(self.data[at : at + 1], line_begins=escapes)
                at += 1
            elif self._ends(at):
                at = self._end(at)
            else:
                at = self._begin(at)
        self._finish()

    def _write(self, piece: bytes, *, line_begins: bool = False) -> None:
        """Write what is no mark; behind an escaped end of a line, too, a quotation may begin."""
        self.out.put(piece)
        if told := piece.strip(b"\r") if not line_begins else piece.replace(b"\r", b""):
            self._may_quote = line_begins and told[-1] in _LINE_BEGINS

    def _ends(self, at: int) -> bool:
        """Whether a mark ends the entity that began last."""
        if not self._open:
            return False
        mark = self.data[at]
        if (
            self._quoting
            and mark == ord("\n")
            and (at + 1 == self.size or self.data[at + 1] != ord(">"))
        ):
            return True
        kind = self._open[-1].kind
        if kind is _ITALIC:
            return mark == ord("_") and self.data[at + 1] != ord("_")
        return bool(kind.ends) and self.data.startswith(kind.ends, at)

    def _begin(self, at: int) -> int:
        """Read a mark that ends nothing, and return where the text goes on."""
        data, mark = self.data, self.data[at]
        kind, argument, end = _BOLD, "", at + 1
        match chr(mark):
            case "*":
                pass
            case "_":
                kind = _UNDERLINE if data[at + 1] == mark else _ITALIC
                end = at + len(kind.ends)
            case "~":
                kind = _STRIKE
            case "|" if data[at + 1] == mark:
                kind, end = _SPOILER, at + 2
            case "[":
                kind = _LINK
            case "!" if data[at + 1] == ord("["):
                kind, end = _EMOJI, at + 2
            case "`" if data.startswith(_FENCE, at):
                language, end = code_begins(data, at + len(_FENCE))
                kind, argument = (_PRE_CODE, as_text(language)) if language else (_PRE, "")
            case "`":
                kind = _CODE
            case "\n":
                self.out.put(b"\n")
                self._may_quote = True
                return end
            case ">" if self._may_quote:
                if self._quoting:
                    return end
                kind, self._quoting = _QUOTE, True
            case _:
                raise CannotParse(
                    f"Character '{chr(mark)}' is reserved and must be escaped with the preceding '\\'"
                )
        self._open.append(_Open(kind, argument, self.out.units, at, len(self.out.data)))
        return end

    def _end(self, at: int) -> int:
        """Read the mark that ends the entity that began last, and return where the text goes on."""
        opened = self._open.pop()
        if self.data[at] == ord("\n"):
            return self._end_quotation(opened, at)
        where = opened.units, self.out.units - opened.units
        end = at + len(opened.kind.ends)
        said: tuple[str, str | int] | None = opened.kind.name, opened.argument
        if opened.kind is _LINK:
            address, end = self._address(end)
            said = link(bytes(self.out.data[opened.place :]) if address is None else address)
        elif opened.kind is _EMOJI:
            address, end = self._address(end)
            said = _emoji_or_moment(address)
        if said is not None and where[1]:
            self.entities.append((said[0], *where, said[1]))
        return end

    def _address(self, at: int) -> tuple[bytes | None, int]:
        """Return the address in brackets that may follow (None: none does), and where the text goes on."""
        if self.data[at] != ord("("):
            return None, at
        begin = at = at + 1
        address = bytearray()
        while at < self.size and self.data[at] != ord(")"):
            at += self.data[at] == ord("\\") and 0 < self.data[at + 1] <= _ESCAPED_MAX
            address.append(self.data[at])
            at += 1
        if self.data[at] != ord(")"):
            raise CannotParse(f"Can't find end of a URL at byte offset {begin}")
        return bytes(address), at + 1

    def _end_quotation(self, opened: _Open, at: int) -> int:
        """End a quotation with its last line, and return where the text goes on."""
        unfolds = opened.kind is not _QUOTE
        if unfolds:
            before = at - len(_SPOILER.ends)
            late = bool(self.out.data) and self.out.data.endswith(b"\r")
            last = opened.begin == before or (opened.begin == before - 1 and late)
            if opened.kind is not _SPOILER or not last:
                raise _endless(opened)
            opened = self._open.pop()
            if opened.kind is not _QUOTE:
                raise _endless(opened)
        self._quoting = False
        self.out.put(b"\n")
        self._may_quote = True
        self._quote(opened, unfolds=unfolds)
        return at + 1

    def _quote(self, opened: _Open, *, unfolds: bool) -> None:
        length = self.out.units - opened.units
        if length:
            self.entities.append((_QUOTE.name, opened.units, length, int(unfolds)))

    def _finish(self) -> None:
        """End a quotation that goes to the end of the text, and look that nothing else is open."""
        if self._quoting:
            unfolds = self._open[-1].kind is _SPOILER and self._open[-1].begin == self.size - 2
            if unfolds:
                self._open.pop()
            if self._open[-1].kind is _QUOTE:
                self._quote(self._open.pop(), unfolds=unfolds)
        if self._open:
            raise _endless(self._open[-1])


def _endless(opened: _Open) -> CannotParse:
    return CannotParse(f"Can't find end of {opened.kind.word} entity at byte offset {opened.begin}")


def _emoji_or_moment(address: bytes | None) -> tuple[str, int]:
    """Return what an address behind `![…]` means: a custom emoji, or a moment."""
    if address is None:
        raise CannotParse("The entity must contain a tg://emoji or tg://time URL")
    try:
        return _EMOJI.name, custom_emoji(address)
    except WrongAddress:
        pass
    try:
        return "MessageEntityFormattedDate", moment(address)
    except WrongAddress:
        raise CannotParse("Invalid tg://emoji or tg://time URL specified") from None
