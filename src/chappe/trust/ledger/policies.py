"""Whom one believes: known logs, known witnesses, and which of them are enough.

Source: https://c2sp.org/tlog-policy; each rule stands under the sentence it comes from.
"""

import re
from collections.abc import Collection
from typing import Final, NamedTuple

from .checkpoints import Checkpoint, parse_checkpoint
from .errors import LedgerError
from .keys import COSIGNATURES, SignatureType, VerifierKey, open_note, parse_vkey
from .notes import SignedNote

#   "It is strongly recommended that an implementation supports at least up to 32 logs, 32 witnesses, and 32
#   groups."
LINES_MAX: Final = 1_000  # lines of a policy that say something
POLICY_BYTES_MAX: Final = 1 << 20  # bytes of a policy
NO_QUORUM: Final = "none"

#   "the allowed octet values are 0x09 (tab), 0x0A (newline), 0x20-0x7E, and 0x80-0xFF"
_forbidden = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_number = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)


class NamedKey(NamedTuple):
    """A log or a witness of a policy."""

    key: VerifierKey
    url: str = ""


class WitnessGroup(NamedTuple):
    """Members, witnesses or groups, of which so many are enough."""

    enough: int
    members: tuple[str, ...]


class AcceptedCheckpoint(NamedTuple):
    """A checkpoint that a policy holds to be the log's, and who cosigned it, by the policy's names."""

    head: Checkpoint
    cosigned: dict[str, int]  # by which witness, and when in seconds since 1970


class LogPolicy(NamedTuple):
    """Known logs, known witnesses, and the quorum."""

    logs: tuple[NamedKey, ...]
    witnesses: dict[str, NamedKey]
    groups: dict[str, WitnessGroup]
    quorum: str

    def satisfied_by(self, cosigned: Collection[str]) -> bool:
        """Return whether these witnesses are enough."""
        return self.quorum == NO_QUORUM or self._has(self.quorum, cosigned)

    def _has(self, name: str, cosigned: Collection[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in cosigned
        return sum(self._has(member, cosigned) for member in group.members) >= group.enough

    def check_head(self, note: SignedNote) -> AcceptedCheckpoint:
        """Check that a log of the policy signed a checkpoint; how many witnesses did is not asked.

        Raises:
            LedgerError: None did, or a signature of a known key is wrong.
        """
        head = parse_checkpoint(note.text)
        #   "This name MUST correspond to the log's origin line, representing the identity of the log."
        logs = tuple(one.key for one in self.logs if one.key.name == head.origin)
        if not logs:
            raise LedgerError(f"no log of the policy is called {head.origin}")
        of_witnesses = {one.key: name for name, one in self.witnesses.items()}
        signers = open_note(note, (*logs, *of_witnesses)).signers
        if not any(key in signers for key in logs):
            raise LedgerError("the checkpoint is not signed by the log")
        cosigned = {name: signers[key] for key, name in of_witnesses.items() if key in signers}
        return AcceptedCheckpoint(head, cosigned)

    def check(self, note: SignedNote) -> AcceptedCheckpoint:
        """Check that a checkpoint is a log's, and that enough witnesses cosigned it.

        Raises:
            LedgerError: It is not.
        """
        found = self.check_head(note)
        if not self.satisfied_by(found.cosigned):
            by = ", ".join(found.cosigned) or "nobody"
            raise LedgerError(f"the checkpoint is cosigned by {by}: not enough for the quorum")
        return found


class _Reading:
    """A policy that is being read, line by line."""

    def __init__(self) -> None:
        self.logs: list[NamedKey] = []
        self.witnesses: dict[str, NamedKey] = {}
        self.groups: dict[str, WitnessGroup] = {}
        self.members: set[str] = set()
        self.quorum = ""

    def line(self, words: list[str]) -> None:
        """Take a line that says something."""
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                self._log(parse_vkey(vkey), "".join(words[2:]))
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                self._witness(name, parse_vkey(vkey), "".join(words[3:]))
            case ["group", name, enough, *members] if members:
                self._group(name, enough, members)
            #   "A policy file must include exactly one quorum line."
            case ["quorum", name] if not self.quorum:
                if name != NO_QUORUM:
                    self._known(name)
                self.quorum = name
            case _:
                raise LedgerError(f"a line of the policy says nothing known: {words[0][:20]!r}")

    def _log(self, key: VerifierKey, url: str) -> None:
        #   "Duplicate logs, i.e., multiple log lines with the same public key, are not allowed."
        if any(key.public == one.key.public for one in self.logs):
            raise LedgerError("a log's key stands twice in the policy")
        #   A log has a key of a kind by which checkpoints are signed (tlog-checkpoint); its ML-DSA-44
        #   signature is a cosignature of its own.
        if key.type is SignatureType.ED25519_COSIGNATURE:
            raise LedgerError("a witness's key stands at a log in the policy")
        self.logs.append(NamedKey(key, url))

    def _witness(self, name: str, key: VerifierKey, url: str) -> None:
        if any(key.public == one.key.public for one in self.witnesses.values()):
            raise LedgerError("a witness's key stands twice in the policy")
        if key.type not in COSIGNATURES:
            raise LedgerError("a key that makes no cosignatures stands at a witness in the policy")
        self._unknown(name)
        self.witnesses[name] = NamedKey(key, url)

    def _group(self, name: str, enough: str, members: list[str]) -> None:
        self._unknown(name)
        for member in members:
            self._known(member)
            #   "Each defined name can be listed as a group member at most once."
            if member in self.members:
                raise LedgerError(f"{member} is a member twice in the policy")
            self.members.add(member)
        count = {"any": 1, "all": len(members)}.get(enough)
        if count is None:
            #   "If k is given numerically, it must be written in decimal, and it is required that 1 <= k <=
            #   n."
            if not _number.fullmatch(enough) or int(enough) > len(members):
                raise LedgerError(f"the group {name} asks for more than its members")
            count = int(enough)
        self.groups[name] = WitnessGroup(count, tuple(members))

    def _known(self, name: str) -> None:
        #   "A line defining a group can only reference names of groups and witnesses defined on preceding
        #   lines."
        if name not in self.witnesses and name not in self.groups:
            raise LedgerError(f"the policy names {name} before it says what it is")

    def _unknown(self, name: str) -> None:
        #   "Witnesses and groups share a single namespace. The special name none is predefined"
        if name in self.witnesses or name in self.groups or name == NO_QUORUM:
            raise LedgerError(f"the policy says twice what {name} is")


def parse_policy(content: bytes) -> LogPolicy:
    """Return a policy.

    Raises:
        LedgerError: It is none.
    """
    if len(content) > POLICY_BYTES_MAX:
        raise LedgerError(f"the policy has more than {POLICY_BYTES_MAX} bytes")
    if _forbidden.search(content):
        raise LedgerError("the policy has a character that it may not have")
    if content and not content.endswith(b"\n"):
        raise LedgerError("the policy's last line does not end")
    reading = _Reading()
    #   "all octets with the high bit set are opaque"
    lines = content.decode("utf-8", "surrogateescape").split("\n")
    said = [words for line in lines if (words := re.split(r"[ \t]+", line.strip(" \t"))) != [""]]
    said = [words for words in said if not words[0].startswith("#")]
    if len(said) > LINES_MAX:
        raise LedgerError(f"the policy has more than {LINES_MAX} lines")
    for words in said:
        reading.line(words)
    if not reading.quorum:
        raise LedgerError("the policy has no quorum")
    return LogPolicy(tuple(reading.logs), reading.witnesses, reading.groups, reading.quorum)
