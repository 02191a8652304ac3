"""A witness: it cosigns the heads of logs it watches, each only if it continues the last one it cosigned.

Source: https://c2sp.org/tlog-witness; each rule stands under the sentence it comes from. Nothing here speaks
HTTP: `add_checkpoint` takes a request's body and returns what to answer. One call at a time: whoever serves
it keeps a lock around it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from .checkpoints import Checkpoint, parse_checkpoint, parse_decimal
from .errors import LedgerError
from .keys import SigningKey, VerifierKey, check_signature, open_note
from .merkle import EMPTY_ROOT, PROOF_HASHES_MAX, check_consistency
from .notes import SignatureLine, SignedNote, parse_note, to_base64, with_signatures
from .proofs import parse_hash_line
from .storage import PUBLIC, LogDamagedError, LogFiles

REQUEST_BYTES_MAX: Final = 1 << 20  # bytes of a request: a note, and a proof
LOGS_MAX: Final = 1_000  # logs a witness watches
_OLD: Final = "old "
TEXT: Final = "text/plain; charset=utf-8"
SIZE: Final = "text/x.tlog.size"
OK, BAD, FORBIDDEN, UNKNOWN, CONFLICT, INCONSISTENT = 200, 400, 403, 404, 409, 422


class AddCheckpoint(NamedTuple):
    """A request to cosign a head, with the proof that it continues an older one."""

    old: int
    hashes: tuple[bytes, ...]
    note: SignedNote

    @property
    def content(self) -> bytes:
        """The body of the request."""
        #   "an old size line, zero or more consistency proof lines, and an empty line, followed by a
        #   checkpoint"
        proof = "".join(f"{to_base64(one)}\n" for one in self.hashes)
        return f"{_OLD}{self.old}\n{proof}\n".encode() + self.note.content


def parse_request(body: bytes) -> AddCheckpoint:
    """Return a request to cosign.

    Raises:
        LedgerError: It is none.
    """
    if len(body) > REQUEST_BYTES_MAX:
        raise LedgerError(f"the request has more than {REQUEST_BYTES_MAX} bytes")
    before, blank, note = body.partition(b"\n\n")
    try:
        first, *lines = before.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise LedgerError("the request is not ASCII before its checkpoint") from None
    if not blank or not first.startswith(_OLD):
        raise LedgerError("the request does not say the old size")
    #   "The client MUST NOT send more than 63 consistency proof lines."
    if len(lines) > PROOF_HASHES_MAX:
        raise LedgerError(f"the proof has more than {PROOF_HASHES_MAX} hashes")
    old = parse_decimal(first.removeprefix(_OLD))
    return AddCheckpoint(old, tuple(parse_hash_line(one) for one in lines), parse_note(note))


class WitnessAnswer(NamedTuple):
    """What to answer a request: status, type and body."""

    status: int
    type: str
    body: bytes


class WitnessState(Protocol):
    """Where a witness keeps the last head of each log that it cosigned."""

    def latest(self, origin: str) -> SignedNote | None:
        """Return the head as it was kept, or None if none ever was."""
        ...

    def keep(self, origin: str, note: SignedNote) -> None:
        """Keep a head in place of the last one; when this returns it is on the disk."""
        ...


class Witness:
    """Cosigns heads. `logs` are the keys it believes, by origin."""

    def __init__(
        self,
        keys: Sequence[SigningKey],
        logs: Mapping[str, tuple[VerifierKey, ...]],
        state: WitnessState,
    ) -> None:
        if len(logs) > LOGS_MAX:
            raise LedgerError(f"a witness watches {LOGS_MAX} logs at most")
        self._keys = keys
        self._logs = logs
        self._state = state

    def add_checkpoint(self, body: bytes, time: int) -> WitnessAnswer:
        """Answer a request to cosign. `time`, in seconds since 1970, goes into the cosignatures."""
        try:
            request = parse_request(body)
            head = parse_checkpoint(request.note.text)
        except LedgerError as error:
            return _refused(BAD, str(error))
        #   "If the checkpoint origin is unknown, the witness MUST respond with a '404 Not Found'"
        keys = self._logs.get(head.origin)
        if keys is None:
            return _refused(UNKNOWN, "this witness does not watch that log")
        #   "The witness MUST respond with a '403 Forbidden' HTTP status code if either no signature from a
        #   trusted key for the origin is present, or a signature line's key name and ID match a trusted key
        #   but the signature itself fails to verify"
        try:
            signers = open_note(request.note, keys).signers
        except LedgerError as error:
            return _refused(FORBIDDEN, str(error))
        #   "The old size MUST be equal to or lower than the checkpoint size. Otherwise, [...] '400 Bad
        #   Request'"
        if request.old > head.size:
            return _refused(BAD, "the old size is larger than the checkpoint's")
        latest = self._state.latest(head.origin)
        before = _known(head.origin, latest)
        #   "If it doesn't match, the witness MUST respond with a '409 Conflict' HTTP status code. The
        #   response body MUST consist of the tree size of the latest cosigned checkpoint in decimal,
        #   followed by a newline"
        if request.old != before.size:
            return WitnessAnswer(CONFLICT, SIZE, b"%d\n" % before.size)
        #   "if a Merkle Consistency Proof doesn't verify, the witness MUST respond with a '422 Unprocessable
        #   Entity'", and so "if the old size matches the checkpoint size" and the roots are not identical
        try:
            check_consistency(before.size, head.size, request.hashes, before.root, head.root)
        except LedgerError as error:
            return _refused(INCONSISTENT, str(error))
        #   "The cosignature MUST NOT omit the timestamp, i.e. the timestamp MUST NOT be zero."
        lines = tuple(key.sign(head, max(time, 1)) for key in self._keys)
        #   "it MUST include the cosignature(s) from the witness's key(s) that were returned from
        #   add-checkpoint and the cosignature from the log key(s) that the witness verified"
        of_log = tuple(
            line for line in request.note.signatures if any(key.signed(line) for key in signers)
        )
        #   "The witness MUST persist the new checkpoint before responding."
        self._state.keep(head.origin, with_signatures(SignedNote(request.note.text, of_log), lines))
        return WitnessAnswer(OK, TEXT, "".join(line.text for line in lines).encode())

    def checkpoint(self, origin_hash: str) -> WitnessAnswer:
        """Answer a monitor who asks for the last head of a log, by the hash of its origin."""
        for origin in self._logs:
            if hash_of(origin) == origin_hash:
                latest = self._state.latest(origin)
                if latest is not None:
                    return WitnessAnswer(OK, TEXT, latest.content)
        return _refused(UNKNOWN, "no head of such a log was cosigned")


def _refused(status: int, why: str) -> WitnessAnswer:
    return WitnessAnswer(status, TEXT, f"{why}\n".encode())


def _known(origin: str, latest: SignedNote | None) -> Checkpoint:
    """Return the head that was cosigned last: that of an empty log where none was."""
    return Checkpoint(origin, 0, EMPTY_ROOT) if latest is None else parse_checkpoint(latest.text)


def hash_of(origin: str) -> str:
    """Return the hash by which a witness serves a log's head."""
    #   "The origin hash is the SHA-256 hash of the log's origin, hex encoded, in lowercase."
    return hashlib.sha256(origin.encode()).hexdigest()


