"""What only some servers need is an extra, and whoever lacks it is told its name."""

import re
import tomllib
from pathlib import Path
from typing import Final

import pytest

from chappe.__main__ import EXTRAS, sentence

ROOT: Final = Path(__file__).resolve().parents[2]
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DECLARED: Final[dict[str, list[str]]] = PROJECT["optional-dependencies"]


def packages(lines: list[str]) -> set[str]:
    """The names in requirements."""
    return {re.split(r"[<>=!~;\[ ]", line, maxsplit=1)[0] for line in lines}


def test_every_extra_is_named_when_its_package_is_missing() -> None:
    """The sentence can only name what pip knows."""
    named = {(extra, package) for package, extra in EXTRAS.items()}
    declared = {(x, p) for x, lines in DECLARED.items() if x != "all" for p in packages(lines)}
    assert named == declared


def test_all_is_all() -> None:
    """One name installs every extra."""
    (line,) = DECLARED["all"]
    assert set(line.removeprefix("chappe[").removesuffix("]").split(",")) == set(DECLARED) - {"all"}


@pytest.mark.parametrize("package", EXTRAS)
def test_an_extra_is_no_dependency(package: str) -> None:
    """Who installs Chappe alone does not get it, and the sentence says how to."""
    assert package not in packages(PROJECT["dependencies"])
    assert f"`pip install 'chappe[{EXTRAS[package]}]'`" in sentence(package)


def test_other_packages_come_with_chappe() -> None:
    """No extra brings them."""
    assert "install Chappe anew" in sentence("msgspec")


@pytest.mark.parametrize("extra", DECLARED)
def test_every_extra_is_in_the_manual(extra: str) -> None:
    """The operator finds what it is for."""
    manual = (ROOT / "docs" / "operating.md").read_text("utf-8")
    assert f"\n| `{extra}` |" in manual or f"[{extra}]" in manual


def test_old_pythons_do_not_hold_newer_ones_back() -> None:
    """The codec library has a bound above only where nothing newer runs."""
    bounded = [line for line in DECLARED["films"] if "<19" in line]
    assert bounded == ["av>=18,<19; python_version < '3.12'"]
    assert len(DECLARED["films"]) == 2
