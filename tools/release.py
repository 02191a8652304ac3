"""Make a release: gather the news fragments, set the version, make one commit.

`script/release 0.2.0` writes what is in `changes/` into `CHANGES.md`, removes the fragments, sets the version
and commits. `script/release 0.3.0.dev0` begins the work on the next version: it only sets the version. No
tag is needed or made: the version is in `src/chappe/__init__.py`, and nothing else says it.
"""

import datetime as dt
import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from packaging.version import InvalidVersion, Version

ROOT: Final = Path(__file__).resolve().parents[1]
PLACE: Final = Path("src/chappe/__init__.py")  # the one place that holds the version
FRAGMENTS: Final = Path("changes")
ARCHIVES: Final = Path("tests/upgrades")  # what each release stores, for tests of later ones
_ASSIGNED: Final = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)
_FRAGMENT: Final = re.compile(r"[^.]+\.(?:added|changed|fixed|removed|security)\.md")


class ReleaseError(Exception):
    """Why no release is made; the text says what to do."""


def version_in(source: str) -> Version:
    """Return the version a file assigns.

    Raises:
        ReleaseError: it assigns none, or several.
    """
    found = _ASSIGNED.findall(source)
    if len(found) != 1:
        raise ReleaseError(f"{PLACE} must assign __version__ once, to a text.")
    return Version(found[0])


def with_version(source: str, version: Version) -> str:
    """Return a file that assigned a version, with another one."""
    return _ASSIGNED.sub(f'__version__ = "{version}"', source)


def next_version(asked: str, current: Version) -> Version:
    """Return the version that was asked for.

    Raises:
        ReleaseError: it is none, is written in another form than indexes show it, or is not newer.
    """
    try:
        version = Version(asked)
    except InvalidVersion:
        raise ReleaseError(f"{asked} is no version: write 0.2.0, say.") from None
    plain = not (version.local or version.epoch or version.is_postrelease)
    if str(version) != asked or len(version.release) != 3 or not plain:  # noqa: PLR2004  0.2.0 has three
        raise ReleaseError(
            f"{asked} is not how versions are written here: 0.2.0, 0.2.0rc1, 0.2.0.dev0."
        )
    if version <= current:
        raise ReleaseError(f"{version} is not newer than {current}: choose a later one.")
    return version


def fragments(names: Sequence[str]) -> list[str]:
    """Return which files of `changes/` are news.

    Raises:
        ReleaseError: there is none: nothing to release.
    """
    found = [name for name in names if _FRAGMENT.fullmatch(name)]
    if not found:
        raise ReleaseError(f"{FRAGMENTS} holds no news: there is nothing to release.")
    return found


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout


def message(version: Version, news: int) -> str:
    """Return what the commit says."""
    if version.is_devrelease:
        return (
            f"release: begin {version.base_version}\n\n"
            "What is built from here on must not be taken for the version before.\n"
        )
    return (
        f"release: {version}\n\n"
        f"The {news} news fragments since the version before are in CHANGES.md now;\n"
        "whoever upgrades reads there what they will notice.\n"
    )


def release(root: Path, asked: str, today: dt.date) -> str:
    """Make the commit in the clone at `root`; return its subject.

    Raises:
        ReleaseError: the clone is not in order for it; nothing was changed.
    """
    if _git(root, "status", "--porcelain"):
        raise ReleaseError(
            "There are changes that are not committed: commit them, or take them away."
        )
    source = (root / PLACE).read_text("utf-8")
    version = next_version(asked, version_in(source))
    news = 0
    if not version.is_devrelease:
        kept = ARCHIVES / f"{version.base_version}.tar.xz"
        if not (root / kept).exists():
            raise ReleaseError(f"No data is kept for later tests: python -m tools.snapshot {kept}.")
        news = len(fragments([path.name for path in (root / FRAGMENTS).iterdir()]))
        gather = [sys.executable, "-m", "towncrier", "build", "--yes"]
        gather += ["--version", str(version), "--date", today.isoformat()]
        subprocess.run(gather, cwd=root, check=True, stdout=subprocess.DEVNULL)
    (root / PLACE).write_text(with_version(source, version), "utf-8")
    _git(root, "add", "--all")
    said = message(version, news)
    _git(root, "commit", "--quiet", "--message", said)
    return said.partition("\n")[0]


def check(root: Path) -> str:
    """Return the version in the clone at `root`, which is fit to be published.

    Raises:
        ReleaseError: it is not a release, or not all of one.
    """
    version = version_in((root / PLACE).read_text("utf-8"))
    if version.is_devrelease:
        raise ReleaseError(f"{version} is not released: run script/release.")
    if f"\n## {version}, " not in (root / "CHANGES.md").read_text("utf-8"):
        raise ReleaseError(f"CHANGES.md says nothing of {version}: run script/release.")
    if any(_FRAGMENT.fullmatch(path.name) for path in (root / FRAGMENTS).iterdir()):
        raise ReleaseError(
            f"{FRAGMENTS} holds news that are not in {version}: release those first."
        )
    urls = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["urls"]
    nowhere = [name for name, url in urls.items() if urlsplit(url).netloc.endswith(".example")]
    if nowhere:
        raise ReleaseError(f"project.urls leads nowhere: write where {nowhere[0]} is.")
    return str(version)


def main(arguments: Sequence[str]) -> int:
    """Make a release, or look whether this is one; return the exit code."""
    if len(arguments) != 1:
        print("usage: script/release VERSION|--check", file=sys.stderr)
        return 2
    today = dt.datetime.now(dt.UTC).date()
    try:
        print(check(ROOT) if arguments[0] == "--check" else release(ROOT, arguments[0], today))
    except ReleaseError as error:
        print(f"release: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
