"""HTML of bots: seventeen tags, and character references."""

import re
from typing import Final, NamedTuple

from ..nesting import Entity
from .addresses import WrongAddress, loose_int32, number, shown_moment
from .markdown import link
from .marked import END, SPACES, CannotParse, Written, as_text

_STYLES: Final = {
    b"i": "MessageEntityItalic",
    b"em": "MessageEntityItalic",
    b"b": "MessageEntityBold",
    b"strong": "MessageEntityBold",
    b"s": "MessageEntityStrike",
    b"strike": "MessageEntityStrike",
    b"del": "MessageEntityStrike",
    b"u": "MessageEntityUnderline",
    b"ins": "MessageEntityUnderline",
    b"tg-spoiler": "MessageEntitySpoiler",
    b"span": "MessageEntitySpoiler",
}
_TAGS: Final = frozenset(_STYLES) | {b"a", b"pre", b"code", b"blockquote", b"tg-emoji", b"tg-time"}
_PLAIN: Final = re.compile(rb"[^&<]+")
_TAG_NAME: Final = re.compile(rb"[^ \t\r\n\v\0>]*")
_ATTRIBUTE: Final = re.compile(rb"""[^ \t\r\n\v\0=>/"']*""")
_TOKEN: Final = re.compile(rb"[A-Za-z0-9.-]*")
_SPACES: Final = re.compile(rb"[ \t\r\n\v]*")
_REFERENCE: Final = re.compile(rb"&(?:#x([0-9A-Fa-f]*)|#([0-9]*)|([A-Za-z]*))")
_NAMED: Final = {b"lt": ord("<"), b"gt": ord(">"), b"amp": ord("&"), b"quot": ord('"')}
_REFERENCE_MAX: Final = 9  # bytes of a reference by number, without its semicolon
_CODE_MAX: Final = 0x10FFFF - 1  # highest code point that may be referred to


class _Open(NamedTuple):
    """A tag that is not closed yet."""

    tag: bytes
    argument: bytes
    seconds: int  # of a moment
    units: int  # where it begins
    place: int  # the same in bytes of what is written


def read_html(text: bytes) -> tuple[bytes, list[Entity]]:
    """Return a text without its tags, and its entities in the order in which they end.

    Raises:
        CannotParse: a tag is unknown, not closed, or closed by another.
    """
    reader = _Reader(text)
    reader.read()
    return bytes(reader.out.data), [
        (name, offset, length, "" if name == "MessageEntityCode" else argument)
        for name, offset, length, argument in reader.entities
    ]


def _reference(data: bytes, at: int) -> tuple[int, int]:
    """Return the character a reference means (0: it is none) and where the text goes on."""
    match = _REFERENCE.match(data, at)
    if match is None:
        return 0, at
    if match[3] is not None:
        code = _NAMED.get(match[3], 0)
    else:
        digits, base = (match[1], 16) if match[1] is not None else (match[2], 10)
        short = len(match[0]) <= _REFERENCE_MAX and digits
        code = int(digits, base) if short else 0
        code = code if code <= _CODE_MAX else 0
    end = match.end()
    return code, end + (data[end] == ord(";"))


