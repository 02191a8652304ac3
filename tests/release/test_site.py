"""The documentation as a site: every page is on it, and what is broken ends the build."""

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest
from tools import website as site

from chappe import ports, rpc

ROOT: Final = site.ROOT
ELSEWHERE: Final = re.compile(
    r"""<(?:script|img|iframe|link rel="stylesheet")[^>]*(?:src|href)="https?:"""
)


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    home = tmp_path_factory.mktemp("site")
    site.build(home)
    return home / "html"


def of(page: str) -> str:
    """Where a page of the repository is on the site."""
    return (
        page.removesuffix("README.md") + "index.html"
        if page.endswith("README.md")
        else f"{page[:-3]}.html"
    )


def test_every_page_is_on_it(html: Path) -> None:
    """Those of the manual, and those beside it."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    assert len(pages) > 40
    for page in pages:
        text = (html / of(page.relative_to(ROOT).as_posix())).read_text("utf-8")
        told = site.title(page.read_text("utf-8"))
        assert re.sub(r"\W+", " ", told) in re.sub(
            r"\W+", " ", re.sub("<[^>]+>|&[a-z]+;", "", text)
        )


def test_every_page_has_a_place(html: Path) -> None:
    """A section that a person chose, or that of its folder; and each has one only."""
    places = [p for pages in site.placed(html.parent / "source").values() for p in pages]
    assert len(places) == len(set(places))
    assert {of(p) for p in places} | {"404.html"} == {
        p.relative_to(html).as_posix() for p in html.rglob("*.html")
    }


@pytest.mark.parametrize("package", [ports, rpc], ids=lambda p: p.__name__)
def test_what_a_package_offers_is_in_the_reference(html: Path, package: object) -> None:
    """Each class of its front door, where the docstring of one is found too."""
    name = package.__name__  # type: ignore[attr-defined]
    text = (html / "reference" / f"{name.rpartition('.')[2]}.html").read_text("utf-8")
    offered = [n for n in package.__all__ if isinstance(getattr(package, n), type)]  # type: ignore[attr-defined]
    assert len(offered) > 5
    for one in offered:
        assert f'id="{getattr(package, one).__module__}.{one}"' in text


def test_it_fetches_nothing_from_elsewhere(html: Path) -> None:
    """Who reads it is seen by nobody else."""
    assert [p.name for p in html.rglob("*.html") if ELSEWHERE.search(p.read_text("utf-8"))] == []


def test_what_is_broken_is_named_and_ends_the_build(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A link to a page, to a heading, to a heading of another page; and a page in no section."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "other.md").write_text("# Other\n")
    (source / "lost.md").write_text("# Lost\n")
    (source / "index.md").write_text(
        "# One\n\n[a](gone.md) [b](#gone) [c](other.md#lost) [d](other.md#other) [e](#one)\n"
    )
    with pytest.raises(subprocess.CalledProcessError):
        site.render(source, tmp_path, ["nav:", "  - index.md", "  - other.md"])
    said = "".join(capfd.readouterr())
    assert re.search(r"Aborted with 4 warnings", said), said
    for named in ("'gone.md'", "'#gone'", "'other.md#lost'", "lost.md"):
        assert named in said


def test_a_block_of_code_keeps_its_language_only() -> None:
    """What tests read behind it is not for readers."""
    assert site.page("```console run exit=2\n$ x\n```\n") == "```console\n$ x\n```\n"
