"""What an operator can set, type or meet is in the manual."""

import ast
import re
from pathlib import Path

import msgspec
import pytest

from chappe import app
from chappe.app.installation import Installation
from chappe.core.configuration import Backups, Configuration, Smtp
from chappe.gateways.cli.connect import RECIPES
from chappe.gateways.cli.main import build
from chappe.ports import Record

from .reading import ROOT

MANUAL = (ROOT / "docs" / "operating.md").read_text("utf-8")
RULES = (ROOT / "docs" / "house-rules.md").read_text("utf-8")
CLIENTS = (ROOT / "docs" / "clients.md").read_text("utf-8") + (ROOT / "docs" / "apps.md").read_text(
    "utf-8"
)
MENDABLE = {
    "ConfigurationError",
    "EngineError",
    "MailError",
    "OperatorError",
    "Overloaded",
    "PlaceError",
    "PlaceObjectMissing",
    "RepointError",
    "RootError",
    "Stale",
    "StoreFull",
    "StoreReadOnly",
}


@pytest.mark.parametrize("field", [f.name for f in msgspec.structs.fields(Configuration)])
def test_every_setting_is_explained(field: str) -> None:
    """The table of settings has a row for it."""
    assert f"\n| `{field}` |" in MANUAL


@pytest.mark.parametrize("field", [f.name for f in msgspec.structs.fields(Smtp)])
def test_every_setting_of_mail_is_explained(field: str) -> None:
    """The paragraph about mail names it."""
    assert f"`{field}`" in MANUAL


@pytest.mark.parametrize("field", [f.name for f in msgspec.structs.fields(Backups)])
def test_every_setting_of_backups_is_explained(field: str) -> None:
    """The table of their page has a row for it."""
    assert f"\n| `{field}` |" in (ROOT / "docs" / "backups.md").read_text("utf-8")


def commands() -> list[str]:
    """The names of all commands."""
    registered = build(Installation(app.start, app.slices.commands())).registered_commands
    return [str(c.name or getattr(c.callback, "__name__", "")) for c in registered]


@pytest.mark.parametrize("command", commands())
def test_every_command_is_shown(command: str) -> None:
    """The manual, or the page about house rules or clients, uses it."""
    assert f"chappe {command}" in MANUAL + RULES + CLIENTS


@pytest.mark.parametrize("library", RECIPES)
def test_every_recipe_is_shown(library: str) -> None:
    """The page about clients, or that about apps, prints it."""
    assert f"$ chappe connect {library}" in CLIENTS


def tables() -> set[str]:
    """The tables of every record the program keeps."""
    app.slices.methods()  # every slice is loaded
    found, kinds = set(), [Record]
    while kinds:
        for kind in kinds.pop().__subclasses__():
            kinds.append(kind)
            if kind.__module__.startswith("chappe.") and "table" in vars(kind):
                found.add(kind.table)
    return found


def test_what_each_table_shows_on_a_disk_is_said() -> None:
    """Names of tables are readable: the page about trust says of every table what they tell."""
    page = (ROOT / "docs" / "trust.md").read_text("utf-8")
    rows = page.partition("## What stays readable")[2].partition("\n## ")[0]
    assert len(tables()) > 20
    assert tables() <= set(re.findall(r"`(\w+)`", rows))


def sentences(path: Path) -> list[tuple[str, ...]]:
    """The errors a file may show an operator: each as the fixed parts of its sentence."""
    found: list[tuple[str, ...]] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
            continue
        if node.func.id not in MENDABLE:
            continue
        match node.args[0]:
            case ast.Constant(value=str() as text):
                found.append((text,))
            case ast.JoinedStr(values=parts):
                fixed = [p.value for p in parts if isinstance(p, ast.Constant)]
                found.append(tuple(str(p).strip() for p in fixed if len(str(p).strip()) > 1))
    return found


def test_every_refusal_has_its_cure() -> None:
    """Whatever sentence refuses an operator is a row of the last table, with what to do."""
    rows = re.findall(
        r"^\| (.+?) \| .+ \|$", MANUAL.partition("## When something")[2], re.MULTILINE
    )
    every = [s for p in sorted((ROOT / "src" / "chappe").rglob("*.py")) for s in sentences(p)]
    assert len(every) > 20
    unexplained = [
        " … ".join(parts)
        for parts in every
        if not any(re.search(".*".join(re.escape(p) for p in parts), row) for row in rows)
    ]
    assert not unexplained
