"""Checkpoints: what a log says of itself, as the text of a signed note.

Source: https://c2sp.org/tlog-checkpoint; each rule stands under the sentence it comes from.
"""

import re
from typing import Final, NamedTuple

from .errors import LedgerError
from .merkle import EMPTY_ROOT, HASH_BYTES, SIZE_MAX
from .notes import from_base64, to_base64

_LINES_MIN: Final = 3
#   "the ASCII decimal representation of the number of leaves in the tree, with no leading zeroes (unless the
#   tree is empty, in which case the tree size is 0)"
_decimal = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class Checkpoint(NamedTuple):
    """The head of a log: whose, how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> bytes:
        """The text that is signed."""
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines).encode()


def parse_decimal(text: str) -> int:
    """Return a number that is a size or an index.

    Raises:
        LedgerError: It is none, has zeros before it, or is too large.
    """
    if _decimal.fullmatch(text) is None or int(text) > SIZE_MAX:
        raise LedgerError("not a number in its one form")
    return int(text)


def parse_checkpoint(text: bytes) -> Checkpoint:
    """Return the head that the text of a note says.

    Raises:
        LedgerError: It is none.
    """
    try:
        lines = text.decode().split("\n")
    except UnicodeDecodeError:
        raise LedgerError("the checkpoint is not UTF-8") from None
    #   "a sequence of at least three non-empty lines, separated by newlines (U+000A)"
    if len(lines) <= _LINES_MIN or lines.pop() or not all(lines):
        raise LedgerError("the checkpoint has not three lines")
    origin, size, root, *extensions = lines
    found = Checkpoint(origin, parse_decimal(size), from_base64(root), tuple(extensions))
    if len(found.root) != HASH_BYTES:
        raise LedgerError("the checkpoint's root is no hash")
    if not found.size and found.root != EMPTY_ROOT:
        raise LedgerError("the checkpoint of an empty tree has another root")
    return found
