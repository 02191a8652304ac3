"""Requests to custodians, with the proof that what they are about is in the public log."""

import base64
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, NamedTuple

from chappe import __version__
from chappe.trust.custody import (
    NONCE_BYTES,
    ClaimedBuild,
    CustodianKey,
    CustodyRequest,
    new_custodian_key,
)
from chappe.trust.custody.forms import TEXT_CHARACTERS_MAX
from chappe.trust.custody.requests import CONTINUED_MAX
from chappe.trust.ledger.checkpoints import parse_checkpoint
from chappe.trust.ledger.errors import LedgerError
from chappe.trust.ledger.merkle import consistency_proof
from chappe.trust.ledger.storage import LogDirectory

from .gathering import Asks, Gathering
from .kept import CustodyNotes, KeptTable

GIVE_SHARES: Final = frozenset({Asks.START, Asks.ACTIVATE})

Token = Callable[[int], bytes]


class AskedOfCustodians(NamedTuple):
    """What a request says of itself."""

    kind: Asks
    reason: str
    now: int  # seconds since 1970
    seen: Collection[int] = ()  # sizes of the log that custodians say they have seen
    details: Mapping[str, Any] = {}
    manifest: str = ""  # of the build that asks
    signed: bytes | None = None  # the hash that is said yes to, where it is not the request's


def gather(
    log: LogDirectory, kept: KeptTable, notes: CustodyNotes, asked: AskedOfCustodians, token: Token
) -> Gathering:
    """Make a request to the custodians of a table, and what gathers their answers.

    Raises:
        LedgerError: the log that is served does not have the entry.
    """
    note = log.published()
    if note is None:
        raise LedgerError("no head of the public log is served: wait for its witnesses")
    size = parse_checkpoint(note.text).size
    key: CustodianKey | None = new_custodian_key(token) if asked.kind in GIVE_SHARES else None
    reason = "".join(c if c.isprintable() else " " for c in asked.reason)[:TEXT_CHARACTERS_MAX]
    request = CustodyRequest(
        asked.kind.value,
        kept.table.origin,
        kept.table.hash,
        token(NONCE_BYTES),
        asked.now,
        reason,
        ClaimedBuild(__version__, asked.manifest),
        key.public() if key is not None else b"",
        log.entry(kept.position),
        log.proof(kept.position, note).content,
        _continues(log, size, {*notes.seen.values(), *asked.seen}),
        asked.details,
    )
    return Gathering(request, kept.table, key, asked.signed)


def _continues(log: LogDirectory, size: int, seen: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return how the served head continues what each custodian saw last."""
    nodes = log.nodes(log.head.size)
    older = sorted(one for one in seen if 0 < one < size)[-CONTINUED_MAX:]
    return {
        one: tuple(
            base64.b64encode(way).decode("ascii") for way in consistency_proof(one, size, nodes)
        )
        for one in older
    }