class WitnessFiles:
    """The state of a witness on a disk. Its public part may be served by any web server."""

    def __init__(self, files: LogFiles, keys: Sequence[SigningKey]) -> None:
        self._files = files
        self._keys = keys

    def latest(self, origin: str) -> SignedNote | None:
        """See `WitnessState`.

        Raises:
            LogDamagedError: What is there was not kept by this witness: nothing must be cosigned.
        """
        path = _path(origin)
        content = self._files.read(path)
        if content is None:
            return None
        try:
            note = parse_note(content)
            self._check(origin, note)
        except LedgerError as error:
            raise LogDamagedError(
                f"{path} is not what this witness kept ({error}). Bring the newest copy of it; without one"
                " this witness must end, and another begin under another name."
            ) from None
        return note

    def _check(self, origin: str, note: SignedNote) -> None:
        """Check that this witness cosigned a head of a log."""
        if parse_checkpoint(note.text).origin != origin:
            raise LedgerError("it is of another log")
        for key in self._keys:
            mine: list[SignatureLine] = [x for x in note.signatures if key.verifier.signed(x)]
            if not mine:
                raise LedgerError("it is not cosigned by this witness")
            for line in mine:
                check_signature(key.verifier, note.text, line.signature)

    def keep(self, origin: str, note: SignedNote) -> None:
        """See `WitnessState`."""
        self._files.write({_path(origin): note.content})


def _path(origin: str) -> str:
    return f"{PUBLIC}/{hash_of(origin)}/checkpoint"
