"""Logs say what went wrong and where, and nothing of anybody: not at any level, in any form."""

import json
from typing import Any

import pytest

from chappe.telemetry import logs

PHONE = "33600000001"


def logged(
    capsys: pytest.CaptureFixture[str], level: str = "debug", **fields: Any
) -> dict[str, Any]:
    """Return what a line of the log holds."""
    logs.configure(level, "json")
    logs.logger().error("bug", **fields)
    (line,) = capsys.readouterr().err.splitlines()
    entry: dict[str, Any] = json.loads(line)
    return entry


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_only_known_fields_pass(level: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever else is said to the log is dropped."""
    entry = logged(
        capsys,
        level,
        where="gateway",
        kind="ValueError",
        count=3,
        text="hello",
        user=4096,
        phone=PHONE,
    )
    assert set(entry) == {"event", "level", "timestamp", "where", "kind", "count"}
    assert (entry["where"], entry["kind"], entry["count"]) == ("gateway", "ValueError", 3)


@pytest.mark.parametrize(
    "value",
    [PHONE, f"code for {PHONE}", "ada@example.org", "é", "x" * 301, b"bytes", ["a"], "a\nb"],
)
def test_what_could_be_somebodys_is_withheld(
    value: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Numbers as long as a telephone's, addresses, texts: also where a field may be words."""
    assert logged(capsys, where=value)["where"] == "(withheld)"


def test_people_read_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """The other form of the log holds no more."""
    logs.configure("info", "console")
    logs.logger().error("bug", where=PHONE, text="hello", kind="ValueError")
    logs.logger().debug("bug", kind="Unseen")
    said = capsys.readouterr().err
    assert "ValueError" in said
    assert not any(hidden in said for hidden in (PHONE, "hello", "Unseen"))


def test_a_mistake_is_found_by_its_place_not_by_its_words() -> None:
    """Functions and lines, the innermost last."""
    try:
        json.loads(PHONE + "!")
    except ValueError as error:
        place = logs.where_of(error)
    assert PHONE not in place
    assert place.split()[-1].startswith("decode:")
