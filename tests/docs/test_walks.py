"""Pages that lead through a change name few files, and those are there."""

import re
from pathlib import Path

import pytest

from .reading import ROOT

PAGES = sorted((ROOT / "docs").glob("add-*.md"))
FILES_MAX = 3
ROW = re.compile(r"^\| (?!file \||---)(?P<cell>.+?) \| .+ \|$", re.MULTILINE)
PATH = re.compile(r"`((?:\w+/)+[\w.]+)`")


def tables(page: Path) -> list[str]:
    """The sections of a page that name the files to change."""
    sections = page.read_text("utf-8").split("\n## ")
    return [section for section in sections if section.startswith("Files to change")]


def test_there_are_walks() -> None:
    """For a verb, a medium and a message; the pages below would be none otherwise."""
    assert [page.stem for page in PAGES] == [
        "add-a-kind-of-media",
        "add-a-kind-of-message",
        "add-a-verb",
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_change_touches_no_more_than_three_files(page: Path) -> None:
    """Besides tests; each is in the source, or said to be new in a folder that is."""
    assert tables(page)
    for table in tables(page):
        rows = [found["cell"] for found in ROW.finditer(table)]
        assert 0 < len(rows) <= FILES_MAX
        for row in rows:
            (path,) = PATH.findall(row)
            place = ROOT / "src" / "chappe" / path
            assert place.is_dir() if "(new)" in row else place.is_file(), row


def test_the_walk_of_a_pin_is_in_the_page_about_the_architecture() -> None:
    """Where it is decided, kept and told; that the names in it are there is tested for every page."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    walk = page.partition("## One pin, file by file")[2].partition("\n## ")[0]
    for step in ("Decided", "Kept", "Told"):
        assert f"**{step}.**" in walk
