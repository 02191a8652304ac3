"""What the file for strangers says of moderation: clocks that ran out, and who decides an appeal."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chappe.trust.ledger import verify
from tests.trust.public_log import KNOWN, append, policy

CASE, OTHER = "ca" * 32, "cb" * 32
GRACE, ALAN = "aa" * 32, "bb" * 32

EVERY: dict[str, dict[str, Any]] = {
    "received": {"due": "2026-11-30", "lane": "ordinary", "source": "OTHER"},
    "closed": {"outcome": "no-violation"},
    "late": {"lane": "ordinary"},
    "decision": {
        "acts": ("remove",),
        "automated_decision": "NOT",
        "automated_detection": "no",
        "category": "SCAMS_AND_FRAUD",
        "content": ("TEXT",),
        "facts": ("content-reviewed",),
        "ground": "INCOMPATIBLE",
        "source": "OTHER",
        "staff": (GRACE,),
        "subject": "dd" * 32,
    },
    "appealed": {"due": "2026-12-14", "subject": "dd" * 32, "way": "app"},
    "appeal": {"outcome": "upheld", "staff": (ALAN,)},
    "reversal": {"acts": ("remove",), "staff": (ALAN,), "subject": "dd" * 32},
}


def step(kind: str, case: str = CASE, **said: Any) -> bytes:
    """An entry of a case."""
    fields = {"case": case, "day": "2026-11-28", **EVERY[kind], **said}
    return KNOWN.write(f"moderation.{kind}", fields)


Look = Callable[..., tuple[int, str]]


@pytest.fixture
def look(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Look:
    """Judges a log of these entries, on a day."""
    (tmp_path / "policy").write_text(policy())

    def looked(*entries: bytes, on: str = "2026-11-30", command: str = "log") -> tuple[int, str]:
        root = tmp_path / hashlib.sha256(b"".join(entries)).hexdigest()[:12]
        if not root.exists():
            append(root, entries)
        given = [command, root / "public", "--policy", tmp_path / "policy", "--on", on]
        return verify.main([*map(str, given)]), capsys.readouterr().out

    return looked


def test_a_clock_that_ran_out_is_named_until_somebody_decides(look: Look) -> None:
    """Of cases and of appeals alike; on the day itself there is time yet."""
    waiting = (step("received"), step("received", OTHER, due="2026-11-29"), step("closed", OTHER))
    assert look(*waiting)[0] == verify.HELD
    code, said = look(*waiting, on="2026-12-01")
    assert code == verify.WRONG
    assert "entry 0: this case was due on 2026-11-30, and is not decided" in said
    decided = (*waiting, step("decision"))
    assert look(*decided, on="2026-12-01")[0] == verify.HELD
    appealed = (*decided, step("appealed"))
    code, said = look(*appealed, on="2026-12-15")
    assert (code, "entry 4: this appeal was due on 2026-12-14" in said) == (verify.WRONG, True)
    assert look(*appealed, step("appeal"), on="2026-12-15")[0] == verify.HELD


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        (
            (step("decision"), step("appealed"), step("appeal", staff=(GRACE,))),
            "entry 2 decides an appeal by somebody who made the decision itself",
        ),
        (
            (step("decision", staff=(GRACE, ALAN)), step("appealed"), step("appeal")),
            "entry 2 decides an appeal by somebody who made the decision itself",
        ),
        ((step("decision"), step("appeal")), "entry 1 decides an appeal that nobody made"),
        ((step("received"), step("received")), "entry 1 is of a case that was received before"),
    ],
)
def test_what_cannot_follow_is_named(look: Look, entries: tuple[bytes, ...], said: str) -> None:
    """One's own appeal, an appeal of nobody's, a case twice."""
    code, told = look(*entries)
    assert code == verify.WRONG
    assert f"WRONG: {said}" in told


def test_the_report_counts_what_was_decided(look: Look) -> None:
    """Each act of a decision counts, in the year it was made."""
    code, said = look(
        step("decision", acts=("mark-scam", "remove")), step("decision", OTHER), command="report"
    )
    assert code == verify.HELD
    assert "2026,,,moderation.decision,,2\r\n" in said
    assert "2026,,,moderation.decision,acts=remove,2\r\n" in said
    assert "2026,,,moderation.decision,acts=mark-scam,1\r\n" in said
