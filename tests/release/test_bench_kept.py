"""A bench leaves its figures for later comparison."""

import json
from datetime import UTC, datetime
from pathlib import Path

from bench.kept import keep
from bench.table import Row

import chappe


def test_rows_are_kept_with_the_version_and_the_moment(tmp_path: Path) -> None:
    """As they are shown, whether or not they met their target."""
    rows = [
        Row("help.getConfig", 1000, "49 µs", passed=True, **blank("rate", "p50", "p99", "target")),
        Row("new key", 200, "6.3 ms", passed=None, **blank("rate", "p50", "p99", "target")),
    ]
    keep(rows, datetime(2026, 11, 30, 12, tzinfo=UTC), tmp_path / "bench.json")
    kept = json.loads((tmp_path / "bench.json").read_text("utf-8"))
    assert (kept["version"], kept["at"]) == (chappe.__version__, "2026-11-30T12:00:00+00:00")
    assert [(r["name"], r["cost"], r["passed"]) for r in kept["rows"]] == [
        ("help.getConfig", "49 µs", True),
        ("new key", "6.3 ms", None),
    ]


def blank(*names: str) -> dict[str, str]:
    """Cells that stay empty."""
    return dict.fromkeys(names, "")
