"""The attack lab itself: it finds what is there, says what it did not expect, and its short form runs."""

import base64
import gzip
import lzma
import os
import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from .expected import TABLE, Attack
from .findings import Finding, Outcome, caught
from .markers import Marker, Place
from .report import report, surprises
from .search import find
from .unsealed import NullCipher

ROOT = Path(__file__).resolve().parents[2]
WORD = "zqtext0f1e2d3c"
MARKER = Marker(Place.TEXT, WORD.encode())


@pytest.mark.parametrize(
    "content",
    [
        b"before " + WORD.encode() + b" behind",
        WORD.encode("utf-16-le"),
        WORD.encode("utf-16-be"),
        WORD.encode().hex().encode(),
        WORD.encode().hex().upper().encode(),
        *(
            base64.b64encode(b"-" * n + WORD.encode() + b"-" * m)
            for n in range(3)
            for m in range(3)
        ),
        base64.urlsafe_b64encode(b"\xff\xfe" + WORD.encode()),
        b"junk" + zlib.compress(b"a" * 500 + WORD.encode() * 3) + b"junk",
        b"\x78\x9c" + gzip.compress(WORD.encode(), mtime=0) + b"\x1f\x8b\x08",
        lzma.compress(gzip.compress(base64.b64encode(b"x" + WORD.encode()), mtime=0)),
        zlib.compress(WORD.encode() * 400)[:-6],  # the rest was written over
    ],
)
def test_a_marker_is_found_in_every_form(content: bytes) -> None:
    """As it is, in other alphabets, compressed, compressed twice, cut off."""
    assert [hit.place for hit in find([MARKER], {"file": content})] == [Place.TEXT]


def test_what_is_not_there_is_not_found() -> None:
    """Nor what is sealed, nor a marker that is another by one letter."""
    other = WORD[:-1] + "d"
    assert not find([MARKER], {"a": os.urandom(50_000), "b": gzip.compress(other.encode())})


def test_the_control_hides_nothing_and_is_no_part_of_the_server() -> None:
    """What the null cipher gives back is what it was given; nothing of Chappe names it."""
    cipher = NullCipher(b"key")
    hidden = cipher.encrypt(b"nonce", WORD.encode(), b"place")
    assert WORD.encode() in hidden
    assert cipher.decrypt(b"", hidden, b"") == WORD.encode()
    source = [path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py")]
    assert not any("NullCipher" in text or "tests.attack" in text for text in source)


def as_expected() -> dict[Attack, Finding]:
    """What becomes of every attack if nothing is a surprise."""
    return {attack: Finding(one.outcome, "seen") for attack, one in TABLE.items()}


def test_every_attack_has_its_row() -> None:
    """None is played that nobody expects anything of."""
    assert TABLE.keys() == set(Attack)


@pytest.mark.parametrize("attack", Attack)
def test_a_surprise_in_either_direction_is_a_failure(attack: Attack) -> None:
    """What is caught and should not be, as well: the page about limits would be wrong."""
    assert report(as_expected(), lambda _: None) == 0
    turned = {Outcome.CAUGHT: Outcome.NOT_PREVENTED, Outcome.NOT_PREVENTED: Outcome.CAUGHT}
    found = as_expected()
    found[attack] = Finding(turned[TABLE[attack].outcome], "seen")
    assert len(surprises(found)) == report(found, lambda _: None) == 1
    del found[attack]
    assert "was not played" in surprises(found)[0]


def test_the_report_says_why_something_is_not_prevented() -> None:
    """In words for users, beside what was seen."""
    lines: list[str] = []
    report(as_expected() | {Attack.DISK: caught("none in 7 files")}, lines.append)
    text = "\n".join(lines)
    assert "none in 7 files" in text
    assert all(one.reason in text for one in TABLE.values())


def test_the_page_about_limits_says_what_is_not_prevented() -> None:
    """Each row, in the same words, and no other."""
    page = (ROOT / "docs/trust/limits.md").read_text("utf-8")
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", page, re.MULTILINE)[2:]
    assert rows == [(one.role.value, one.said, one.reason) for one in TABLE.values() if one.reason]


@pytest.mark.journey
def test_the_short_form_is_no_surprise() -> None:
    """As a stranger runs it: a server, real clients, every attack."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.attack"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
