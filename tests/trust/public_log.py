"""A public log on a disk for tests, with its keys, its witnesses and a policy that believes them."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from chappe.trust.ledger import keys, notes
from chappe.trust.ledger.canonical import EntryKinds, subject_of
from chappe.trust.ledger.checkpoints import parse_checkpoint
from chappe.trust.ledger.kinds import KINDS
from chappe.trust.ledger.storage import LogDirectory, LogFiles

ORIGIN: Final = "chappe.example/log"
NOW: Final = 1_796_000_000
LOG: Final = keys.log_keys(ORIGIN, (b"\1" * 32, b"\2" * 32))
WITNESSES: Final = tuple(
    keys.witness_keys(f"witness.example/{n}", (bytes([n]) * 32, bytes([n + 1]) * 32))
    for n in (3, 5, 7)
)
RECORD_KEY: Final = b"k" * 32
KNOWN: Final = EntryKinds(KINDS)


def entry(number: int) -> bytes:
    """An entry about somebody."""
    key = hashlib.sha256(str(number).encode()).digest()
    fields = {
        "act": "begun",
        "case": "a" * 64,
        "day": "2026-11-30",
        "ends": "2026-12-31",
        "ground": "spam",
    }
    return KNOWN.write(
        "account.suspension", {**fields, "subject": subject_of(key, f"user:{number}")}
    )


def entries(count: int, first: int = 0) -> list[bytes]:
    """So many entries."""
    return [entry(first + i) for i in range(count)]


def policy(least: int = 2) -> str:
    """A policy: this log, and so many of three witnesses."""
    lines = [f"log {key.verifier.text}" for key in LOG]
    lines += [f"witness w{n} {ed.verifier.text}" for n, (ed, _) in enumerate(WITNESSES, 1)]
    return "\n".join([*lines, f"group g {least} w1 w2 w3", "quorum g\n"])


def cosign(note: notes.SignedNote, count: int = 2, at: int = NOW) -> notes.SignedNote:
    """A head with cosignatures of so many witnesses, who look at nothing."""
    head = parse_checkpoint(note.text)
    return notes.with_signatures(note, tuple(ed.sign(head, at) for ed, _ in WITNESSES[:count]))


def append(root: Path, added: Sequence[bytes], witnesses: int = 2) -> None:
    """Append to the log of a directory, and serve the new head."""
    with LogDirectory.opened(LogFiles(root), ORIGIN) as log:
        log.append(added)
        log.publish(cosign(log.sign(LOG, NOW), witnesses))
