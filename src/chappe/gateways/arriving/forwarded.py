"""Whom a request is from, as HTTP proxies say: X-Forwarded-For, or Forwarded (RFC 7239).

Each proxy adds the address it was asked from behind what it was told. So the list is read from its end, as
far as proxies that are trusted wrote it: what stands before that may be anybody's invention.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import ip_address
from typing import Final

from .networks import Networks

X_FORWARDED_FOR: Final = "x-forwarded-for"
FORWARDED: Final = "forwarded"
ADDRESSES_REMEMBERED_MAX: Final = 4_096  # addresses as proxies write them that were read already
HOPS_MAX: Final = 32  # proxies of ours that a request may have come through
ADDRESS: Final = re.compile(
    r"\[([\da-fA-F:.]+)\](?::\d{1,5})?|([\d.]+)(?::\d{1,5})?|([\da-fA-F:.]+)"
)
# https://www.rfc-editor.org/rfc/rfc7239#section-4
#   "forwarded-element = [ forwarded-pair ] *( ";" [ forwarded-pair ] )"
#   "forwarded-pair = token "=" value" "value = token / quoted-string"
_WORD: Final = r"[!#$%&'*+.^_`|~\w-]+"
_PAIR: Final = rf'[ \t]*({_WORD})=({_WORD}|"(?:[^"\\]|\\.)*")[ \t]*'
PAIR: Final = re.compile(_PAIR, re.ASCII)
ELEMENT: Final = re.compile(rf"(?:{_PAIR})?(?:;(?:{_PAIR})?)*", re.ASCII)
QUOTED_OR_CUT: Final = re.compile(r'"(?:[^"\\]|\\.)*"|,')


def whom(header: str, values: Sequence[str], trusted: Networks) -> str:
    """Return the address a request is from by what a trusted proxy says; empty if it says none.

    `values` are those of the header that the proxies write, in their order. Whoever can be read last and is
    no proxy of ours is meant; where all are ours, the first of them.
    """
    if header == X_FORWARDED_FOR and len(values) == 1 and "," not in values[0]:
        return address_of(values[0].strip(" \t"))  # nearly all are so
    found = ""
    written = _forwarded(values) if header == FORWARDED else _x_forwarded_for(values)
    for one, _ in zip(written, range(HOPS_MAX), strict=False):
        address = address_of(one)
        if not address:
            break
        found = address
        if not trusted.has(address):
            break
    return found


@lru_cache(maxsize=ADDRESSES_REMEMBERED_MAX)
def address_of(node: str) -> str:
    """Return the address that a proxy wrote, without its port; empty if it is none."""
    match = ADDRESS.fullmatch(node)
    if match is None:
        return ""
    try:
        return str(ip_address(match[1] or match[2] or match[3]))
    except ValueError:
        return ""


def _x_forwarded_for(values: Sequence[str]) -> Iterable[str]:
    """Yield what the header names, the last first."""
    for value in reversed(values):
        for one in reversed(value.split(",")):
            yield one.strip(" \t")


def _forwarded(values: Sequence[str]) -> Iterable[str]:
    """Yield whom the header says a request is for, the last first; `unknown` where it cannot be read."""
    for value in reversed(values):
        for element in reversed(_elements(value)):
            #   "Each parameter MUST NOT occur more than once per field-value."
            nodes = [given for name, given in PAIR.findall(element) if name.lower() == "for"]
            whole = ELEMENT.fullmatch(element) and len(nodes) == 1
            yield _unquoted(nodes[0]) if whole else "unknown"


def _elements(value: str) -> list[str]:
    """Return the elements of a header: cut at commas, but for those in quotes."""
    cuts = [found.start() for found in QUOTED_OR_CUT.finditer(value) if found[0] == ","]
    begins, ends = [0, *(cut + 1 for cut in cuts)], [*cuts, len(value)]
    return [value[begin:end].strip(" \t") for begin, end in zip(begins, ends, strict=True)]


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
