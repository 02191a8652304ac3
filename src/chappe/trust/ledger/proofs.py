"""Proofs that something was logged, for whoever is offline: a `.tlog-proof` file.

Source: https://c2sp.org/tlog-proof; each rule stands under the sentence it comes from.
"""

from typing import Final, NamedTuple

from .checkpoints import parse_decimal
from .errors import LedgerError
from .merkle import HASH_BYTES, PROOF_HASHES_MAX, check_inclusion, leaf_hash
from .notes import SignedNote, from_base64, parse_note, to_base64
from .policies import AcceptedCheckpoint, LogPolicy

#   "The first line MUST be the string c2sp.org/tlog-proof@v1."
_FIRST: Final = "c2sp.org/tlog-proof@v1"
_EXTRA: Final = "extra "
_INDEX: Final = "index "
PROOF_BYTES_MAX: Final = 3 << 18  # bytes of a proof: a note, and what comes beside it


class LogProof(NamedTuple):
    """An entry's place in a log, the way to the root, and the signed head; not checked yet."""

    position: int
    hashes: tuple[bytes, ...]
    note: SignedNote
    extra: bytes = b""

    @property
    def content(self) -> bytes:
        """The proof as a file."""
        #   "If no extra data is present, this line is omitted."
        extra = f"{_EXTRA}{to_base64(self.extra)}\n" if self.extra else ""
        way = "".join(f"{to_base64(one)}\n" for one in self.hashes)
        return f"{_FIRST}\n{extra}{_INDEX}{self.position}\n{way}\n".encode() + self.note.content

    def check(self, entry: bytes, policy: LogPolicy) -> AcceptedCheckpoint:
        """Check that an entry is in a log of the policy, and that enough witnesses saw it there.

        Raises:
            LedgerError: This does not prove it.
        """
        #   "Compute the leaf hash." "Check that the checkpoint origin line is acceptable, and that the
        #   checkpoint is signed by a log public key configured for that origin line." "Verify all
        #   cosignatures for witnesses known to the verifier." "Check that the inclusion proof is valid"
        accepted = policy.check(self.note)
        head = accepted.head
        check_inclusion(leaf_hash(entry), self.position, head.size, self.hashes, head.root)
        return accepted


def parse_hash_line(line: str) -> bytes:
    """Return the hash that a line of a proof says.

    Raises:
        LedgerError: It says none.
    """
    found = from_base64(line)
    if len(found) != HASH_BYTES:
        raise LedgerError("a line of the proof is no hash")
    return found


def parse_proof(content: bytes) -> LogProof:
    """Return a proof.

    Raises:
        LedgerError: It is none.
    """
    if len(content) > PROOF_BYTES_MAX:
        raise LedgerError(f"the proof has more than {PROOF_BYTES_MAX} bytes")
    #   "After the inclusion proof lines and an empty line, the checkpoint issued by the log is included
    #   verbatim"
    before, blank, note = content.partition(b"\n\n")
    try:
        lines = before.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise LedgerError("the proof is not ASCII") from None
    if not blank or lines.pop(0) != _FIRST:
        raise LedgerError(f"not a proof ({_FIRST})")
    extra = b""
    if lines and lines[0].startswith(_EXTRA):
        extra = from_base64(lines.pop(0).removeprefix(_EXTRA))
        if not extra:
            raise LedgerError("the proof's extra line says nothing")
    if not lines or not lines[0].startswith(_INDEX):
        raise LedgerError("the proof does not say which entry it is for")
    index = parse_decimal(lines.pop(0).removeprefix(_INDEX))
    if len(lines) > PROOF_HASHES_MAX:
        raise LedgerError(f"the proof has more than {PROOF_HASHES_MAX} hashes")
    return LogProof(index, tuple(parse_hash_line(one) for one in lines), parse_note(note), extra)
