"""The shape of the repository: what a reader may rely on wherever they open it."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tools import coverage, limits

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "chappe"
FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 600
RESIDENT_MIB_MAX = 90
VAGUE = re.compile(r"(?:^|_)(utils?|helpers?|common|managers?|misc)(?:_|$)")
LAZY = ("asyncpg", "aiosmtplib", "httpx", "obstore", "PIL")  # only some configurations need them


def files() -> list[Path]:
    """Every Python file that is ours."""
    return [
        path
        for top in ("src", "tests", "tools", "bench")
        for path in sorted((ROOT / top).rglob("*.py"))
        if "node_modules" not in path.parts
    ]


def name_of(path: Path) -> str:
    """A file as a reader names it."""
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def test_there_is_something_to_look_at() -> None:
    """The tests below would pass on an empty list."""
    assert len(files()) > 100


def test_functions_fit_on_a_screen() -> None:
    """No function is longer than 70 lines."""
    long = [
        f"{name_of(path)}: {function.name}"
        for path in files()
        for function in functions(ast.parse(path.read_text("utf-8")))
        if (function.end_lineno or 0) - function.lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert not long


def test_files_can_be_read_in_one_go() -> None:
    """No file is longer than 600 lines."""
    long = [name_of(p) for p in files() if len(p.read_text("utf-8").splitlines()) > FILE_LINES_MAX]
    assert not long


def test_every_file_says_what_it_is_for() -> None:
    """The first line of each file is a docstring with a sentence in it."""
    silent = []
    for path in files():
        first = path.read_text("utf-8").partition("\n")[0]
        if not re.match(r'r?"""\S.{9,}', first):
            silent.append(name_of(path))
    assert not silent


def test_names_say_what_a_thing_is() -> None:
    """No file and no class hides behind a name that says nothing."""
    vague = []
    for path in files():
        if VAGUE.search(path.stem.lower()):
            vague.append(name_of(path))
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", node.name).lower()
                if VAGUE.search(words):
                    vague.append(f"{name_of(path)}: {node.name}")
    assert not vague


def front_doors() -> dict[str, frozenset[str]]:
    """What each slice offers: the names in its `__all__`."""
    found = {}
    for path in sorted((PACKAGE / "features").glob("*/__init__.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                found[path.parent.name] = frozenset(ast.literal_eval(node.value))
    return found


def borrowed(path: Path) -> Iterator[tuple[str, str]]:
    """What a file takes from slices: (the module it names, the name it takes)."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("chappe.features."):
            for alias in node.names:
                yield str(node.module), alias.name
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("chappe.features."):
                    yield alias.name, ""


def test_slices_are_entered_through_their_front_door() -> None:
    """A slice, or anything above, takes from a slice only what its `__init__` offers."""
    doors = front_doors()
    assert len(doors) > 5
    through_windows = []
    for path in sorted(PACKAGE.rglob("*.py")):
        own = path.relative_to(PACKAGE).parts[1] if "features" in path.parts else ""
        for module, name in borrowed(path):
            slice_ = module.split(".")[2]
            if slice_ == own or (module.count(".") == 2 and name in doors[slice_]):
                continue
            through_windows.append(f"{name_of(path)} takes {name} from {module}")
    assert not through_windows


def requirements() -> set[str]:
    """The name of every dependency pyproject.toml declares, in any group."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"].values()
    declared = [
        *project["project"]["dependencies"],
        *project["build-system"]["requires"],
        *(line for group in groups for line in group if isinstance(line, str)),
    ]
    return {re.split(r"[<>=!~;\[ ]", line, maxsplit=1)[0] for line in declared}


def test_dependencies_are_accounted_for() -> None:
    """DEPENDENCIES.md has a line for each dependency of pyproject.toml, and no other."""
    text = (ROOT / "DEPENDENCIES.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)) == requirements()


def test_the_lock_file_names_the_public_index_only() -> None:
    """Whoever clones the project can install it from PyPI."""
    hosts = set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text("utf-8")))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}


