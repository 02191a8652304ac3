"""Asking witnesses to cosign a head, at the log's side. How a request travels is the caller's.

Source: https://c2sp.org/tlog-witness. Each witness that does not cosign is named, with what it did instead.
"""

import enum
import http.client
import queue
import threading
import time
import urllib.parse
from collections.abc import Callable
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
ANSWER_S_MAX: Final = 10.0  # seconds a witness may take
GRACE_S: Final = 1.0  # seconds the others are waited for once enough have cosigned
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


class Witnesses:
    """Witnesses that are asked side by side, so that one that hangs holds nobody up for long.

    Once enough have cosigned, the others have a moment more. Who has not answered by then is not asked
    anew, and not waited for, until that question has come to an end.
    """

    def __init__(
        self, post: Post, answer_s: float = ANSWER_S_MAX, grace_s: float = GRACE_S
    ) -> None:
        self._post = post
        self._answer_s = answer_s
        self._grace_s = grace_s
        self._lock = threading.Lock()
        self._asked: set[str] = set()  # addresses whose answer is outstanding

    def ask(self, policy: LogPolicy, note: SignedNote, nodes: Nodes) -> CosignedHead:
        """Ask every witness of a policy that has an address; return what each did."""
        places: dict[str, dict[str, VerifierKey]] = {}
        for name, known in policy.witnesses.items():
            if known.url:
                places.setdefault(known.url, {})[name] = known.key
        with self._lock:
            free = places.keys() - self._asked
            self._asked |= free
        one_round = _Round(note, nodes, self._post)
        for url in free:
            threading.Thread(
                target=self._ask_one, args=(one_round, url, places[url]), daemon=True
            ).start()
        try:
            found = self._gathered(one_round, policy, len(free))
        finally:
            one_round.over.set()
        asked = tuple(
            found.get(url) or _silent(tuple(keys), is_asked=url in free)
            for url, keys in places.items()
        )
        return CosignedHead(with_signatures(note, _lines(asked)), asked)

    def _ask_one(self, one_round: "_Round", url: str, keys: dict[str, VerifierKey]) -> None:
        try:
            with one_round.slots:
                answer = ask_witness(url, keys, one_round.note, one_round.nodes, one_round.post)
            one_round.answers.put((url, answer))
        except Exception as error:  # noqa: BLE001  raised where the answers are gathered
            one_round.answers.put((url, error))
        finally:
            with self._lock:
                self._asked.discard(url)

    def _gathered(
        self, one_round: "_Round", policy: LogPolicy, count: int
    ) -> dict[str, AskedWitness]:
        """Return the answers that came in time, by address."""
        found: dict[str, AskedWitness] = {}
        until, is_met = time.monotonic() + self._answer_s, False
        while len(found) < count:
            try:
                url, answer = one_round.answers.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                break
            if isinstance(answer, Exception):
                raise answer
            found[url] = answer
            note = with_signatures(one_round.note, _lines(tuple(found.values())))
            if not is_met and is_enough(policy, note):
                is_met = True
                until = min(until, time.monotonic() + self._grace_s)
        return found


class _Round:
    """One head that is brought before witnesses."""

    def __init__(self, note: SignedNote, nodes: Nodes, post: Post) -> None:
        self.note = note
        self.nodes = nodes
        self.answers: queue.SimpleQueue[tuple[str, AskedWitness | Exception]] = queue.SimpleQueue()
        self.slots = threading.Semaphore(WITNESSES_AT_ONCE_MAX)
        self.over = threading.Event()  # nobody waits any more
        self._post = post

    def post(self, url: str, body: bytes) -> HttpAnswer:
        """See `Post`."""
        if self.over.is_set():
            raise OSError("nobody waits for the answer any more")
        return self._post(url, body)


def _lines(asked: tuple[AskedWitness, ...]) -> tuple[SignatureLine, ...]:
    return tuple(line for one in asked for line in one.lines)


def _silent(names: tuple[str, ...], *, is_asked: bool) -> AskedWitness:
    """Return what is said of a witness that has not answered."""
    problem = "does not answer in time" if is_asked else "still owes an answer to an earlier head"
    return AskedWitness(names, fault=WitnessFault.DOWN, problem=problem)


def ask_witnesses(policy: LogPolicy, note: SignedNote, nodes: Nodes, post: Post) -> CosignedHead:
    """Ask every witness of a policy that has an address, at the same time, once."""
    return Witnesses(post).ask(policy, note, nodes)


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
