"""What a clone installs, by uv.lock, is what pyproject.toml says that Chappe needs."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def names(requirements: list[str]) -> set[str]:
    """Return what requirements name, as the lock writes it."""
    found = (re.match(r"[A-Za-z0-9._-]+", one) for one in requirements)
    return {re.sub(r"[._]", "-", one[0]).lower() for one in found if one is not None}


def test_the_lock_has_what_chappe_needs() -> None:
    """A dependency that is missing there is missing in every clone: `script/lock` brings it in."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    packages = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    (locked,) = [one for one in packages if one["name"] == "chappe"]
    assert {one["name"] for one in locked["dependencies"]} == names(project["dependencies"])
    extras = locked["optional-dependencies"]
    for extra, needed in project["optional-dependencies"].items():
        if extra != "all":  # which names the others
            assert {one["name"] for one in extras.get(extra, ())} == names(needed), extra
