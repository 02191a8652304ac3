"""Receipts: the proof that an entry is in the log, with the entry and the key that says whom it is about.

A receipt is a `.tlog-proof` file (`proofs.py`). What the format leaves to applications, the extra line, holds
JSON: `entry`, the entry as it stands in the log, and where it is about somebody `identity` and `record_key`
(`canonical.subject_of`). The extra line is not signed. It need not be: an entry that is not the one in the
log does not hash to its leaf, and another key or identity does not give its subject.
"""

import json
from typing import Final, NamedTuple

from .canonical import RECORD_KEY_BYTES, EntryKinds, subject_of
from .errors import LedgerError
from .policies import AcceptedCheckpoint, LogPolicy
from .proofs import LogProof, parse_proof

SUBJECT: Final = "subject"  # the field of entries that says whom they are about


class LogReceipt(NamedTuple):
    """An entry with its proof, and whom it is about if the receipt says so."""

    proof: LogProof
    entry: bytes
    identity: str = ""
    record_key: bytes = b""

    @property
    def content(self) -> bytes:
        """The receipt as a file."""
        beside = {"entry": self.entry.decode("ascii")}
        if self.record_key:
            beside |= {"identity": self.identity, "record_key": self.record_key.hex()}
        extra = json.dumps(beside, sort_keys=True, separators=(",", ":")).encode("ascii")
        return self.proof._replace(extra=extra).content

    def check(self, policy: LogPolicy, kinds: EntryKinds) -> AcceptedCheckpoint:
        """Check that the entry is in a log of the policy, in its form, and about whom the receipt says.

        Raises:
            LedgerError: It is not.
        """
        accepted = self.proof.check(self.entry, policy)
        fields = kinds.read(self.entry).fields
        if self.record_key and fields.get(SUBJECT) != subject_of(self.record_key, self.identity):
            raise LedgerError("the entry is not about whom the receipt says")
        return accepted


def parse_receipt(content: bytes) -> LogReceipt:
    """Return a receipt.

    Raises:
        LedgerError: It is none.
    """
    proof = parse_proof(content)
    try:
        beside = json.loads(proof.extra)
    except (ValueError, RecursionError):
        raise LedgerError("the receipt holds no entry") from None
    fields = {"entry"}
    if not isinstance(beside, dict) or set(beside) not in (
        fields,
        fields | {"identity", "record_key"},
    ):
        raise LedgerError("the receipt holds something else than an entry, and whom it is about")
    if not all(isinstance(value, str) for value in beside.values()):
        raise LedgerError("the receipt holds something else than text")
    try:
        key = bytes.fromhex(beside.get("record_key", ""))
        found = LogReceipt(proof, beside["entry"].encode("ascii"), beside.get("identity", ""), key)
        again = found.content
    except ValueError:  # what JSON can say and no text can, too
        raise LedgerError("the receipt's entry or key has characters that none has") from None
    if len(key) not in (0, RECORD_KEY_BYTES) or again != content:
        raise LedgerError("the receipt is not in its one form")
    return found
