"""Entries of the public log: one form, the fields of their kind, and no place for text."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chappe.trust.ledger import verify
from chappe.trust.ledger.canonical import EntryKinds, subject_of
from chappe.trust.ledger.errors import LedgerError
from chappe.trust.ledger.kinds import KINDS
from tests.trust.public_log import KNOWN, entry

EXAMPLES: dict[str, Any] = {
    "day": "2026-11-30",
    "week": "2026-W49",
    "hash": "a" * 64,
    "key": "b" * 64,
    "subject": "b" * 64,
    "country": "FR",
    "version": "1.20",
    "signature": "c" * 128,
    "approval": f"{'d' * 64}:{'e' * 128}",
    "number": 12,
}
WRONG: tuple[Any, ...] = (
    "Ada wrote this",
    "",
    -1,
    1.5,
    None,
    True,
    ["Ada"],
    {"a": 1},
    10**15,
    "a" * 63,
)


def example(type_: str) -> Any:
    """What a field of a type may hold."""
    if type_.startswith("["):
        return (example(type_[1:-1]),)
    return EXAMPLES.get(type_, type_.partition("|")[0])


def fields(said: str) -> dict[str, Any]:
    """The fields of a kind, filled."""
    words = [word.partition(":") for word in said.split()]
    return {name.rstrip("?"): example(type_) for name, _, type_ in words}


def admitted(content: bytes) -> bool:
    """Whether the file for strangers takes an entry."""
    try:
        verify.check_entry(content)
    except verify.WrongError:
        return False
    return True


def test_the_file_for_strangers_has_the_same_kinds() -> None:
    """Word for word: it is handed out alone."""
    assert verify.KINDS == KINDS


@pytest.mark.parametrize(("kind", "said"), KINDS.items())
def test_each_kind_is_written_and_read(kind: str, said: str) -> None:
    """And is sorted JSON; what is absent may be, what is unknown, missing or a sentence is refused."""
    filled = fields(said)
    content = KNOWN.write(kind, filled)
    assert (
        json.dumps(json.loads(content), sort_keys=True, separators=(",", ":")).encode() == content
    )
    assert KNOWN.read(content) == (kind, filled)
    assert admitted(content)
    optional = {word.partition("?")[0] for word in said.split() if "?:" in word}
    for name in filled:
        without = {n: v for n, v in filled.items() if n != name}
        if name in optional:
            assert admitted(KNOWN.write(kind, without))
        else:
            with pytest.raises(LedgerError):
                KNOWN.write(kind, without)
        for wrong in WRONG:
            with pytest.raises(LedgerError):
                KNOWN.write(kind, {**filled, name: wrong})
    with pytest.raises(LedgerError):
        KNOWN.write(kind, {**filled, "note": "spam"})


def test_a_list_is_in_order_and_names_nobody_twice() -> None:
    """The writer puts it in order; a reader takes no other."""
    filled = {"day": "2026-11-30", "staff": "a" * 64}
    content = KNOWN.write("staff.roles", {**filled, "roles": ("moderator", "auditor")})
    assert b'"roles":["auditor","moderator"]' in content
    for wrong in (
        b'["moderator","auditor"]',
        b'["auditor","auditor"]',
        b'["auditor","king"]',
        b'["auditor",]',
    ):
        changed = content.replace(b'["auditor","moderator"]', wrong)
        assert not admitted(changed)
        with pytest.raises(LedgerError):
            KNOWN.read(changed)
    assert admitted(KNOWN.write("staff.roles", {**filled, "roles": ()}))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v":1.0'),
        (b'{"act"', b'{ "act"'),
        (b'"ground":"spam"', b'"ground":"sp\\u0061m"'),
        (b'"ground":"spam"', b'"ground":"spam","ground":"spam"'),
        (b"2026-12-31", b"2026-02-30"),
        (b"2026-12-31", b"2026-13-01"),
        (b"2026-12-31", "٢٠٢٦-12-31".encode()),
        (b"}", b"}\n"),
        (b'"kind":"account.suspension"', b'"kind":"account.closed"'),
        (b'"kind":"account.suspension",', b""),
    ],
)
def test_an_entry_has_one_form(right: bytes, wrong: bytes) -> None:
    """Whatever says the same otherwise is no entry."""
    content = entry(1)
    assert KNOWN.read(content).kind == "account.suspension"
    changed = content.replace(right, wrong)
    assert changed != content
    assert not admitted(changed)
    with pytest.raises(LedgerError):
        KNOWN.read(changed)


@settings(deadline=None)
@given(st.data())
def test_both_readers_agree_whatever_they_are_given(data: st.DataObject) -> None:
    """The log's own and the one for strangers: no other error, and the same verdict."""
    kind = data.draw(st.sampled_from(sorted(KINDS)))
    right = KNOWN.write(kind, fields(KINDS[kind]))
    begin, end = sorted(data.draw(st.tuples(*[st.integers(0, len(right))] * 2)))
    between = data.draw(
        st.binary(max_size=4) | st.sampled_from([b'"', b",", b'","', b"\\u0061", b"0"])
    )
    for content in (
        between,
        right[:begin] + between + right[end:],
        right[:begin] + right[begin:end] * 2,
    ):
        taken = False
        with contextlib.suppress(LedgerError):
            KNOWN.read(content)
            taken = True
        assert admitted(content) == taken


@pytest.mark.parametrize(
    "said", ["text", "text:free", "a:b", "A:day", "a:day a:day", "v:number", "a:[b]", ""]
)
def test_a_kind_has_no_field_for_text(said: str) -> None:
    """Nor one that is there twice or of no known type; one without fields is a kind."""
    if not said:
        assert EntryKinds({"x": said}).write("x", {}) == b'{"kind":"x","v":1}'
        return
    with pytest.raises(LedgerError):
        EntryKinds({"x": said}).write("x", {})


def test_a_subject_is_known_by_its_key_alone() -> None:
    """Another key, or another person, gives another."""
    one = subject_of(b"k" * 32, "user:1")
    assert one not in {subject_of(b"l" * 32, "user:1"), subject_of(b"k" * 32, "user:2")}
    with pytest.raises(LedgerError):
        subject_of(b"k", "user:1")
