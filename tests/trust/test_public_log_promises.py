"""What the file for strangers says of promises: hidden entries, weekly statements, orders; and its report."""

import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chappe.trust.ledger import verify
from tests.trust.public_log import KNOWN, ORIGIN, append, policy

TODAY = "2026-11-30"  # the Monday of 2026-W49
CUSTODIANS = [Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (11, 12, 13)]
STRANGER = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
PUBLIC = [key.public_key().public_bytes_raw() for key in CUSTODIANS]
NONCE = "0f" * 32
CASE, RECORD = "ca" * 32, "ec" * 32


def name_of(key: Ed25519PrivateKey) -> str:
    """What entries call a custodian."""
    return hashlib.sha256(key.public_key().public_bytes_raw()).hexdigest()


def table(day: str = "2026-11-02", keys: list[bytes] = PUBLIC, act: str = "activated") -> bytes:
    """Who the custodians are: two are needed."""
    listed = tuple(key.hex() for key in keys)
    fields: dict[str, Any] = {"act": act, "custodians": listed, "day": day}
    return KNOWN.write(
        "server.custodians", {**fields, "delay_days": 7, "needed": 2, "table": "7a" * 32}
    )


def changed(day: str, keys: list[bytes] = PUBLIC[1:]) -> tuple[bytes, bytes]:
    """Others come into force at once, by the word of two."""
    listed = tuple(sorted(key.hex() for key in keys))
    text = f"chappe/change/v1\n{ORIGIN}\n{'7a' * 32}\n2\n0\n{','.join(listed)}\n".encode()
    message = b"chappe/approve/v1\n" + hashlib.sha256(text).digest()
    signed = tuple(f"{name_of(key)}:{key.sign(message).hex()}" for key in CUSTODIANS[:2])
    fields: dict[str, Any] = {"custodians": listed, "day": day, "delay_days": 0, "needed": 2}
    fields |= {"previous": "7a" * 32, "table": "7b" * 32}
    proposed = {**fields, "act": "proposed", "approvals": signed}
    activated = {**fields, "act": "activated"}
    kind = "server.custodians"
    return KNOWN.write(kind, proposed), KNOWN.write(kind, activated)


def ended(*keys: Ed25519PrivateKey, table: str = "7a" * 32, log: str = ORIGIN) -> bytes:
    """Nobody is a custodian any more, by the word of some of them."""
    text = f"chappe/end-custody/v1\n{log}\n{table}\n".encode()
    message = b"chappe/approve/v1\n" + hashlib.sha256(text).digest()
    signed = tuple(sorted(f"{name_of(key)}:{key.sign(message).hex()}" for key in keys))
    fields: dict[str, Any] = {"act": "ended", "approvals": signed, "day": "2026-11-23"}
    fields |= {"custodians": tuple(sorted(key.hex() for key in PUBLIC)), "delay_days": 7}
    return KNOWN.write("server.custodians", {**fields, "needed": 2, "table": table})


def statement(
    key: Ed25519PrivateKey, week: str, entries: int = 1, said: int | None = None, log: str = ORIGIN
) -> bytes:
    """A custodian's of a week; `said` is what the entry says where it is not what was signed."""
    stated = f"chappe/statement/v1\n{log}\n{week}\n{entries}\n".encode()
    signed = key.sign(b"chappe/approve/v1\n" + hashlib.sha256(stated).digest())
    fields = {"custodian": name_of(key), "signature": signed.hex(), "week": week}
    return KNOWN.write("custodian.statement", {**fields, "entries": said or entries})


def duty(act: str = "begun", week: str = "2026-W45") -> bytes:
    """Custodians state something each week, or not any more."""
    return KNOWN.write("custodian.weekly", {"act": act, "week": week})


def commitment(record: bytes = b"", nonce: str = NONCE) -> str:
    """What hides some entries."""
    return hashlib.sha256(b"chappe/commit/v1\n" + bytes.fromhex(nonce) + record).hexdigest()


def commit(commit: str, week: str = "2026-W40", until: str = "2027-W10") -> bytes:
    """An entry that commits to something."""
    return KNOWN.write("sealed.commit", {"commit": commit, "reveal_by": until, "week": week})


def reveal(commit: str, entries: int = 0, nonce: str = NONCE) -> bytes:
    """An entry that opens something."""
    fields = {"commit": commit, "entries": entries, "nonce": nonce, "week": "2026-W48"}
    return KNOWN.write("sealed.reveal", fields)


