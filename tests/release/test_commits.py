"""What is done before a commit: the shape of its message, and the hooks that are offered."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
import yaml
from tools.commit_message import SUBJECT_CHARACTERS_MAX, faults, main

ROOT: Final = Path(__file__).resolve().parents[2]
GOOD: Final = "messages: refuse texts that are only spaces\n\nApps showed them as empty bubbles.\n"


@pytest.mark.parametrize(
    "message",
    [
        GOOD,
        "# a comment of git\n" + GOOD,
        GOOD + "\n# ------------------------ >8 ------------------------\ndiff --git a b\n",
        "auth, docs: name sessions\n\n* a list\n* as well\n\nCo-authored-by: Ada <ada@example.org>\n",
        "Merge branch 'main'\n",
        "fixup! messages: refuse texts that are only spaces\n",
    ],
)
def test_a_good_message_passes(message: str) -> None:
    """With a body, whatever its form; git's own messages are left to git."""
    assert faults(message) == []


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ("messages: " + "x" * (SUBJECT_CHARACTERS_MAX - 9) + "\n\nWhy.\n", "73 characters"),
        ("refuse texts that are only spaces\n\nWhy.\n", "not `area: imperative sentence`"),
        ("messages: refuse texts that are only spaces.\n\nWhy.\n", "without a full stop"),
        ("messages: refuse texts\nWhy.\n", "no empty line"),
        ("messages: refuse texts that are only spaces\n", "no body"),
        ("messages: refuse texts\n\n# only a comment\n", "no body"),
        ("messages: refuse texts\n\nSigned-off-by: Ada <ada@example.org>\n", "no body"),
        ("", "not `area"),
    ],
)
def test_a_bad_message_is_told_what_it_lacks(message: str, fault: str) -> None:
    """In a sentence each."""
    assert any(fault in sentence for sentence in faults(message))


def test_the_hook_refuses_by_its_exit_code(tmp_path: Path) -> None:
    """As git asks it."""
    said = tmp_path / "COMMIT_EDITMSG"
    said.write_text(GOOD)
    assert main([str(said)]) == 0
    said.write_text("wip\n")
    assert main([str(said)]) == 1
    assert main([]) == 2


def test_the_hooks_fetch_nothing() -> None:
    """Every hook runs what is in this repository or in its environment."""
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert local["repo"] == "local"
    assert len(local["hooks"]) > 5
    for hook in local["hooks"]:
        assert hook["language"] == "system"
        program = hook["entry"].split()[0]
        folder = (
            Path(sys.executable).parent if program.startswith(".venv/bin/") else ROOT / "script"
        )
        assert (folder / Path(program).name).exists(), program


@pytest.mark.parametrize("named", [(), ("src/chappe/markup/domains.txt", "uv.lock")])
def test_spelling_passes_over_data_however_it_is_asked(named: tuple[str, ...]) -> None:
    """The whole repository, as `script/check` does, and files by their names, as a hook does."""
    program = [sys.executable, "-m", "codespell_lib", *named]
    subprocess.run(program, cwd=ROOT, check=True)


def test_the_hooks_are_what_the_tool_understands() -> None:
    """A misspelt field would be passed over."""
    subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config", ".pre-commit-config.yaml"],
        cwd=ROOT,
        check=True,
    )