class _Reader:
    """One HTML text, read from its beginning to its end."""

    def __init__(self, text: bytes) -> None:
        self.data, self.size = text + END, len(text)
        self.out = Written()
        self.entities: list[Entity] = []
        self._open: list[_Open] = []

    def read(self) -> None:
        """Read the whole text."""
        at, paired = 0, False
        while at < self.size:
            plain = _PLAIN.match(self.data, at, self.size)
            if plain:
                self.out.put(plain[0])
                at = plain.end()
            elif self.data[at] == ord("&"):
                code, end = _reference(self.data, at)
                if code:
                    paired = paired or 0xD800 <= code <= 0xDFFF  # noqa: PLR2004  half of a pair
                    self.out.put_character(code)
                else:
                    self.out.put(b"&")
                at = end if code else at + 1
            elif self.data[at + 1] == ord("/"):
                at = self._end(at)
            else:
                at = self._begin(at)
        if self._open:
            name = as_text(self._open[-1].tag)
            raise CannotParse(f'Can\'t find end tag corresponding to start tag "{name}"')
        if paired:
            raise CannotParse(
                "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched"
                " surrogate code units"
            )

    def _matched(self, pattern: re.Pattern[bytes], at: int) -> bytes:
        match = pattern.match(self.data, at)
        return match[0] if match else b""

    def _begin(self, begin: int) -> int:
        """Read a tag that begins something, and return where the text goes on."""
        word = self._matched(_TAG_NAME, begin + 1)
        at = begin + 1 + len(word)
        if not self.data[at]:
            raise CannotParse(f"Unclosed start tag at byte offset {begin}")
        tag = word.lower()
        if tag not in _TAGS:
            raise CannotParse(f'Unsupported start tag "{as_text(tag)}" at byte offset {begin}')
        argument, seconds = b"", 0
        while True:
            at += len(self._matched(_SPACES, at))
            if self.data[at] == ord(">"):
                break
            name, value, at = self._attribute(tag, begin, at)
            match tag, name:
                case (b"a", b"href") | (b"tg-emoji", b"emoji-id") | (b"tg-time", b"format"):
                    argument = value or b""
                case b"blockquote", b"expandable":
                    argument = b"1"
                case b"code", b"class" if value and value.startswith(b"language-"):
                    argument = value.removeprefix(b"language-")
                case b"span", b"class" if value and value.startswith(b"tg-"):
                    argument = value.removeprefix(b"tg-")
                case b"tg-time", b"unix":
                    seconds = loose_int32(value or b"")
        if tag == b"span" and argument != b"spoiler":
            raise CannotParse(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self._open.append(_Open(tag, argument, seconds, self.out.units, len(self.out.data)))
        return at + 1

    def _attribute(self, tag: bytes, begin: int, at: int) -> tuple[bytes, bytes | None, int]:
        """Return an attribute's name, its value (None: it has none) and where the tag goes on."""
        name = self._matched(_ATTRIBUTE, at)
        if not name:
            raise CannotParse(
                f'Empty attribute name in the tag "{as_text(tag)}" at byte offset {begin}'
            )
        at += len(name)
        at += len(self._matched(_SPACES, at))
        if self.data[at] == ord("="):
            at += 1
            at += len(self._matched(_SPACES, at))
            if self.data[at]:
                value, at = self._value(at)
                if not self.data[at]:
                    raise CannotParse(f"Unclosed start tag at byte offset {begin}")
                return name, value, at
        if not self.data[at]:
            raise CannotParse(f'Unclosed start tag "{as_text(tag)}" at byte offset {begin}')
        return name, None, at

    def _value(self, at: int) -> tuple[bytes, int]:
        """Return what an attribute says, and where the tag goes on."""
        mark = self.data[at]
        if mark not in b"\"'":
            token = self._matched(_TOKEN, at)
            after = self.data[at + len(token)]
            if after not in SPACES and after != ord(">"):
                raise CannotParse(f"Unexpected end of name token at byte offset {at}")
            return token.lower(), at + len(token)
        value = bytearray()
        at += 1
        while self.data[at] not in (mark, 0):
            code, end = _reference(self.data, at) if self.data[at] == ord("&") else (0, at)
            if code:
                value += chr(code).encode("utf-8", "surrogatepass")
                at = end
            else:
                value.append(self.data[at])
                at += 1
        return bytes(value), at + (self.data[at] == mark)

    def _end(self, begin: int) -> int:
        """Read a tag that ends something, and return where the text goes on."""
        if not self._open:
            raise CannotParse(f"Unexpected end tag at byte offset {begin}")
        word = self._matched(_TAG_NAME, begin + 2)
        at = begin + 2 + len(word)
        at += len(self._matched(_SPACES, at))
        if self.data[at] != ord(">"):
            raise CannotParse(f"Unclosed end tag at byte offset {begin}")
        opened, name = self._open.pop(), word.lower()
        if name not in (b"", opened.tag):
            raise CannotParse(
                f"Unmatched end tag at byte offset {begin}, expected"
                f' "</{as_text(opened.tag)}>", found "</{as_text(name)}>"'
            )
        if self.out.units > opened.units:
            self._close(opened)
        return at + 1

    def _close(self, opened: _Open) -> None:
        """Keep the entity that ends here."""
        where = opened.units, self.out.units - opened.units
        name, argument = "", ""
        match opened.tag:
            case b"a":
                linked = link(opened.argument or bytes(self.out.data[opened.place :]))
                if linked:
                    self.entities.append((linked[0], *where, linked[1]))
            case b"tg-emoji":
                document = number(opened.argument)
                if not document:
                    raise CannotParse("Invalid custom emoji identifier specified")
                self.entities.append(("MessageEntityCustomEmoji", *where, document))
            case b"tg-time":
                self._moment(opened, *where)
            case b"pre" | b"code":
                self._code(opened, *where)
            case b"blockquote":
                self.entities.append(
                    ("MessageEntityBlockquote", *where, int(bool(opened.argument)))
                )
            case style:
                name = _STYLES[style]
                self.entities.append((name, *where, argument))

    def _moment(self, opened: _Open, offset: int, length: int) -> None:
        try:
            shown = shown_moment(max(0, opened.seconds), opened.argument)
        except WrongAddress as wrong:
            raise CannotParse(str(wrong)) from None
        if opened.seconds > 0:
            self.entities.append(("MessageEntityFormattedDate", offset, length, shown))

    def _code(self, opened: _Open, offset: int, length: int) -> None:
        """Keep code; a block and the code that fills it are one, which has the language of that code."""
        block = opened.tag == b"pre"
        language = as_text(opened.argument) if not block else ""
        inner = self.entities[-1] if self.entities else None
        other = "MessageEntityCode" if block else "MessageEntityPre"
        if inner is not None and inner[:3] == (other, offset, length):
            spoken = inner[3] if block else language
            if spoken and (block or not inner[3]):
                self.entities[-1] = ("MessageEntityPre", offset, length, spoken)
                return
        name = "MessageEntityPre" if block else "MessageEntityCode"
        self.entities.append((name, offset, length, language))
