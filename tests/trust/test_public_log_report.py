"""Reports of moderation out of a public log: whoever makes them gets the same bytes."""

import csv
import io
import json
import random
import subprocess
import sys
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from shutil import copy
from typing import Any

import pytest

from chappe.desks.moderation import vocabulary
from chappe.desks.moderation.wording import WORDINGS
from chappe.features.ledger import LedgerEntry, public_step
from chappe.trust.ledger import report, verify
from tests.desks.test_moderation_words import MadeDecision
from tests.trust.public_log import KNOWN, append, policy
from tests.trust.test_public_log_moderation import CASE, GRACE, OTHER, step

ON = "2026-11-30"


def some_decision(chance: random.Random) -> MadeDecision:
    """A decision at random, as the desk takes it."""
    category = chance.choice(list(vocabulary.ViolationCategory))
    keywords = chance.sample(vocabulary.KEYWORDS[category], chance.randint(0, 2))
    grounds = ["INCOMPATIBLE"]
    if category is not vocabulary.ViolationCategory.OTHER_VIOLATION_TC:
        grounds.append("ILLEGAL")
    day = 1_780_000_000 + 86_400 * chance.randint(0, 180)
    made = MadeDecision(
        acts=tuple(chance.sample(sorted(vocabulary.ACTS), chance.randint(1, 4))),
        ground=chance.choice(grounds),
        category=category.value,
        keywords=tuple(one.value for one in keywords),
        territory=tuple(chance.sample(vocabulary.TERRITORIES, chance.choice((0, 0, 1, 3)))),
        until=chance.choice((0, 1_830_000_000)),
        facts=tuple(
            one.value for one in chance.sample(list(vocabulary.DecisionFact), chance.randint(1, 8))
        ),
        source=chance.choice(list(vocabulary.DecisionSource)).value,
        is_detected=chance.random() < 0.3,
        raid=chance.randint(0, 1),
        content_types=tuple(
            one.value for one in chance.sample(list(vocabulary.ContentKind), chance.randint(0, 3))
        ),
        content_at=chance.choice((0, day - 86_400)),
        second_hash=chance.choice(("", "bb" * 32)),
    )
    vocabulary.require_words(made)
    return made


def entry_of(decision: MadeDecision, case: int, day: date = date(2026, 6, 1)) -> bytes:
    """The entry of a decision in the log."""
    at = (day - date(1970, 1, 1)).days * 86_400
    facts: dict[str, str | int] = {**vocabulary.said_of(decision), "subject": f"{case:064x}"}
    noted = LedgerEntry(
        position=1, subject="moderation", case=case + 1, step="decision", at=at, facts=facts
    )
    made = public_step(noted)
    return KNOWN.write(made.kind, made.fields)


def test_a_thousand_decisions_are_ones_that_the_database_takes() -> None:
    """By its own rules; each with another number, and nothing of whom it is about."""
    chance = random.Random(14)
    known = set()
    for case in range(1_000):
        entry = entry_of(some_decision(chance), case, date(2026, 1, 1) + timedelta(case % 365))
        made = report.statement(entry)
        assert report.problems(made) == []
        known.add(made["puid"])
        assert f"{case:064x}" not in json.dumps(made)
    assert len(known) == 1_000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"category": "STATEMENT_CATEGORY_FUN"}, "category cannot be STATEMENT_CATEGORY_FUN"),
        ({"category": None}, "category is missing"),
        ({"content_type": "CONTENT_TYPE_TEXT"}, "content_type is no list"),
        ({"content_type": []}, "content_type is missing"),
        ({"content_type": ["CONTENT_TYPE_OTHER"]}, "content_type_other does not fit content_type"),
        ({"decision_visibility": None}, "no restriction is named"),
        ({"decision_facts": "x" * 5_001}, "decision_facts is too long"),
        ({"application_date": "2026-02-30"}, "application_date is no day"),
        ({"application_date": "2019-12-31"}, "application_date is no day"),
        (
            {"end_date_visibility_restriction": "2026-05-31"},
            "end_date_visibility_restriction is no",
        ),
        ({"puid": "a b"}, "puid has another form"),
        ({"automated_detection": "yes"}, "automated_detection cannot be yes"),
        ({"territorial_scope": ["US"]}, "territorial_scope cannot be US"),
        ({"decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT"}, "illegal_content_legal_ground"),
        ({"reporter": "Ada"}, "reporter is no field"),
    ],
)
def test_what_the_database_would_not_take_is_named(wrong: dict[str, Any], said: str) -> None:
    """Each rule by something that breaks it."""
    made = report.statement(entry_of(MadeDecision(), 1))
    assert report.problems(made) == []
    made = {name: value for name, value in {**made, **wrong}.items() if value is not None}
    assert any(said in one for one in report.problems(made)), report.problems(made)


