"""Which words a domain may end with, and which addresses are somebody's mailbox."""

import re
from functools import cache
from importlib.resources import files
from typing import Final

LABEL_BYTES_MAX: Final = 63  # bytes of one part of a domain (RFC 1035, 2.3.4)
ADDRESS_NUMBERS: Final = 4  # numbers of an IPv4 address
PUNYCODE: Final = "xn--"

_NUMBER: Final = re.compile(rb"0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5]")
_MAILBOX: Final = re.compile(
    r"(?:[a-z0-9_-]{0,26}[.+]){0,10}[a-z0-9_-]{1,35}"
    r"@(?:[a-z0-9](?:[a-z0-9_-]{0,28}[a-z0-9])?\.){1,6}[a-z]{2,8}",
    re.IGNORECASE | re.ASCII,
)


@cache
def endings() -> frozenset[str]:
    """Return the top-level domains: those of the root zone, and `ton`."""
    listed = (files(__package__) / "domains.txt").read_text("utf-8")
    return frozenset(line for line in listed.splitlines() if not line.startswith("#"))


def is_ending(word: str) -> bool:
    """Whether a domain may end so; a word with a capital begins a sentence that lacks a space."""
    if word in endings():
        return True
    lowered = word.replace("\u0130", "i").lower()  # one letter stays one: only that is dotted twice
    return lowered in endings() and lowered[1:] != word[1:]


def is_mailbox(text: str) -> bool:
    """Whether a text is the address of a mailbox."""
    return _MAILBOX.fullmatch(text) is not None


def _is_address(labels: list[bytes]) -> bool:
    """Whether the parts of a domain are numbers as IPv4 addresses have them."""
    return len(labels) == ADDRESS_NUMBERS and all(map(_NUMBER.fullmatch, labels))


def is_host(domain: str, *, told: bool) -> bool:
    """Whether a domain leads anywhere; if a scheme has `told` so, its ending need not be known."""
    labels = domain.encode().split(b".")
    if any(not 0 < len(label) <= LABEL_BYTES_MAX or label.endswith(b"-") for label in labels):
        return False
    if len(labels) == 1:
        return False
    if _is_address(labels):
        return True
    if all(label.isdigit() for label in labels) or b"_" in labels[-2]:
        return False
    ending = domain.rpartition(".")[2]
    if len(ending) < 2:  # noqa: PLR2004  there is none of one letter
        return False
    if ending.startswith(PUNYCODE):
        rest = ending.removeprefix(PUNYCODE)
        return len(rest) > 1 and rest.isascii() and rest.isalnum()
    if "_" in ending or "-" in ending:
        return False
    return told or is_ending(ending)
