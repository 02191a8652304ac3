"""Asking witnesses to cosign a head, at the log's side. How a request travels is the caller's.

Source: https://c2sp.org/tlog-witness. Each witness that does not cosign is named, with what it did instead.
"""

import enum
import http.client
import urllib.parse
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

from .checkpoints import parse_checkpoint, parse_decimal
from .errors import LedgerError
from .keys import VerifierKey, check_signature
from .merkle import Nodes, consistency_proof
from .notes import SignatureLine, SignedNote, parse_signature_line, with_signatures
from .policies import LogPolicy
from .storage import LogDirectory
from .witness import CONFLICT, OK, AddCheckpoint

TRIES_MAX: Final = 3  # times one witness is asked: it may have cosigned another head meanwhile
ANSWER_BYTES_MAX: Final = 1 << 17  # bytes of an answer that are read
ANSWER_S_MAX: Final = 10  # seconds a witness may take
WITNESSES_AT_ONCE_MAX: Final = 16  # witnesses that are asked at the same time


class HttpAnswer(NamedTuple):
    """What came back."""

    status: int
    body: bytes


#: Sends a body to an address; raises OSError where nobody answers.
Post = Callable[[str, bytes], HttpAnswer]


class WitnessFault(enum.StrEnum):
    """In a word, why a witness did not cosign."""

    DOWN = "down"
    REFUSES = "refuses"
    LIES = "lies"
    AHEAD = "ahead"  # it has seen more of the log than there is
    CONFUSED = "confused"  # its answers are none


class AskedWitness(NamedTuple):
    """What came of asking one witness."""

    names: tuple[str, ...]  # by which the policy knows its keys
    lines: tuple[SignatureLine, ...] = ()
    fault: WitnessFault | None = None  # why there are none
    problem: str = ""  # the same in words, behind the witness's name


class CosignedHead(NamedTuple):
    """A head with the cosignatures that came, and whose did not."""

    note: SignedNote
    asked: tuple[AskedWitness, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """A sentence for each witness that did not cosign."""
        return tuple(f"{'/'.join(one.names)} {one.problem}" for one in self.asked if one.problem)


def ask_witness(
    url: str, keys: dict[str, VerifierKey], note: SignedNote, nodes: Nodes, post: Post
) -> AskedWitness:
    """Ask one witness for its cosignatures. `keys` are those known of it, by their names in the policy."""
    names = tuple(keys)
    head = parse_checkpoint(note.text)
    #   "If a client doesn't have information on the latest cosigned checkpoint, it MAY initially make a
    #   request with a old size of zero to obtain it."
    old = 0
    for _ in range(TRIES_MAX):
        body = AddCheckpoint(old, consistency_proof(old, head.size, nodes), note).content
        try:
            answer = post(f"{url.rstrip('/')}/add-checkpoint", body)
        except OSError as error:
            return AskedWitness(names, fault=WitnessFault.DOWN, problem=f"does not answer: {error}")
        if answer.status == OK:
            return _cosigned(names, keys, note, answer.body)
        if answer.status != CONFLICT:
            said = answer.body[:200].decode("ascii", "replace").strip()
            return AskedWitness(
                names, fault=WitnessFault.REFUSES, problem=f"refused ({answer.status}): {said!a}"
            )
        try:
            old = parse_decimal(answer.body.decode("ascii", "replace").removesuffix("\n"))
        except LedgerError:
            return AskedWitness(
                names, fault=WitnessFault.CONFUSED, problem="answered a conflict without a size"
            )
        if old > head.size:
            return AskedWitness(
                names,
                fault=WitnessFault.AHEAD,
                problem=f"has cosigned {old} entries of this log, which has {head.size}: an older copy"
                " of the log was put back, or the witness lies. Never continue the log before you know.",
            )
    return AskedWitness(names, fault=WitnessFault.CONFUSED, problem="answered conflicts only")


def _cosigned(
    names: tuple[str, ...], keys: dict[str, VerifierKey], note: SignedNote, body: bytes
) -> AskedWitness:
    """Return the cosignatures of an answer that are what they say."""
    found = []
    try:
        for line in map(parse_signature_line, body.decode().removesuffix("\n").split("\n")):
            #   "The client MUST ignore any cosignatures from unknown keys."
            for key in keys.values():
                if key.signed(line):
                    check_signature(key, note.text, line.signature)
                    found.append(line)
    except (LedgerError, UnicodeDecodeError) as error:
        return AskedWitness(names, fault=WitnessFault.LIES, problem=f"lies: {error}")
    if not found:
        return AskedWitness(
            names, fault=WitnessFault.LIES, problem="answered without a signature of its keys"
        )
    return AskedWitness(names, tuple(found))


def ask_witnesses(policy: LogPolicy, note: SignedNote, nodes: Nodes, post: Post) -> CosignedHead:
    """Ask every witness of a policy that has an address, at the same time."""
    places: dict[str, dict[str, VerifierKey]] = {}
    for name, known in policy.witnesses.items():
        if known.url:
            places.setdefault(known.url, {})[name] = known.key
    with ThreadPoolExecutor(WITNESSES_AT_ONCE_MAX) as threads:
        asked = tuple(
            threads.map(lambda at: ask_witness(at[0], at[1], note, nodes, post), places.items())
        )
    lines = tuple(line for one in asked for line in one.lines)
    return CosignedHead(with_signatures(note, lines), asked)


def publish_cosigned(
    log: LogDirectory, signed: SignedNote, policy: LogPolicy, post: Post
) -> CosignedHead:
    """Have a head cosigned, and serve it if that is enough for the policy; else the last one stays served.

    Returns:
        The head, and what each witness did. Whether it is served is `policy.check`.
    """
    found = ask_witnesses(policy, signed, log.nodes(log.head.size), post)
    if is_enough(policy, found.note):
        log.publish(found.note)
    return found


def is_enough(policy: LogPolicy, note: SignedNote) -> bool:
    """Return whether a policy holds for a head."""
    try:
        policy.check(note)
    except LedgerError:
        return False
    return True


def post_by_http(url: str, body: bytes) -> HttpAnswer:
    """Send a body by HTTP or HTTPS: `Post`, by the standard library.

    Raises:
        OSError: Nobody answers, or not by HTTP.
    """
    parts = urllib.parse.urlsplit(url)
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    try:
        line = kinds[parts.scheme](parts.netloc, timeout=ANSWER_S_MAX)
        try:
            line.request("POST", parts.path, body, {"Content-Type": "text/plain"})
            answer = line.getresponse()
            return HttpAnswer(answer.status, answer.read(ANSWER_BYTES_MAX))
        finally:
            line.close()
    except (KeyError, ValueError, http.client.HTTPException) as error:
        raise OSError(f"{url}: {type(error).__name__} {error}") from None