def test_both_sides_mean_the_same_by_a_word() -> None:
    """The file for strangers shares no code with the desk, so its tables are compared with the desk's."""
    assert {name: tuple(one) for name, one in vocabulary.ACTS.items()} == report.ACTS
    assert tuple(report.EEA) == vocabulary.TERRITORIES
    assert WORDINGS["en"].words["fact"] == report.FACTS
    for category, keywords in vocabulary.KEYWORDS.items():
        for one in ((), *((word.value,) for word in keywords)):
            assert report.law_of(category.value, one) == vocabulary.law_of(category.value, one)


def written(folder: Path, name: str) -> list[list[str]]:
    """A table that was written."""
    return list(csv.reader(io.StringIO((folder / name).read_text("utf-8"))))


def test_ten_tables_say_what_was_done_and_later_entries_change_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of one year: what follows in the next is in the next's; made again they are the same bytes."""
    (tmp_path / "policy").write_text(policy())
    entries = [
        KNOWN.write(
            "staff.enrolled",
            {"day": "2026-01-02", "key": "ee" * 32, "roles": ("moderator",), "staff": GRACE},
        ),
        step("received", day="2026-05-01", due="2026-05-04", source="ARTICLE_16"),
        step("decision", day="2026-05-03", keywords=("PHISHING",), ground="ILLEGAL"),
        step("closed", day="2026-05-03", outcome="decided"),
        step("received", OTHER, day="2026-05-01", due="2026-05-04"),
        step("late", OTHER, day="2026-05-05"),
        step("closed", OTHER, day="2026-05-06"),
        step("appealed", day="2026-06-01", due="2026-06-15"),
        step("reversal", day="2026-06-05"),
        step("appeal", day="2026-06-05", outcome="reversed"),
        step(
            "decision", "cc" * 32, day="2026-07-01", source="VOLUNTARY", automated_detection="yes"
        ),
    ]
    later = step("decision", "cd" * 32, day="2027-01-01")

    def made(name: str, *of: bytes) -> dict[str, bytes]:
        root, folder = tmp_path / name, tmp_path / f"{name}.out"
        append(root, of)
        given = ["tables", root / "public", folder, "--policy", tmp_path / "policy"]
        assert report.main([*map(str, given), "--year", "2026", "--on", ON]) == verify.HELD
        return {one.name: one.read_bytes() for one in folder.iterdir()}

    first, again = made("one", *entries), made("two", *entries, later)
    assert first == again
    assert len(first) == 10
    folder = tmp_path / "one.out"
    assert written(folder, "04-notices.csv")[1:] == [
        ["1.3", "ARTICLE_16", "decided", "1"],
        ["1.3", "ARTICLE_16", "median_days", "2"],
        ["1.3", "ARTICLE_16", "received", "1"],
        ["1.3", "OTHER", "late", "1"],
        ["1.3", "OTHER", "median_days", "5"],
        ["1.3", "OTHER", "no-violation", "1"],
        ["1.3", "OTHER", "received", "1"],
    ]
    assert written(folder, "06-own-initiative-terms.csv")[1:] == [
        ["1.4", "SCAMS_AND_FRAUD", "", "remove", "yes", "1"]
    ]
    assert ["1.5.1", "", "median_days", "4"] in written(folder, "08-complaints.csv")
    assert ["1.6", "no", "NOT", "reversed", "1"] in written(folder, "09-automated-means.csv")
    assert ["1.7", "moderator", "1"] in written(folder, "10-people.csv")
    assert all(content.endswith(b"\r\n") for content in first.values())
    assert CASE.encode() not in b"".join(first.values())
    capsys.readouterr()


def test_a_stranger_makes_the_statements_by_two_files_in_a_folder(tmp_path: Path) -> None:
    """A hundred a file. Of a log that does not hold nothing is written."""
    for name in ("report.py", "verify.py"):
        copy(str(resources.files("chappe.trust.ledger") / name), tmp_path / name)
    (tmp_path / "policy").write_text(policy())
    append(tmp_path / "log", [entry_of(MadeDecision(), case) for case in range(101)])

    def run(folder: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "report.py", "statements", "log/public", folder]
        command += ["--policy", "policy", "--year", "2026", "--on", ON]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    done = run("out")
    assert done.returncode == verify.HELD, done.stdout + done.stderr
    assert "101 statements, 0 would not be taken." in done.stdout
    files = sorted((tmp_path / "out").iterdir())
    assert [len(json.loads(one.read_bytes())["statements"]) for one in files] == [100, 1]
    checkpoint = tmp_path / "log" / "public" / "checkpoint"
    checkpoint.write_bytes(checkpoint.read_bytes().replace(b"\n101\n", b"\n100\n"))
    assert run("wrong").returncode == verify.WRONG
    assert not (tmp_path / "wrong").exists()
