"""What becomes of tests whose programs are missing: skipped at somebody's desk, failed where nobody looks."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .people import ROOT
from .system import MUST, debian

ABSENT = "no-package-of-this-name"
NOBODY = 65_534


@pytest.fixture
def script() -> Iterator[Path]:
    """A copy of the script, where everybody can read it; it asks for a package that there is not."""
    made = Path(tempfile.mkdtemp())
    (made / "script").mkdir()
    shutil.copy(ROOT / "script" / "bootstrap-packages", made / "script")
    (made / "script" / "packages.txt").write_text(f"{ABSENT}  # for nothing\n")
    made.chmod(0o755)
    yield made / "script" / "bootstrap-packages"
    shutil.rmtree(made)


def run(script: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the script as somebody who may install nothing."""
    kept = {k: v for k, v in os.environ.items() if k != MUST}
    may: dict[str, Any] = (
        {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
    )
    return subprocess.run(
        [script],
        env={**kept, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **may,
    )


def test_who_may_install_nothing_is_told_what_is_missing(script: Path) -> None:
    """One sentence, no question, and the tests go on."""
    done = run(script)
    assert done.returncode == 0
    assert ABSENT in done.stderr
    assert "skipped" in done.stderr


def test_unattended_a_missing_package_is_a_failure(script: Path) -> None:
    """The same, where CI is set, ends the run."""
    assert run(script, **{MUST: "true"}).returncode == 1


def test_a_missing_program_skips_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """At a desk the test is skipped, with the way to get the program."""
    monkeypatch.delenv(MUST, raising=False)
    with pytest.raises(pytest.skip.Exception, match="bootstrap-packages"):
        debian(ABSENT)


def test_a_missing_program_fails_a_test_unattended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where CI is set nothing is skipped for want of a program."""
    monkeypatch.setenv(MUST, "true")
    with pytest.raises(pytest.fail.Exception, match=ABSENT):
        debian(ABSENT)
