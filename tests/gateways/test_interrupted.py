"""Ctrl-C: no page of Python, the code that shells expect, and a word on what goes on without its asker."""

from typing import Any

import pytest

from chappe import __main__, app
from chappe.gateways.cli import backing_up
from tests.gateways.test_cli import chappe


def pressed(*_: Any, **__: Any) -> Any:
    """Be where somebody presses Ctrl-C."""
    raise KeyboardInterrupt


def test_a_command_is_left_without_a_word_while_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A start takes a second, and who mistyped is faster."""
    monkeypatch.setattr(app, "main", pressed)
    with pytest.raises(SystemExit) as left:
        __main__.main()
    assert left.value.code == 130


@pytest.mark.parametrize("target", [(), ("/tmp/a-new-file",)])
def test_a_backup_goes_on_and_says_so(
    monkeypatch: pytest.MonkeyPatch, target: tuple[str, ...]
) -> None:
    """The server makes it, and not whoever asked."""
    asked: list[str] = []

    def ask(_: Any, name: str, /, **given: Any) -> Any:
        asked.append(name)
        return {} if name == "backup-now" else pressed(**given)

    monkeypatch.setattr(backing_up, "ask", ask)
    ended = chappe("backup", *target)
    assert ended.returncode == 130
    assert "The server goes on all the same" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert asked == (["backup"] if target else ["backup-now", "backups"])