def weekly(count: int, week: str) -> bytes:
    """So many commitments each week from now on."""
    return KNOWN.write("sealed.weekly", {"commitments": count, "week": week})


def order(kind: str, case: str = CASE, **said: Any) -> bytes:
    """An entry about an order."""
    every: dict[str, dict[str, Any]] = {
        "received": {
            "accounts": "1",
            "asked": ("subscriber", "traffic"),
            "basis": "court-order",
            "channel": "EPOC",
            "country": "FR",
            "record": RECORD,
        },
        "decided": {"approvals": (), "outcome": "refused", "record": RECORD},
        "released": {"bytes": 4096, "export": "e0" * 32, "given": ("subscriber",)},
        "told": {},
        "late": {},
        "acted": {"acts": ("remove",)},
        "preserved": {"until": "2027-W05"},
        "closed": {"ended": "executed"},
    }
    fields = {"case": case, "week": "2026-W48", **every[kind], **said}
    return KNOWN.write(f"authority.{kind}", fields)


def approved(*keys: Ed25519PrivateKey, record: str = RECORD, over: str = RECORD) -> bytes:
    """A decision that custodians approved: `over` is what they signed."""
    message = b"chappe/approve/v1\n" + bytes.fromhex(over)
    signed = tuple(f"{name_of(key)}:{key.sign(message).hex()}" for key in keys)
    return order("decided", approvals=signed, outcome="approved", record=record)


class Told(NamedTuple):
    """How it ended, and what it said."""

    code: int
    said: str


Look = Callable[..., Told]


@pytest.fixture
def look(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Look:
    """Judges a log of these entries, on a day."""
    (tmp_path / "policy").write_text(policy())

    def looked(*entries: bytes, on: str = TODAY, command: str = "log") -> Told:
        root = tmp_path / hashlib.sha256(b"".join(entries)).hexdigest()[:12]
        if not root.exists():
            append(root, entries)
        given = [command, root / "public", "--policy", tmp_path / "policy", "--on", on]
        code = verify.main([*map(str, given)])
        out = capsys.readouterr()
        return Told(code, out.out + (out.err if command == "log" else ""))

    return looked


HIDDEN = order("received")
OF_HIDDEN = commitment(HIDDEN + b"\n")
OF_PADDING = commitment()


def test_what_was_hidden_is_opened_and_what_hid_nothing_too(look: Look) -> None:
    """In whatever order; and what is not opened yet is nobody's fault until its week is over."""
    told = look(
        commit(OF_HIDDEN), commit(OF_PADDING), reveal(OF_PADDING), reveal(OF_HIDDEN, 1), HIDDEN
    )
    assert told.code == verify.HELD, told.said
    waiting = (commit(OF_HIDDEN, until="2026-W49"),)
    assert look(*waiting).code == verify.HELD
    late = look(*waiting, on="2026-12-07")
    assert late.code == verify.WRONG
    assert "WRONG: entry 0 hides something that was to be opened in 2026-W49" in late.said
    fields = {"commit": OF_HIDDEN, "reveal_by": "2027-W20", "week": "2026-W49"}
    assert look(*waiting, KNOWN.write("sealed.extend", fields), on="2026-12-07").code == verify.HELD


@pytest.mark.parametrize("answer", ["decided", "acted", "closed"])
def test_a_clock_that_ran_out_is_red_until_the_order_is_answered(look: Look, answer: str) -> None:
    """By a refusal, by what was done because of it, or by its end; who does neither stays red."""
    came = (order("received"), order("late"))
    told = look(*came, order("preserved"))
    assert told.code == verify.WRONG
    assert "WRONG: entry 1: the clock of this order ran out, and nobody answered it" in told.said
    assert look(*came, order(answer)).code == verify.HELD
    counted = look(*came, order("acted"), command="report").said.splitlines()
    assert "2026,FR,EPOC,authority.acted,acts=remove,1" in counted
    assert "2026,FR,EPOC,authority.late,,1" in counted


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ((order("late"),), "entry 0 is about an order that was not received"),
        (
            (order("received"), order("closed"), order("acted")),
            "entry 2 is about an order that was not received, or is closed",
        ),
        ((commit(OF_HIDDEN), reveal(OF_HIDDEN)), "entry 1 is a false opening"),
        ((commit(OF_PADDING), reveal(OF_PADDING, 1), HIDDEN), "entry 1 is a false opening"),
        (
            (commit(OF_HIDDEN), reveal(OF_HIDDEN, 1), order("received", accounts="2-10")),
            "entry 1 is a false opening: what it shows is not what entry 0 committed to",
        ),
        (
            (commit(OF_HIDDEN), reveal(OF_HIDDEN, 1, "00" * 32), HIDDEN),
            "entry 1 is a false opening",
        ),
        (
            (commit(OF_HIDDEN), reveal(OF_HIDDEN, 2), HIDDEN),
            "entry 1 opens entries that are not there",
        ),
        ((reveal(OF_PADDING),), "entry 0 is about no commitment that waits"),
        (
            (commit(OF_PADDING), reveal(OF_PADDING), reveal(OF_PADDING)),
            "entry 2 is about no commitment that waits",
        ),
        ((commit(OF_PADDING), commit(OF_PADDING)), "entry 1 commits to what is committed to"),
        ((commit(OF_PADDING, until="2027-W41"),), "entry 0 hides something for more than 52 weeks"),
        ((commit(OF_PADDING, week="2025-W53"),), "entry 0 is of a week that there is not"),
        (
            (commit(OF_HIDDEN), reveal(OF_HIDDEN, 1), commit(OF_PADDING)),
            "entry 2 is about hidden entries, and cannot be one",
        ),
    ],
)
def test_an_opening_that_is_none_is_named(
    look: Look, entries: tuple[bytes, ...], said: str
) -> None:
    """False, twice, of nothing, without what it opens, or too far away."""
    told = look(*entries)
    assert told.code == verify.WRONG
    assert f"WRONG: {said}" in told.said


