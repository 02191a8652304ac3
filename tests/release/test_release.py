"""One command makes a release: news gathered, version set, one commit; and what it refuses."""

import datetime as dt
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest
from packaging.version import Version
from tools import release

import chappe

ROOT: Final = release.ROOT
DAY: Final = dt.date(2026, 11, 30)


def git(clone: Path, *arguments: str) -> str:
    """What git answers."""
    return subprocess.run(
        ["git", *arguments], cwd=clone, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with this project's settings, at 1.2.0.dev0, and with news of three kinds."""
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "ada@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    (tmp_path / "changes").mkdir()
    for name in ("pyproject.toml", "changes/README.md", "changes/template.jinja"):
        shutil.copy(ROOT / name, tmp_path / name)
    place = tmp_path / release.PLACE
    place.parent.mkdir(parents=True)
    place.write_text('"""Chappe."""\n\n__version__ = "1.2.0.dev0"\n')
    (tmp_path / "CHANGES.md").write_text(
        "# Changes\n\nAll of them.\n\n<!-- versions, newest first -->\n\n## 1.1.0, 2026-01-01\n"
    )
    (tmp_path / "tests" / "upgrades").mkdir(parents=True)
    for version in ("1.2.0", "1.2.1"):
        (tmp_path / "tests" / "upgrades" / f"{version}.tar.xz").write_bytes(b"data")
    (tmp_path / "changes" / "pins.fixed.md").write_text("A pin stays.\n")
    (tmp_path / "changes" / "albums.fixed.md").write_text("An album\nstays whole.\n")
    (tmp_path / "changes" / "codes.security.md").write_text("A code is good once.\n")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "begin")
    return tmp_path


def test_a_release_is_one_commit_with_news_in_order_and_the_version(clone: Path) -> None:
    """Security comes first, areas by their name, above the version before; the fragments are gone."""
    assert release.release(clone, "1.2.0", DAY) == "release: 1.2.0"
    assert (clone / "CHANGES.md").read_text() == (
        "# Changes\n\nAll of them.\n\n<!-- versions, newest first -->\n\n"
        "## 1.2.0, 2026-11-30\n\n"
        "### Security\n\n* A code is good once.\n\n"
        "### Fixed\n\n* An album\n  stays whole.\n* A pin stays.\n\n"
        "## 1.1.0, 2026-01-01\n"
    )
    assert release.version_in((clone / release.PLACE).read_text()) == Version("1.2.0")
    assert sorted(p.name for p in (clone / "changes").iterdir()) == ["README.md", "template.jinja"]
    assert git(clone, "status", "--porcelain") == ""
    assert git(clone, "rev-list", "--count", "HEAD") == "2\n"
    assert git(clone, "tag") == ""
    subject, empty, body = git(clone, "log", "-1", "--format=%B").split("\n", 2)
    assert (subject, empty) == ("release: 1.2.0", "")
    assert "3 news fragments" in body


def test_the_next_version_is_begun_without_news(clone: Path) -> None:
    """What is built after a release does not pass for it; the news wait."""
    release.release(clone, "1.2.0", DAY)
    assert release.release(clone, "1.3.0.dev0", DAY) == "release: begin 1.3.0"
    assert release.version_in((clone / release.PLACE).read_text()) == Version("1.3.0.dev0")
    assert git(clone, "show", "--format=", "--name-only") == f"{release.PLACE}\n"


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("1.2.0.dev0", "is not newer than 1.2.0.dev0"),
        ("1.1.9", "is not newer"),
        ("1.3", "is not how"),
        ("v1.2.0", "is not how versions are written"),
        ("1.2.0-rc1", "is not how versions are written"),
        ("1.2.0+here", "is not how versions are written"),
        ("1.2.0.post1", "is not how versions are written"),
        ("new", "is no version"),
    ],
)
def test_a_version_that_is_none_or_not_newer_is_refused(clone: Path, asked: str, why: str) -> None:
    """Nothing is written then."""
    with pytest.raises(release.ReleaseError, match=why):
        release.release(clone, asked, DAY)
    assert git(clone, "status", "--porcelain") == ""
    assert git(clone, "rev-list", "--count", "HEAD") == "1\n"


def test_a_clone_with_changes_is_refused(clone: Path) -> None:
    """A file nobody has committed would go into the release unseen."""
    (clone / "note.txt").write_text("mine")
    with pytest.raises(release.ReleaseError, match="not committed"):
        release.release(clone, "1.2.0", DAY)
    assert (clone / "changes" / "pins.fixed.md").exists()


def test_a_release_without_data_for_later_tests_is_refused(clone: Path) -> None:
    """The next version could not be held to reading what this one stores."""
    with pytest.raises(release.ReleaseError, match=r"tools\.snapshot tests/upgrades/1\.3\.0"):
        release.release(clone, "1.3.0", DAY)
    assert git(clone, "rev-list", "--count", "HEAD") == "1\n"


def test_without_news_there_is_nothing_to_release(clone: Path) -> None:
    """A version that brings nothing is a mistake."""
    release.release(clone, "1.2.0", DAY)
    with pytest.raises(release.ReleaseError, match="nothing to release"):
        release.release(clone, "1.2.1", DAY)
    assert git(clone, "rev-list", "--count", "HEAD") == "2\n"


def test_what_is_published_is_a_whole_release(clone: Path) -> None:
    """Neither the work before it nor what came after, and with addresses that lead somewhere."""
    with pytest.raises(release.ReleaseError, match="is not released"):
        release.check(clone)
    release.release(clone, "1.2.0", DAY)
    with pytest.raises(release.ReleaseError, match="leads nowhere"):
        release.check(clone)
    settings = (clone / "pyproject.toml").read_text()
    (clone / "pyproject.toml").write_text(settings.replace("chappe.example", "chappe.net"))
    assert release.check(clone) == "1.2.0"
    (clone / "changes" / "late.fixed.md").write_text("Late.\n")
    with pytest.raises(release.ReleaseError, match="holds news"):
        release.check(clone)
    (clone / "changes" / "late.fixed.md").unlink()
    (clone / "CHANGES.md").write_text("# Changes\n")
    with pytest.raises(release.ReleaseError, match="says nothing of"):
        release.check(clone)


def test_every_file_of_changes_is_gathered_or_about_them() -> None:
    """A fragment whose name no kind knows would never be read by anybody."""
    names = {path.name for path in (ROOT / "changes").iterdir()}
    others = {name for name in names if not release._FRAGMENT.fullmatch(name)}
    assert others == {"README.md", "template.jinja"}


def test_the_version_is_said_in_one_place() -> None:
    """The program, its package and its pages read it from there."""
    assert str(release.version_in((ROOT / release.PLACE).read_text())) == chappe.__version__
    assigned = re.compile(r"""^\s*(?:__version__|version)\s*=\s*["']""", re.MULTILINE)
    saying = [
        path
        for path in (ROOT / "pyproject.toml", *sorted((ROOT / "src").rglob("*.py")))
        if assigned.search(path.read_text("utf-8"))
    ]
    assert saying == [ROOT / release.PLACE]
