"""What readers of marked texts share: the text they write, what they look past, and why they may stop."""

import re
from typing import Final

END: Final = b"\0\0\0"  # put behind a text, so that three bytes ahead may be looked at anywhere
SPACES: Final = frozenset(b" \t\r\n\v\0")  # also the end

_FIRST_BYTES: Final = re.compile(rb"[^\x80-\xbf]")
_FIRST_OF_FOUR: Final = re.compile(
    rb"[\xf0-\xff]"
)  # first byte of a character that takes two units
_BEYOND_PLANE: Final = 0xFFFF  # highest code point that takes one unit


class CannotParse(ValueError):
    """A marked text cannot be read; `str` of it is what follows "Can't parse entities: "."""


class Written:
    """The text without its marks so far: its bytes, and how many UTF-16 units they are."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.units = 0

    def put(self, piece: bytes) -> None:
        """Write bytes that end with a whole character."""
        self.data += piece
        self.units += units_of(piece)

    def put_character(self, code: int) -> None:
        """Write one character, which may be half of a pair; then somebody looks at the whole later."""
        self.data += chr(code).encode("utf-8", "surrogatepass")
        self.units += 1 + (code > _BEYOND_PLANE)


def units_of(piece: bytes) -> int:
    """Return how many UTF-16 units whole characters in UTF-8 are."""
    if piece.isascii():
        return len(piece)
    return len(_FIRST_BYTES.findall(piece)) + len(_FIRST_OF_FOUR.findall(piece))


def as_text(piece: bytes) -> str:
    """Return bytes of a text as text; half a pair of units is one unknown character."""
    return piece.decode("utf-8", "replace")


def code_begins(data: bytes, at: int) -> tuple[bytes, int]:
    """Return the language named behind the three marks of a block of code, and where its text begins.

    A word is a language if white space ends it; one end of a line behind it is left out.
    """
    end = at
    while data[end] not in SPACES and data[end] != ord("`"):
        end += 1
    language = b""
    if end != at and end < len(data) - len(END) and data[end] != ord("`"):
        language, at = data[at:end], end
    if data[at] in b"\n\r":
        at += 2 if data[at + 1] in b"\n\r" and data[at] != data[at + 1] else 1
    return language, at
