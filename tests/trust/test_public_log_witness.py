"""Witnesses: what they cosign, what they refuse, and what a log says of those that do not help."""

import os
import signal
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from chappe.gateways.cli.witness import witness_commands
from chappe.gateways.cli.witness_folder import logs_of
from chappe.trust.ledger import keys, notes
from chappe.trust.ledger.checkpoints import Checkpoint, parse_checkpoint
from chappe.trust.ledger.cosigning import (
    HttpAnswer,
    Witnesses,
    WitnessFault,
    ask_witnesses,
    is_enough,
    post_by_http,
    publish_cosigned,
)
from chappe.trust.ledger.merkle import EMPTY_ROOT, consistency_proof
from chappe.trust.ledger.policies import LogPolicy, parse_policy
from chappe.trust.ledger.storage import LogDamagedError, LogDirectory, LogFiles
from chappe.trust.ledger.witness import AddCheckpoint, Witness, WitnessFiles, hash_of, parse_request
from tests.trust.public_log import LOG, NOW, ORIGIN, WITNESSES, entries, entry
from tests.trust.witness_process import WitnessProcess

KEYS = WITNESSES[0]
WATCHED = {ORIGIN: tuple(key.verifier for key in LOG)}


class Disk(LogFiles):
    """A disk that may refuse, or end the process, before or after it keeps something."""

    die = ""

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write, unless it is to die."""
        if self.die == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.die == "refuse":
            raise OSError(28, "no space")
        super().write(files)
        if self.die == "after":
            os.kill(os.getpid(), signal.SIGKILL)


class Played:
    """A log, and a witness that watches it."""

    def __init__(self, root: Path, log: LogDirectory) -> None:
        self.log = log
        self.disk = Disk(root / "witness")
        self.witness = Witness(KEYS, WATCHED, WitnessFiles(self.disk, KEYS))

    def request(self, old: int, note: notes.SignedNote | None = None) -> AddCheckpoint:
        """What the log asks, if the witness has cosigned `old` entries."""
        note = note or self.log.sign(LOG, NOW)
        new = parse_checkpoint(note.text).size
        proof = (
            consistency_proof(old, new, self.log.nodes(self.log.head.size)) if old <= new else ()
        )
        return AddCheckpoint(old, proof, note)

    def ask(self, request: AddCheckpoint, time: int = NOW) -> tuple[int, str]:
        """Ask; status and body."""
        assert parse_request(request.content) == request
        answer = self.witness.add_checkpoint(request.content, time)
        return answer.status, answer.body.decode()


@pytest.fixture
def played(tmp_path: Path) -> Any:
    """A log of five entries, and a witness that never heard of it."""
    with LogDirectory.opened(LogFiles(tmp_path / "log"), ORIGIN) as log:
        log.append(entries(5))
        yield Played(tmp_path, log)


def test_a_witness_cosigns_what_continues_what_it_saw(played: Played) -> None:
    """The first head, a longer one, the same again at another time; it serves the last to monitors."""
    assert played.witness.checkpoint(hash_of(ORIGIN)).status == 404
    for old, time in ((0, NOW), (5, NOW + 60), (5, NOW + 90)):
        status, body = played.ask(played.request(old), time)
        assert status == 200
        lines = [notes.parse_signature_line(line) for line in body.splitlines()]
        head = played.log.head.text
        found = [
            keys.check_signature(k.verifier, head, x.signature)
            for k, x in zip(KEYS, lines, strict=True)
        ]
        assert found == [time, time]
    played.log.append(entries(300, 5))
    assert played.ask(played.request(5))[0] == 200
    served = played.witness.checkpoint(hash_of(ORIGIN))
    note = notes.parse_note(served.body)
    known = (*WATCHED[ORIGIN], *(key.verifier for key in KEYS))
    assert [*keys.open_note(note, known).signers] == [*known]
    assert parse_checkpoint(note.text) == played.log.head
    assert played.witness.checkpoint(hash_of("other")).status == 404


def test_what_it_does_not_cosign(played: Played) -> None:
    """Each refusal by its status, and none of them changes what it remembers."""
    head = played.log.head
    signed = played.log.sign(LOG, NOW)
    assert played.ask(played.request(0))[0] == 200
    kept = played.witness.checkpoint(hash_of(ORIGIN)).body

    def note(changed: Checkpoint, *signers: keys.SigningKey) -> notes.SignedNote:
        return notes.SignedNote(changed.text, tuple(key.sign(changed, NOW) for key in signers))

    stranger = keys.log_keys(ORIGIN, (b"x" * 32, b"y" * 32))[0]
    forged = stranger.sign(head, NOW)._replace(key_id=LOG[0].verifier.key_id)
    fork, longer = head._replace(root=bytes(32)), head._replace(size=9)
    for request, status in (
        (AddCheckpoint(5, (), note(head._replace(origin="other"), *LOG)), 404),
        (AddCheckpoint(5, (), note(head, stranger)), 403),
        (AddCheckpoint(5, (), signed._replace(signatures=(*signed.signatures, forged))), 403),
        (AddCheckpoint(6, (), signed), 400),
        (AddCheckpoint(4, (), signed), 409),
        (AddCheckpoint(0, (), note(head._replace(size=0, root=EMPTY_ROOT), *LOG)), 409),
        (AddCheckpoint(5, (), note(fork, *LOG)), 422),
        (AddCheckpoint(5, (), note(longer, *LOG)), 422),
        (AddCheckpoint(5, (bytes(32),) * 3, note(longer, *LOG)), 422),
        (AddCheckpoint(5, (bytes(32),), signed), 422),
    ):
        assert played.ask(request)[0] == status
        assert played.witness.checkpoint(hash_of(ORIGIN)).body == kept
    assert played.witness.add_checkpoint(played.request(4).content, NOW)[1:] == (
        "text/x.tlog.size",
        b"5\n",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"old 5",
        b"old 05\n\n",
        b"old -1\n\n",
        b"new 5\n\n",
        b"old 5\nAAAA\n\n",
        b"old 5\n\n\n",
        b"\xff",
    ],
)
def test_a_request_that_is_none_is_refused(played: Played, wrong: bytes) -> None:
    """And one with too many hashes, or too long."""
    note = played.log.sign(LOG, NOW)
    many = AddCheckpoint(5, (bytes(32),) * 64, note).content
    for body in (wrong, wrong + note.content, many, bytes(2 << 20)):
        if body != b"old 5\n\n" + note.content:
            assert played.witness.add_checkpoint(body, NOW).status == 400


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_whatever_it_is_sent_a_witness_answers(data: st.DataObject) -> None:
    """Nothing that is sent raises an error."""

    class Forgetful:
        def latest(self, origin: str) -> None:
            return None

        def keep(self, origin: str, note: notes.SignedNote) -> None:
            pass

    head = Checkpoint(ORIGIN, 1, bytes(32))
    right = AddCheckpoint(0, (), notes.SignedNote(head.text, (LOG[0].sign(head, NOW),))).content
    begin, end = sorted(data.draw(st.tuples(*[st.integers(0, len(right))] * 2)))
    body = right[:begin] + data.draw(st.binary(max_size=6)) + right[end:]
    witness = Witness(KEYS, WATCHED, Forgetful())
    assert witness.add_checkpoint(right, NOW).status == 200
    assert witness.add_checkpoint(body, NOW).status in {200, 400, 403, 404, 409, 422}


def test_two_heads_of_one_log_are_not_both_cosigned_whatever_kills_it(
    tmp_path: Path, played: Played
) -> None:
    """Killed before it kept the head, or after and before it answered; then it is asked for a fork."""
    with LogDirectory.opened(LogFiles(tmp_path / "fork"), ORIGIN) as other:
        other.append([*entries(4), entry(99)])
        fork = other.sign(LOG, NOW)
    for die in ("before", "after"):
        child = os.fork()
        if not child:
            played.disk.die = die
            played.ask(played.request(0))
            os._exit(0)
        assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    assert played.ask(AddCheckpoint(0, (), fork)) == (409, "5\n")
    assert played.ask(AddCheckpoint(5, (), fork))[0] == 422
    played.disk.die = "refuse"
    played.log.append(entries(1, 5))
    with pytest.raises(OSError, match="no space"):
        played.ask(played.request(5))
    played.disk.die = ""
    assert played.ask(played.request(5))[0] == 200


def test_a_state_that_is_not_its_own_is_not_gone_on_from(played: Played) -> None:
    """Somebody wrote another head there: nothing is cosigned, and it says what to do."""
    assert played.ask(played.request(0))[0] == 200
    path = played.disk.root / "public" / hash_of(ORIGIN) / "checkpoint"
    right = path.read_bytes()
    head = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    for wrong in (notes.SignedNote(head.text, (LOG[0].sign(head, NOW),)).content, right[:-9], b""):
        path.write_bytes(wrong)
        with pytest.raises(LogDamagedError, match="must end"):
            played.ask(played.request(0))


def policy(urls: list[str], quorum: str) -> LogPolicy:
    """A policy of witnesses at addresses."""
    lines = [f"log {LOG[0].verifier.text}"]
    lines += [
        f"witness w{n} {w[0].verifier.text} {url}"
        for n, (w, url) in enumerate(zip(WITNESSES, urls, strict=False), 1)
    ]
    return parse_policy(f"{chr(10).join(lines)}\n{quorum}\n".encode())


def test_who_does_not_help_is_named(tmp_path: Path, played: Played) -> None:
    """Down, refusing, lying, signing by another key, ahead of the log: the quorum decides what is served."""
    first = Witness(WITNESSES[0], WATCHED, WitnessFiles(LogFiles(tmp_path / "1"), WITNESSES[0]))
    lies: dict[str, Callable[[bytes], HttpAnswer]] = {
        "refuses": lambda _: HttpAnswer(500, b"I do not want\x1b[2J"),
        "lies": lambda _: HttpAnswer(
            200, WITNESSES[1][0].sign(Checkpoint(ORIGIN, 5, bytes(32)), NOW).text.encode()
        ),
        "other": lambda _: HttpAnswer(
            200, WITNESSES[2][0].sign(played.log.head, NOW).text.encode()
        ),
        "rubbish": lambda _: HttpAnswer(200, b"\xff"),
        "ahead": lambda _: HttpAnswer(409, b"7\n"),
        "confused": lambda _: HttpAnswer(409, b"many\n"),
        "turning": lambda _: HttpAnswer(409, b"3\n"),
    }

    def post(url: str, body: bytes) -> HttpAnswer:
        name = url.removeprefix("http://").removesuffix("/add-checkpoint")
        if name == "good":
            answer = first.add_checkpoint(body, NOW)
            return HttpAnswer(answer.status, answer.body)
        if name in lies:
            return lies[name](body)
        raise ConnectionRefusedError(111, "refused")

    said, faults = {}, {}
    for name in (*lies, "down"):
        trusted = policy(["http://good/", f"http://{name}"], "group g any w1 w2\nquorum g")
        found = publish_cosigned(played.log, played.log.sign(LOG, NOW), trusted, post)
        assert is_enough(trusted, found.note)
        assert played.log.published() == found.note
        (said[name],) = found.problems
        faults[name] = found.asked[1].fault
        assert said[name].startswith("w2 ")
    assert "refused (500): 'I do not want\\x1b[2J'" in said["refuses"]
    assert "lies" in said["lies"]
    assert "lies" in said["rubbish"]
    assert "without a signature of its keys" in said["other"]
    assert "has cosigned 7 entries of this log, which has 5" in said["ahead"]
    assert "does not answer" in said["down"]
    assert "conflict" in said["confused"]
    assert "conflicts only" in said["turning"]
    assert faults == {
        "refuses": WitnessFault.REFUSES,
        "lies": WitnessFault.LIES,
        "other": WitnessFault.LIES,
        "rubbish": WitnessFault.LIES,
        "ahead": WitnessFault.AHEAD,
        "confused": WitnessFault.CONFUSED,
        "turning": WitnessFault.CONFUSED,
        "down": WitnessFault.DOWN,
    }
    played.log.append(entries(1, 5))
    strict = policy(["http://good", "http://down"], "group g all w1 w2\nquorum g")
    before = played.log.published()
    found = publish_cosigned(played.log, played.log.sign(LOG, NOW), strict, post)
    assert not is_enough(strict, found.note)
    assert played.log.published() == before


def test_a_witness_that_hangs_holds_nobody_up(tmp_path: Path, played: Played) -> None:
    """Enough have cosigned without it: the head is returned. It is asked anew once it has let go."""
    first = Witness(WITNESSES[0], WATCHED, WitnessFiles(LogFiles(tmp_path / "1"), WITNESSES[0]))
    let_go, ended, asked = threading.Event(), threading.Event(), list[str]()

    def post(url: str, body: bytes) -> HttpAnswer:
        asked.append(url)
        if "good" in url:
            answer = first.add_checkpoint(body, NOW)
            return HttpAnswer(answer.status, answer.body)
        let_go.wait()
        ended.set()
        return HttpAnswer(500, b"too late")

    witnesses = Witnesses(post, grace_s=0)
    trusted = policy(["http://good", "http://hangs"], "group g any w1 w2\nquorum g")
    signed, nodes = played.log.sign(LOG, NOW), played.log.nodes(5)
    said = [witnesses.ask(trusted, signed, nodes) for _ in range(2)]
    assert all(is_enough(trusted, one.note) for one in said)
    assert said[0].problems == ("w2 does not answer in time",)
    assert said[1].problems == ("w2 still owes an answer to an earlier head",)
    assert sum("hangs" in url for url in asked) == 1
    let_go.set()
    ended.wait()
    alone = policy(["http://hangs"], "group g all w1\nquorum g")
    while "owes" in (found := witnesses.ask(alone, signed, nodes)).problems[0]:
        """Its question has ended, and its thread is about to."""
    assert found.problems == ("w1 refused (500): 'too late'",)


def test_witnesses_in_processes_of_their_own(tmp_path: Path, played: Played) -> None:
    """Made, told what to watch and started by the command; killed and started again, they remember."""
    with WitnessProcess(tmp_path / "one", "witness.example/one", LOG[0]) as one:
        trusted = parse_policy(
            f"log {LOG[0].verifier.text}\n{one.policy_lines()}group g all one one-ml-dsa\nquorum g\n".encode()
        )
        found = publish_cosigned(played.log, played.log.sign(LOG, NOW), trusted, post_by_http)
        assert found.problems == ()
        assert [*trusted.check(played.log.published() or found.note).cosigned] == [
            "one",
            "one-ml-dsa",
        ]
        one.kill()
        one.start()
        played.log.append(entries(400, 5))
        trusted = parse_policy(
            f"log {LOG[0].verifier.text}\n{one.policy_lines()}witness gone {WITNESSES[1][0].verifier.text}"
            f" http://127.0.0.1:9\ngroup g any one gone\nquorum g\n".encode()
        )
        found = publish_cosigned(played.log, played.log.sign(LOG, NOW), trusted, post_by_http)
        (problem,) = found.problems
        assert problem.startswith("gone does not answer")
        assert parse_checkpoint((played.log.published() or found.note).text).size == 405
        assert one.get(f"/{hash_of(ORIGIN)}/checkpoint").startswith(ORIGIN.encode())
        with LogDirectory.opened(LogFiles(tmp_path / "older"), ORIGIN) as older:
            older.append(entries(5))
            (problem,) = ask_witnesses(
                trusted, older.sign(LOG, NOW), older.nodes(5), post_by_http
            ).problems[:1]
            assert "has cosigned 405 entries" in problem


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    """Keys that are there or not, that are of somebody else, watched twice; private keys are private."""
    folder = tmp_path / "witness"

    def said(*words: str) -> str:
        done = CliRunner().invoke(witness_commands(), [*words, "--folder", str(folder)])
        return done.output if done.exit_code == 0 else str(done.exception)

    assert "make a witness" in said("policy")
    assert "name of a key" in said("init", "a b")
    lines = said("init", "witness.example/1")
    assert lines.startswith("witness witness.example/1 witness.example/1+")
    assert said("policy") == lines
    assert "for ever" in said("init", "witness.example/2")
    assert (folder / "private/keys").stat().st_mode & 0o777 == 0o600
    assert "Watches chappe.example/log" in said("watch", LOG[0].verifier.text)
    assert "watched already" in said("watch", LOG[0].verifier.text)
    assert "Watches" in said("watch", LOG[1].verifier.text)
    assert "key of a witness" in said("watch", WITNESSES[0][0].verifier.text)
    assert "not a public key" in said("watch", "me")
    assert len(logs_of(folder)[ORIGIN]) == 2