def test_there_are_as_many_commitments_each_week_as_was_promised(look: Look) -> None:
    """From the week after the promise, until it is changed; this week is not over yet."""
    made = [
        commit(commitment(nonce=f"{n:064}"), f"2026-W{week}")
        for n, week in enumerate((46, 46, 47, 47, 48, 48, 49))
    ]
    assert look(weekly(2, "2026-W45"), *made).code == verify.HELD
    told = look(weekly(2, "2026-W45"), *made[1:])
    assert (told.code, "2026-W46 has 1 commitments and not 2" in told.said) == (verify.WRONG, True)
    told = look(weekly(1, "2026-W45"), *made)
    assert (told.code, "2026-W46 has 2 commitments and not 1" in told.said) == (verify.WRONG, True)
    ended = (weekly(2, "2026-W45"), *made[:2], weekly(0, "2026-W47"))
    assert look(*ended).code == verify.HELD
    assert look(weekly(2, "2026-W45"), *made[:2]).code == verify.WRONG


def test_each_custodian_makes_a_statement_each_week(look: Look) -> None:
    """From the week after they and the duty are known; a week later it is missed, and named."""
    stated = [statement(key, week) for week in ("2026-W46", "2026-W47") for key in CUSTODIANS]
    begun = (table(), duty())
    assert look(*begun, *stated).code == verify.HELD  # that of W48 may come until Sunday
    told = look(*begun, *stated[1:])
    assert told.code == verify.WRONG
    assert f"custodian {name_of(CUSTODIANS[0])[:16]}… made no statement in 2026-W46" in told.said
    told = look(*begun, *stated, on="2026-12-07")
    assert told.said.count("made no statement in 2026-W48") == 3
    left = changed("2026-11-17")  # one has left in W47
    assert look(*begun, *stated[:3], *left, *stated[4:]).code == verify.HELD
    assert look(*begun, *stated[:3], duty("ended", "2026-W47"), on="2026-12-28").code == verify.HELD
    assert look(table(), on="2026-12-28").code == verify.HELD


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (statement(STRANGER, "2026-W48"), "who is no custodian by this log"),
        (statement(CUSTODIANS[0], "2026-W48", 1, said=2), "that is forged"),
        (statement(CUSTODIANS[0], "2026-W48", log="other.example/log"), "that is forged"),
        (statement(CUSTODIANS[0], "2026-W48", 3), "about entries that were not there yet"),
    ],
)
def test_a_statement_that_nobody_made_is_named(look: Look, made: bytes, said: str) -> None:
    """A stranger's, one with other numbers, one of another log, one about what is to come."""
    told = look(table(), made)
    assert told.code == verify.WRONG
    assert "WRONG: entry 1 " in told.said
    assert said in told.said


RECEIVED = order("received")
TWO = approved(*CUSTODIANS[:2])


