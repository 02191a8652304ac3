"""The package somebody installs holds the manual, and every link in it leads somewhere."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .reading import ROOT

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)")
BUILD_S_MAX = 120


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built package, unpacked."""
    home = tmp_path_factory.mktemp("wheel")
    uv = shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")
    subprocess.run(
        [uv, "build", "--quiet", "--wheel", "--out-dir", home, ROOT],
        check=True,
        timeout=BUILD_S_MAX,
    )
    (built,) = home.glob("*.whl")
    with zipfile.ZipFile(built) as packed:
        packed.extractall(home / "unpacked")
    return home / "unpacked"


def links(text: str) -> set[str]:
    """Return what a page links to within the project."""
    return set(LINK.findall(text))


def test_the_description_of_the_package_links_to_nothing_it_lacks(wheel: Path) -> None:
    """Where it is shown there are no files beside it."""
    (metadata,) = wheel.glob("*.dist-info/METADATA")
    told = metadata.read_text("utf-8")
    assert "chappe manual" in told
    assert links(told) == set()


def test_every_link_of_the_manual_leads_somewhere(wheel: Path) -> None:
    """In the package as in a clone."""
    pages = sorted((wheel / "chappe" / "manual").rglob("*.md"))
    assert len(pages) > 20
    for page in pages:
        for link in links(page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name} links to {link}"


def test_an_installed_program_prints_its_manual(wheel: Path, tmp_path: Path) -> None:
    """Away from any clone."""
    done = subprocess.run(
        [sys.executable, "-m", "chappe", "manual", "operating"],
        cwd=tmp_path,
        check=True,
        text=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(wheel)},
    )
    assert done.stdout == (ROOT / "docs" / "operating.md").read_text("utf-8")
