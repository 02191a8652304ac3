"""A package for an authority: parts of a vault as they lie there, and their keys sealed to its public key.

A package is one line of JSON and, behind it, the parts one after the other. Nothing of it opens without the
authority's private key; what was not approved has no key in it. The server that makes one decrypts nothing.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO, Final, NamedTuple

from .errors import CustodyError
from .forms import from_text, to_text, written
from .sealed_shares import PUBLIC_BYTES, CustodianKey, open_sealed, seal_to
from .vault import CASE_KEY_BYTES, PartOpener, VaultPart, part_key

HEADER_BYTES_MAX: Final = 1 << 22  # bytes of a package's first line
READ_BYTES: Final = 1 << 20  # bytes read at a time
_LABEL: Final = b"chappe/package/v1\n"
FORMAT: Final = "chappe-package"


class ChosenPart(NamedTuple):
    """A part of a case's vault that is given: its number there, and what it is."""

    number: int
    part: VaultPart


def key_hash(public: bytes) -> bytes:
    """Return the hash by which an authority's key is named."""
    return hashlib.sha256(public).digest()


def authority_key(text: str) -> bytes:
    """Return an authority's public key, from base64; white space in it does not count.

    Raises:
        ValueError: it is none.
    """
    content = "".join(text.split())
    try:
        return from_text(content, "The authority's key", PUBLIC_BYTES)
    except CustodyError as error:
        raise ValueError(f"{error} Ask for one that `chappe-custodian package-key` made.") from None


def package_header(
    case: bytes, case_key: bytes, chosen: Sequence[ChosenPart], authority: bytes
) -> bytes:
    """Return the first line of a package: what is in it, and the keys of that, sealed to the authority.

    Raises:
        CustodyError: the authority's key is none.
    """
    keys = b"".join(part_key(case_key, case, one.number) for one in chosen)
    listed = [[one.number, one.part.name, one.part.size, one.part.digest.hex()] for one in chosen]
    sealed = seal_to(authority, keys, _LABEL + case, "the authority")
    fields = {
        "case": case.hex(),
        "format": FORMAT,
        "keys": to_text(sealed),
        "parts": listed,
        "v": 1,
    }
    return written(fields) + b"\n"


def open_package(file: BinaryIO, key: CustodianKey) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield the parts of a package, each with its bytes in pieces, which are read before the next.

    Raises:
        CustodyError: it is none, is for somebody else, or was changed or cut.
    """
    line = file.readline(HEADER_BYTES_MAX)
    try:
        found: dict[str, Any] = json.loads(line)
        case, sealed = bytes.fromhex(found["case"]), base64.b64decode(found["keys"])
        parts = [(int(n), str(name), int(size)) for n, name, size, _ in found["parts"]]
        same = found["format"] == FORMAT and found["v"] == 1
    except (ValueError, KeyError, TypeError, RecursionError):
        same = False
    if not same:
        raise CustodyError("This is no package.")
    keys = open_sealed(key, sealed, _LABEL + case, "The package")
    for at, (number, name, size) in enumerate(parts):
        one = keys[at * CASE_KEY_BYTES : (at + 1) * CASE_KEY_BYTES]
        yield name, _opened(_pieces(file, size), PartOpener(one, case, number))


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size:
        piece = file.read(min(size, READ_BYTES))
        if not piece:
            raise CustodyError("The package was cut.")
        size -= len(piece)
        yield piece


def _opened(pieces: Iterable[bytes], opener: PartOpener) -> Iterator[bytes]:
    for piece in pieces:
        yield opener.update(piece)
    yield opener.finish()
