"""Entries that are not shown yet: what stands in the log for them, and which week is how far away.

A commitment is the hash of a nonce and of entries. It is opened by showing both. One over no entries is
padding, and looks like any other.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

from .errors import LedgerError

NONCE_BYTES: Final = 32
HIDDEN_WEEKS_MAX: Final = 52  # weeks until a commitment is opened, or publicly extended by as many
_COMMIT: Final = b"chappe/commit/v1\n"
_STATEMENT: Final = "chappe/statement/v1\n{}\n{}\n{}\n"


def commitment_of(nonce: bytes, entries: Sequence[bytes]) -> str:
    """Return what stands in the log for entries, in hex.

    Raises:
        LedgerError: The nonce has another length.
    """
    if len(nonce) != NONCE_BYTES:
        raise LedgerError(f"a commitment's nonce has {NONCE_BYTES} bytes")
    shown = b"".join(entry + b"\n" for entry in entries)
    return hashlib.sha256(_COMMIT + nonce + shown).hexdigest()


def statement_digest(origin: str, week: str, entries: int) -> bytes:
    """Return the hash of "I approved nothing outside the first so many entries", by which it is signed.

    Args:
        origin: The name of the log.
        week: The week it is made in.
        entries: How many entries of the log it covers.
    """
    return hashlib.sha256(_STATEMENT.format(origin, week, entries).encode()).digest()
