"""The documents speak of the source as it is: their links, files and names lead somewhere."""

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.architecture.source import PACKAGE, ROOT, name_of, nodes_of, server_files, text_of

from chappe.tl.schema import class_name, schema

# A name in backquotes, `Hub`, `Hub.tell` or `tell(…)`; and a path.
NAME = r"`([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?:\([^`]*\))?`"
PATH = r"`((?:[\w.]+/)+\w+\.py)`"
# A name with its place beside it: `path`: `name`; `name` in `path`; `name` (`path`; | `name` | `path` |.
PLACED = (
    re.compile(rf"{PATH}:\s+(?P<name>{NAME})"),
    re.compile(rf"(?P<name>{NAME})(?:\s+in\s+|\s+\(|\s*\|\s*){PATH}"),
)
TEXTS = {
    ("0025-what-a-search-finds.md", "ae"),
    ("0025-what-a-search-finds.md", "C"),
}  # what people write


def documents() -> list[Path]:
    """Every page."""
    return [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]


@functools.cache
def declared_in(path: Path) -> frozenset[str]:
    """Names that a file declares: classes, functions, parameters, variables, attributes."""
    found = set()
    for node in nodes_of(path):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.arg(arg=name):
                found.add(name)
            case ast.AsyncFunctionDef(name=name) | ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.Attribute(attr=name, ctx=ast.Store()):
                found.add(name)
            case _:
                pass
    return frozenset(found)


@functools.cache
def spoken() -> frozenset[str]:
    """Every identifier of the server, the protocol's own names, and the names of its packages and files."""
    found = {word for path in server_files() for word in declared_in(path)}
    for path in server_files():
        for node in nodes_of(path):
            for field in ("id", "attr", "name", "arg"):
                found.add(str(getattr(node, field, "")))
    for combinator in schema().combinators():
        found |= {combinator.name, class_name(combinator.name), *combinator.name.split(".")}
        found |= {combinator.result, *(field.name for field in combinator.fields)}
        found |= {field.type for field in combinator.fields}
    for path in (*PACKAGE.rglob("*"), *ROOT.iterdir()):
        found |= {path.name, path.stem}
    return frozenset(found)


@functools.cache
def classes() -> dict[str, list[Path]]:
    """The files that declare each class."""
    found: dict[str, list[Path]] = {}
    for path in server_files():
        for node in nodes_of(path):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(path)
    return found


def is_there(name: str) -> bool:
    """Whether the source has a name; a dotted one of a class, in a file that declares this class."""
    if name in spoken():
        return True
    first, *rest = name.split(".")
    if rest and first in classes():
        return any(set(rest) <= declared_in(path) for path in classes()[first])
    return {first, *rest} <= spoken()


def misplaced(text: str) -> Iterator[str]:
    """Names that are not declared in the file which the text names beside them."""
    for pattern in PLACED:
        for found in pattern.finditer(text):
            groups = [group for group in found.groups() if group]
            named = re.sub(r"[`]|\(.*", "", found["name"])
            place = next(group for group in groups if group.endswith(".py"))
            files = [base / place for base in (PACKAGE, ROOT) if (base / place).exists()]
            if not files or not set(named.split(".")) <= declared_in(files[0]):
                yield f"{named} in {place}"


def test_links_between_documents_lead_somewhere() -> None:
    """Every relative link of a document names a file that is there."""
    broken = [
        f"{name_of(document)}: {target}"
        for document in (*documents(), *(ROOT / "changes").glob("*"))
        for target in re.findall(r"\]\(([^)#\s]+)", text_of(document))
        if "://" not in target and not (document.parent / target).exists()
    ]
    assert not broken


def test_decisions_are_numbered_once_and_listed_in_their_order() -> None:
    """Two of one number are two pages that a comment could mean."""
    folder = ROOT / "docs" / "decisions"
    pages = sorted(p.name for p in folder.glob("[0-9]*.md"))
    assert [p[:4] for p in pages] == [f"{n:04}" for n in range(1, len(pages) + 1)]
    listed = re.findall(
        r"^\| \[(\d{4})\]\((.+?)\)", (folder / "README.md").read_text(), re.MULTILINE
    )
    assert listed == [(p[:4], p) for p in pages]
    for page in pages:
        assert text_of(folder / page).startswith(f"# {page[:4]}: ")


def test_files_named_in_the_documents_exist() -> None:
    """A path in backquotes that looks like one of ours is one of ours."""
    gone = [
        f"{name_of(document)}: {named}"
        for document in documents()
        for named in re.findall(r"`([\w./]+/[\w.]+\.(?:py|tsv|md|toml))`", text_of(document))
        if not any((base / named).exists() for base in (ROOT, PACKAGE, document.parent))
    ]
    assert not gone


def test_names_in_the_documents_are_those_of_the_source() -> None:
    """A class or function that a page leads to has not been renamed since."""
    pages = (
        ROOT / "docs" / "architecture.md",
        ROOT / "docs" / "glossary.md",
        *(ROOT / "docs" / "decisions").glob("*.md"),
    )
    named = {(page.name, name) for page in pages for name in re.findall(NAME, text_of(page))}
    assert len(named) > 100
    assert {(page, name) for page, name in named if not is_there(name)} == TEXTS


def test_names_in_the_documents_are_declared_where_the_documents_say() -> None:
    """Where a path stands beside a name, that file declares it: another of the same name does not count."""
    texts = {name_of(document): text_of(document) for document in documents()}
    assert sum(len(pattern.findall(text)) for text in texts.values() for pattern in PLACED) > 20
    assert {name: found for name, text in texts.items() if (found := [*misplaced(text)])} == {}


@pytest.mark.parametrize(
    ("said", "gone"),
    [
        ("`updates/hub.py`: `Hub.subscribe` tells", "`updates/hub.py`: `Hub.lost` tells"),
        ("`Hub` in\n`updates/hub.py` tells", "`Gondola` in\n`updates/hub.py` tells"),
        ("`subscribe(…)` (`updates/hub.py`) tells", "`lost(…)` (`updates/hub.py`) tells"),
        ("| hub | `Hub` | `updates/hub.py` |", "| hub | `Gondola` | `updates/hub.py` |"),
        ("`Hub` in `updates/hub.py`", "`Hub` in `updates/gone.py`"),
    ],
)
def test_a_name_that_is_gone_is_found(said: str, gone: str) -> None:
    """However the path stands beside it."""
    assert [*misplaced(said)] == []
    assert len([*misplaced(gone)]) == 1


def test_a_method_is_looked_for_in_the_file_of_its_class() -> None:
    """`Hub.erase` is not there because an engine has an `erase`."""
    for name in ("Hub", "help.getConfig", "erase", "Hub.subscribe"):
        assert is_there(name)
    assert not is_there("Hub.erase")
    assert not is_there("Gondola")
