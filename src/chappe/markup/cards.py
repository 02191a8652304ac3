"""Numbers of bank cards in a text, by code points."""

import re
from collections.abc import Iterator
from typing import Final

from .tags import Span

DIGITS_MIN: Final = 13  # digits of a card's number
DIGITS_MAX: Final = 19  # digits of a card's number
CLOSED_MIN: Final = 16  # digits without a space between that end with the next space

# who issues: first digits from and to, how many of them, and how many digits such a number has
ISSUERS: Final = (
    (4, 4, 1, frozenset({13, 16, 18, 19})),  # Visa
    (51, 55, 2, frozenset({16})),  # Mastercard
    (2221, 2720, 4, frozenset({16})),  # Mastercard
    (34, 34, 2, frozenset({15})),  # American Express
    (37, 37, 2, frozenset({15})),  # American Express
    (62, 62, 2, frozenset({16, 17, 18, 19})),  # UnionPay
    (81, 81, 2, frozenset({16, 17, 18, 19})),  # UnionPay
    (2200, 2204, 4, frozenset({16})),  # Mir
)

_LOOKS: Final = re.compile(r"[0-9](?:[ -]*[0-9]){12}")
_RUN: Final = re.compile(r"[0-9][0-9 -]*")
_CLOSED: Final = re.compile(r"[0-9]{16,19}(?= )")
_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)  # a digit times two, cast down to one digit


def looks_numbered(text: str) -> bool:
    """Whether a text may have the number of a card in it; it is asked of every text, and quick to say no."""
    if len(text) < DIGITS_MIN or not any(map(text.__contains__, "0123456789")):
        return False
    return _LOOKS.search(text) is not None


def adds_up(digits: str) -> bool:
    """Whether the last digit checks the others (ISO/IEC 7812-1, Luhn)."""
    backwards = [int(d) for d in reversed(digits)]
    return (sum(backwards[::2]) + sum(_DOUBLED[d] for d in backwards[1::2])) % 10 == 0


def is_issued(digits: str) -> bool:
    """Whether a number is as long as its issuer's are; of others that is not known."""
    for first, last, size, lengths in ISSUERS:
        if first <= int(digits[:size]) <= last:
            return len(digits) in lengths
    return True


def cards(text: str) -> Iterator[Span]:
    """Yield where the number of a bank card stands."""
    at = 0
    while run := _RUN.search(text, at):
        start, at = run.span()
        before = text[start - 1] if start else " "
        if before in ".,+-_" or before.isalpha():
            continue
        if closed := _CLOSED.match(text, start):
            at = closed.end()
        written = text[start:at].rstrip(" -")
        digits = written.replace(" ", "").replace("-", "")
        if not DIGITS_MIN <= len(digits) <= DIGITS_MAX or len(written) >= 2 * len(digits):
            continue
        stop = start + len(written)
        behind = text[stop : stop + 1]
        if behind in {"-", "_"} or behind.isalpha():
            continue
        if adds_up(digits) and is_issued(digits):
            yield "MessageEntityBankCard", start, stop
