"""`chappe orders` on a terminal: what is late is said in so many words, and exit codes are as everywhere."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from chappe import app
from chappe.app.installation import Installation
from chappe.gateways.cli import orders
from chappe.gateways.cli.main import build


def test_late_orders_are_named_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Beside the list, where a script that reads the list as JSON does not see it."""
    line = {"number": 1, "state": "received", "clock": "LATE by 1 h 0 min", "channel": "TCO"}
    found: list[dict[str, Any]] = [line, {**line, "number": 2, "clock": "9 d 3 h"}]
    monkeypatch.setattr(orders, "ask", lambda data, name, **given: found)
    program = build(Installation(app.start, app.slices.commands()))
    for words in (["orders"], ["orders", "list"]):
        ran = CliRunner().invoke(program, [*words, "--data", str(tmp_path)])
        assert ran.exit_code == 0
        assert "9 d 3 h" in ran.stdout
        assert ran.stderr.split() == [
            "Too",
            "late:",
            "order",
            "1",
            "(LATE",
            "by",
            "1",
            "h",
            "0",
            "min).",
        ]
    ran = CliRunner().invoke(program, ["orders", "list", "--json", "--data", str(tmp_path)])
    assert (ran.stderr, '"number": 1' in ran.stdout) == ("", True)
