"""The gagged operator: breaks what the log promised, and has its keys and its witness's help to do so."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from typing import Any, Final

from chappe.desks.orders.rules import week_at
from chappe.trust.ledger.canonical import EntryKinds
from chappe.trust.ledger.kinds import KINDS

from .expected import Attack
from .findings import Finding
from .rewriter import Desk, Rewriting

KNOWN: Final = EntryKinds(KINDS)
WEEK_S: Final = 7 * 86_400
CUSTODIANS: Final = 3
NEEDED: Final = 2


def _committed(now: int, reveal_by: int, nonce: bytes = b"") -> bytes:
    """Return an entry that commits to something, by a week that is so many weeks away."""
    commit = hashlib.sha256(b"chappe/commit/v1\n" + nonce).hexdigest()
    until = week_at(now + reveal_by * WEEK_S)
    week = week_at(now - 3 * WEEK_S)
    return KNOWN.write("sealed.commit", {"commit": commit, "reveal_by": until, "week": week})


def _opened(committed: bytes, now: int, nonce: bytes) -> bytes:
    """Return an entry that says to open a commitment, as padding."""
    commit = str(KNOWN.read(committed).fields["commit"])
    fields = {"commit": commit, "entries": 0, "nonce": nonce.hex(), "week": week_at(now)}
    return KNOWN.write("sealed.reveal", fields)


def _in_force(now: int) -> list[bytes]:
    """Return the entries by which custodians are in force who state something each week."""
    day = f"{dt.datetime.fromtimestamp(now - 6 * WEEK_S, dt.UTC):%Y-%m-%d}"
    keys = tuple(sorted(secrets.token_hex(32) for _ in range(CUSTODIANS)))
    said: dict[str, Any] = {"act": "activated", "custodians": keys, "day": day, "delay_days": 0}
    said |= {"needed": NEEDED, "table": secrets.token_hex(32)}
    begun = {"act": "begun", "week": week_at(now - 3 * WEEK_S)}
    return [KNOWN.write("server.custodians", said), KNOWN.write("custodian.weekly", begun)]


def play_gagged(desk: Desk, now: int) -> dict[Attack, Finding]:
    """Play every broken promise."""
    nonce = secrets.token_bytes(32)
    hidden = _committed(now, 10, nonce)

    def adding(*entries: bytes) -> Callable[[Rewriting], None]:
        return lambda log: log.rewrite([*log.entries(), *entries], witnessed=True)

    false = _opened(hidden, now, secrets.token_bytes(32))
    return {
        Attack.COMMITMENT_OVERDUE: desk.judged(
            adding(_committed(now, -1)), "was to be opened", remember=False
        ),
        Attack.OPENING_FALSE: desk.judged(adding(hidden, false), "false opening", remember=False),
        Attack.STATEMENT_MISSING: desk.judged(
            adding(*_in_force(now)), "made no statement", remember=False
        ),
    }
