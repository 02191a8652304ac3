"""Build the documentation as a site: every page of the manual, in order, and the reference of two packages.

`script/site` writes it to `.site/html`, to be opened from there, or served (which searching needs). Pages lie
as they do in the repository, so that a link which works on one works on the other. A broken link or heading,
and a page that is in no section, end the build.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
SITE: Final = ROOT / ".site"
REFERENCE: Final = ("ports", "rpc")  # packages that contributors write against
SECTIONS: Final = {  # the order in which somebody reads who has never seen Chappe
    "": ("README.md",),
    "Run it": (
        "docs/hundred-people.md",
        "docs/newcomers.md",
        "docs/operating.md",
        "docs/backups.md",
        "docs/upgrading.md",
        "docs/operators-page.md",
        "docs/moderating.md",
        "docs/orders.md",
        "docs/appeals.md",
        "docs/restricted.md",
        "docs/joining.md",
        "docs/house-rules.md",
        "docs/sign-in.md",
        "docs/web-client.md",
        "docs/apps.md",
        "docs/clients.md",
        "docs/bots.md",
        "docs/testing-bots.md",
        "docs/stickers.md",
        "docs/a-way-back.md",
        "docs/blocked.md",
        "docs/export.md",
        "docs/moving.md",
        "docs/retention.md",
        "docs/abuse.md",
        "docs/limits.md",
        "docs/coverage.md",
        "CHANGES.md",
    ),
    "Trust it": (
        "docs/trust.md",
        "docs/log.md",
        "SECURITY.md",
        "docs/robustness.md",
        "docs/performance.md",
    ),
    "Work on it": (
        "docs/architecture.md",
        "CONTRIBUTING.md",
        "changes/README.md",
        "DEPENDENCIES.md",
        "docs/chains.md",
        "CODE_OF_CONDUCT.md",
    ),
    "Reference": tuple(f"reference/{package}.md" for package in REFERENCE),
    "Decisions": ("docs/decisions/README.md",),
}
MORE: Final = {  # where pages go that nobody has placed
    "docs": "Work on it",
    "docs/decisions": "Decisions",
    "docs/trust": "Trust it",
}
_FENCE: Final = re.compile(r"^( *```[a-z]+) .*$", re.MULTILINE)
_TITLE: Final = re.compile(r"^# (.+)$", re.MULTILINE)


def page(text: str) -> str:
    """Return a page as the site's Markdown wants it: a block of code has a language and no more."""
    return _FENCE.sub(r"\1", text)


def title(text: str) -> str:
    """Return the first heading of a page."""
    found = _TITLE.search(text)
    return found[1].replace("`", "") if found else ""


def reference(package: str) -> str:
    """Return the page of a package: what its front door offers, module by module."""
    folder = ROOT / "src" / "chappe" / package
    modules = sorted(p.stem for p in folder.glob("*.py") if not p.stem.startswith("_"))
    parts = [f"# chappe.{package}", f"::: chappe.{package}\n    options:\n      members: false"]
    parts += [f"::: chappe.{package}.{module}" for module in modules]
    return "\n\n".join(parts) + "\n"


def lay_out(source: Path) -> None:
    """Put every page into a directory as it is in the repository, and write those of the reference."""
    shutil.rmtree(source, ignore_errors=True)
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "changes" / "README.md"]
    for path in pages:
        target = source / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page(path.read_text("utf-8")), "utf-8")
    for folder in ("examples", "docs/pictures"):
        shutil.copytree(ROOT / folder, source / folder)
    shutil.copy(ROOT / "LICENSE", source / "LICENSE")
    (source / "reference").mkdir()
    for package in REFERENCE:
        (source / "reference" / f"{package}.md").write_text(reference(package), "utf-8")


def placed(source: Path) -> dict[str, list[str]]:
    """Return the pages of each section, in order; those of a folder that nobody has placed come last."""
    sections = {name: list(pages) for name, pages in SECTIONS.items()}
    known = {path for pages in SECTIONS.values() for path in pages}
    for path in sorted(source.rglob("*.md")):
        name = path.relative_to(source).as_posix()
        section = MORE.get(path.relative_to(source).parent.as_posix())
        if name not in known and section is not None:
            sections[section].append(name)
    return sections


def navigation(source: Path) -> Iterator[str]:
    """Return the lines of the site's navigation: each page under its own first heading."""
    yield "nav:"
    for section, pages in placed(source).items():
        if section:
            yield f'  - "{section}":'
        for name in pages:
            told = title((source / name).read_text("utf-8")).replace('"', "'")
            yield f'{"      " if section else "  "}- "{told}": {name}'


def build(site: Path) -> None:
    """Write the whole site into a directory.

    Raises:
        subprocess.CalledProcessError: something is broken; what, is on standard error.
    """
    source = site / "source"
    lay_out(source)
    render(source, site, navigation(source))


def render(source: Path, site: Path, nav: Iterable[str]) -> None:
    """Write the pages of `source` as HTML, with the lines of a navigation.

    Raises:
        subprocess.CalledProcessError: something is broken; what, is on standard error.
    """
    settings = site / "mkdocs.yml"
    base = (ROOT / "mkdocs.yml").read_text("utf-8")
    base = base.replace(".site/source", str(source)).replace(".site/html", str(site / "html"))
    base = base.replace("paths: [src]", f"paths: [{ROOT / 'src'}]")
    settings.write_text(base + "\n" + "\n".join(nav) + "\n", "utf-8")
    subprocess.run(  # not `--quiet`, which would keep warnings from being counted
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", settings],
        check=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )


def main(arguments: Sequence[str]) -> int:
    """Build the site; return the exit code."""
    if arguments:
        print("usage: script/site", file=sys.stderr)
        return 2
    SITE.mkdir(exist_ok=True)
    try:
        build(SITE)
    except subprocess.CalledProcessError:
        return 1
    print(f"open {(SITE / 'html' / 'index.html').as_uri()}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
