"""What custody's documents have in common: JSON in one form, base64 in one form, names that can be shown.

A document is JSON with sorted keys, no spaces and ASCII only, so that there is one sequence of bytes to sign
and to hash. What is read is taken in that form or refused.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, Final

from .errors import CustodyError

DOCUMENT_BYTES_MAX: Final = 1 << 20  # bytes of a document
NAME_CHARACTERS_MAX: Final = 64  # characters of a custodian's name
TEXT_CHARACTERS_MAX: Final = 500  # characters of a text that is shown, such as a reason


def to_text(content: bytes) -> str:
    """Return bytes in base64 with padding."""
    return base64.b64encode(content).decode("ascii")


def from_text(text: Any, what: str, size: int | None = None) -> bytes:
    """Return the bytes of base64 in its one form, `size` of them if it is given.

    Raises:
        CustodyError: it is something else; `what` is named.
    """
    try:
        content = base64.b64decode(text.encode("ascii"), validate=True)
    except (AttributeError, UnicodeEncodeError, binascii.Error):
        raise CustodyError(f"{what} is not base64.") from None
    if to_text(content) != text or (size is not None and len(content) != size):
        raise CustodyError(f"{what} is not base64 of the right length.")
    return content


def from_hex(text: Any, what: str, size: int) -> bytes:
    """Return so many bytes out of hexadecimal digits in lower case.

    Raises:
        CustodyError: it is something else; `what` is named.
    """
    try:
        content = bytes.fromhex(text)
    except (TypeError, ValueError):
        content = b""
    if len(content) != size or content.hex() != text:
        raise CustodyError(f"{what} is not {size} bytes in hex.")
    return content


def written(fields: Mapping[str, Any]) -> bytes:
    """Return a document in its one form."""
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), allow_nan=False).encode(
        "ascii"
    )


def read(content: bytes, names: frozenset[str], what: str) -> dict[str, Any]:
    """Return the fields of a document, which are exactly these; white space around it does not count.

    Raises:
        CustodyError: it is no such document, or not in its one form; `what` is named.
    """
    if len(content) > DOCUMENT_BYTES_MAX:
        raise CustodyError(f"{what} has more than {DOCUMENT_BYTES_MAX} bytes.")
    content = content.strip()
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise CustodyError(f"{what} is no such document: it is not JSON.") from None
    if not isinstance(found, dict) or found.keys() != names:
        raise CustodyError(f"{what} is no such document: it has other fields.")
    try:
        same = written(found) == content
    except ValueError:
        same = False
    if not same:
        raise CustodyError(f"{what} is not in its one form: was it edited on the way?")
    return found


def shown(text: Any, what: str, most: int = TEXT_CHARACTERS_MAX) -> str:
    """Return a text that can be printed on a terminal and does nothing there.

    Raises:
        CustodyError: it is none, or too long.
    """
    if not isinstance(text, str) or len(text) > most or not text.isprintable():
        raise CustodyError(f"{what} is not one line of at most {most} characters.")
    return text


def whole(number: Any, what: str, least: int, most: int) -> int:
    """Return a whole number between two others.

    Raises:
        CustodyError: it is none.
    """
    if type(number) is not int or not least <= number <= most:
        raise CustodyError(f"{what} is not a number from {least} to {most}.")
    return number
