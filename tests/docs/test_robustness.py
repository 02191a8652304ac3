"""The page of what is proved names tests that there are."""

import re

from .reading import ROOT


def test_every_proof_exists() -> None:
    """A test that was renamed or removed proves nothing any more."""
    page = (ROOT / "docs" / "robustness.md").read_text("utf-8")
    named = set(re.findall(r"`(test_\w+)`", page))
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    there = set(re.findall(r"def (test_\w+)\(", tests))
    assert len(named) > 50
    assert named - there == set()