def test_the_page_of_limits_is_what_the_source_says() -> None:
    """docs/limits.md is made from the source."""
    assert limits.main(["--check"]) == 0


def test_every_limit_is_kept_somewhere() -> None:
    """A limit that is declared and used nowhere would be a promise nobody keeps."""
    source = "\n".join(p.read_text("utf-8") for p in sorted(PACKAGE.rglob("*.py")))
    idle = [
        limit.name for limit in limits.limits() if len(re.findall(rf"\b{limit.name}\b", source)) < 2
    ]
    assert not idle


@pytest.mark.parametrize(
    "declared",
    ["ROOM_MAX: Final = 3", "ROOM_MAX = 3  # people", "ROOM_MAX: Final = many  # people"],
)
def test_a_limit_without_meaning_or_number_is_refused(declared: str) -> None:
    """The page would list it otherwise."""
    with pytest.raises(limits.LimitError):
        list(limits.limits_in("rooms.py", declared))


def test_the_page_of_coverage_is_what_is_served() -> None:
    """docs/coverage.md is made from the dispatcher's table and the schema."""
    assert coverage.main(["--check"]) == 0


def test_links_between_documents_lead_somewhere() -> None:
    """Every relative link of a document names a file that is there."""
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "changes").glob("*")]
    broken = [
        f"{name_of(document)}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#\s]+)", document.read_text("utf-8"))
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
        assert (folder / page).read_text("utf-8").startswith(f"# {page[:4]}: ")


def test_files_named_in_the_documents_exist() -> None:
    """A path in backquotes that looks like one of ours is one of ours."""
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    gone = [
        f"{name_of(document)}: {named}"
        for document in documents
        for named in re.findall(r"`([\w./]+/[\w.]+\.(?:py|tsv|md|toml))`", document.read_text())
        if not any((base / named).exists() for base in (ROOT, PACKAGE, document.parent))
    ]
    assert not gone


def test_names_in_the_documents_are_those_of_the_source() -> None:
    """A class or function that a page leads to has not been renamed since."""
    source = "\n".join(p.read_text("utf-8") for p in sorted(PACKAGE.rglob("*.py")))
    places = " ".join(p.name for top in (ROOT, PACKAGE) for p in top.iterdir())
    words = {*re.findall(r"\w+", source), *re.findall(r"\w+", places)}
    gone = []
    for document in (
        ROOT / "docs" / "architecture.md",
        *(ROOT / "docs" / "decisions").glob("*.md"),
    ):
        named = re.findall(
            r"`([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)(?:\(.*?\))?`", document.read_text("utf-8")
        )
        gone += [
            f"{document.name}: {name}"
            for name in named
            if name != "messages.getMessagesReactions" and not set(name.split(".")) <= words
        ]
    assert not gone


def in_a_fresh_interpreter(program: str) -> Any:
    """Run a program that prints JSON in a new interpreter; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    return json.loads(done.stdout)


def test_importing_the_program_loads_only_what_every_server_needs() -> None:
    """Clients of databases, mail servers and web services wait until a configuration asks for them."""
    loaded = in_a_fresh_interpreter(
        "import sys, json, chappe.app; print(json.dumps(sorted(sys.modules)))"
    )
    assert "chappe.engines.sqlite" in loaded
    assert not [name for name in LAZY if name in loaded]


def test_a_started_server_is_small(tmp_path: Path) -> None:
    """A server that has just begun to listen keeps no more than 90 MiB in memory."""
    program = f"""
import asyncio, json, pathlib
from chappe import app
from chappe.core.configuration import Configuration

async def main():
    server = await app.start(Configuration(port=0), pathlib.Path({str(tmp_path)!r}), None)
    await server.listen()
    status = pathlib.Path("/proc/self/status").read_text()  # ru_maxrss counts the parent before exec
    print(json.dumps(int(status.partition("VmHWM:")[2].split()[0]) // 1024))
    await server.stop()

asyncio.run(main())
"""
    in_a_fresh_interpreter(program)  # the first run compiles, which takes memory of its own
    assert 10 < in_a_fresh_interpreter(program) <= RESIDENT_MIB_MAX