def test_a_release_goes_its_way(look: Look) -> None:
    """Received, approved by enough, released, told, closed; or kept, refused and closed."""
    whole = [order("released"), order("told"), order("closed")]
    assert look(table(), RECEIVED, TWO, *whole).code == verify.HELD
    refused = [order(kind) for kind in ("preserved", "decided", "closed")]
    assert look(RECEIVED, *refused).code == verify.HELD


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ((table(), order("released")), "entry 1 is about an order that was not received"),
        (
            (table(), RECEIVED, order("released")),
            "entry 2 says that something was released, and nobody",
        ),
        (
            (table(), RECEIVED, order("decided"), order("released")),
            "entry 3 says that something was released, and nobody approved",
        ),
        (
            (table(), RECEIVED, TWO, order("released", given=("content", "subscriber"))),
            "entry 3 says that more was released than was asked for",
        ),
        ((table(), RECEIVED, RECEIVED), "entry 2 is of a case that was received before"),
        (
            (table(), RECEIVED, order("closed"), TWO),
            "entry 3 is about an order that was not received, or",
        ),
        ((RECEIVED, TWO), "who is no custodian by this log"),
        (
            (table(), RECEIVED, approved(CUSTODIANS[0])),
            "entry 2 is approved by 1 custodians, which is not",
        ),
        (
            (table(), RECEIVED, approved(*CUSTODIANS[:1], STRANGER)),
            "who is no custodian by this log",
        ),
        ((table(act="proposed"), RECEIVED, TWO), "who is no custodian by this log"),
        ((table(), ended(*CUSTODIANS[:2]), RECEIVED, TWO), "who is no custodian by this log"),
        (
            (table(), ended(*CUSTODIANS[:2]), RECEIVED, order("decided", outcome="approved")),
            "is approved by 0 custodians, which is not enough",
        ),
        ((table(), ended(CUSTODIANS[0])), "entry 1 has the word of 1 custodians in force"),
        ((table(), ended(CUSTODIANS[0], STRANGER)), "who is no custodian by this log"),
        ((table(), ended(*CUSTODIANS[:2], log="other.example")), "that is forged"),
        ((table(), ended(*CUSTODIANS[:2], table="7b" * 32)), "of others than those in force"),
        ((ended(*CUSTODIANS[:2]),), "of others than those in force"),
        ((table(), RECEIVED, approved(*CUSTODIANS, over="00" * 32)), "that is forged"),
        (
            (table(), *changed("2026-11-09"), RECEIVED, TWO),
            "who is no custodian by this log",
        ),
    ],
)
def test_an_order_that_does_not_go_its_way_is_named(
    look: Look, entries: tuple[bytes, ...], said: str
) -> None:
    """Released without order or approval, wider than asked, by too few, by forgers, by who has left."""
    told = look(*entries)
    assert told.code == verify.WRONG
    assert said in told.said


def test_what_was_hidden_was_approved_by_the_custodians_of_then(look: Look) -> None:
    """Those who left meanwhile count for what is opened, and for nothing new."""
    hidden = (RECEIVED, TWO, order("released"))
    of_it = commitment(b"".join(one + b"\n" for one in hidden))
    others = changed("2026-11-09")
    told = look(table(), commit(of_it), *others, reveal(of_it, 3), *hidden)
    assert told.code == verify.HELD, told.said


def test_anybody_makes_the_same_report_of_a_log(look: Look) -> None:
    """Byte by byte, on any day; of a log that does not hold there is none."""
    entries = (table(), RECEIVED, TWO, order("released"), order("told"), commit(OF_PADDING))
    told = look(*entries, command="report")
    assert told == look(*entries, command="report", on="2026-12-30")
    assert told.code == verify.HELD
    lines = told.said.split("\r\n")
    assert lines[0] == "year,country,channel,kind,value,count"
    assert "2026,FR,EPOC,authority.received,,1" in lines
    assert "2026,FR,EPOC,authority.received,asked=traffic,1" in lines
    assert "2026,FR,EPOC,authority.decided,outcome=approved,1" in lines
    assert "2026,FR,EPOC,authority.released,given=subscriber,1" in lines
    assert lines[-2:] == [",,,hidden,,1", ""]
    assert lines[1:-2] == sorted(lines[1:-2])
    wrong = look(*entries, order("released", case="bb" * 32), command="report")
    assert wrong.code == verify.WRONG
    assert "year," not in wrong.said


def test_it_judges_as_of_today_unless_it_is_told_a_day(look: Look) -> None:
    """In UTC; what is no day is said to be none."""
    assert abs((verify._on("") - dt.datetime.now(dt.UTC).date()).days) <= 1  # midnight may pass
    assert look(RECEIVED, on="tomorrow").code == verify.NOT_CHECKED
