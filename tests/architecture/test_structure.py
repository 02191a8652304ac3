"""The shape of the repository: what a reader may rely on wherever they open it."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.architecture.source import (
    PACKAGE,
    ROOT,
    files,
    name_of,
    nodes_of,
    server_files,
    text_of,
    tree_of,
)
from tools import coverage, limits

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 600
ALONE = {"src/chappe/trust/ledger/verify.py"}  # handed out as one file
RESIDENT_MIB_MAX = 90
VAGUE = re.compile(r"(?:^|_)(utils?|helpers?|common|managers?|misc)(?:_|$)")
LAZY = (
    "aiohttp",
    "asyncpg",
    "aiosmtplib",
    "obstore",
    "PIL",
    "webauthn",
    "jinja2",
    "chappe.trust.ledger.receipts",
    "chappe.trust.ledger.storage",
    "chappe.app.public_log",
    "chappe.app.order_desk",
    "chappe.app.custody.office",
)  # needed later, or by some only


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    return (n for n in nodes_of(path) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def test_there_is_something_to_look_at() -> None:
    """The tests below would pass on an empty list."""
    assert len(files()) > 100


def test_functions_fit_on_a_screen() -> None:
    """No function is longer than 70 lines."""
    long = [
        f"{name_of(path)}: {function.name}"
        for path in files()
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert not long


def test_files_can_be_read_in_one_go() -> None:
    """No file is longer than 600 lines, but one that must be alone."""
    long = {name_of(p) for p in files() if len(text_of(p).splitlines()) > FILE_LINES_MAX}
    assert long == ALONE


def test_every_file_says_what_it_is_for() -> None:
    """The first line of each file is a docstring with a sentence in it."""
    silent = []
    for path in files():
        first = text_of(path).partition("\n")[0]
        if not re.match(r'r?"""\S.{9,}', first):
            silent.append(name_of(path))
    assert not silent


def test_names_say_what_a_thing_is() -> None:
    """No file and no class hides behind a name that says nothing."""
    vague = []
    for path in files():
        if VAGUE.search(path.stem.lower()):
            vague.append(name_of(path))
        for node in nodes_of(path):
            if isinstance(node, ast.ClassDef):
                words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", node.name).lower()
                if VAGUE.search(words):
                    vague.append(f"{name_of(path)}: {node.name}")
    assert not vague


def front_doors() -> dict[str, frozenset[str]]:
    """What each slice offers: the names in its `__all__`."""
    found = {}
    for path in sorted((PACKAGE / "features").glob("*/__init__.py")):
        for node in tree_of(path).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                found[path.parent.name] = frozenset(ast.literal_eval(node.value))
    return found


def borrowed(path: Path) -> Iterator[tuple[str, str]]:
    """What a file takes from slices: (the module it names, the name it takes)."""
    for node in nodes_of(path):
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
    for path in server_files():
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
    extras = project["project"]["optional-dependencies"].values()
    declared = [
        *project["project"]["dependencies"],
        *project["build-system"]["requires"],
        *(line for extra in extras for line in extra if not line.startswith("chappe[")),
        *(line for group in groups for line in group if isinstance(line, str)),
    ]
    return {re.split(r"[<>=!~;\[ ]", line, maxsplit=1)[0] for line in declared}


def test_dependencies_are_accounted_for() -> None:
    """DEPENDENCIES.md has a line for each dependency of the server and of the web client, and no other."""
    text = (ROOT / "DEPENDENCIES.md").read_text("utf-8")
    client = json.loads((ROOT / "web" / "package.json").read_text("utf-8"))
    declared = requirements() | client["dependencies"].keys() | client["devDependencies"].keys()
    assert set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)) == declared


def test_the_web_clients_dependencies_are_pinned() -> None:
    """One version of each, with its hash: the built files are the same wherever they are built."""
    client = json.loads((ROOT / "web" / "package.json").read_text("utf-8"))
    versions = [*client["dependencies"].values(), *client["devDependencies"].values()]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text("utf-8"))
    packages = [one for name, one in lock["packages"].items() if name]
    assert packages
    assert all("integrity" in one for one in packages)
    elsewhere = [one["resolved"] for one in packages if "resolved" in one]
    assert not [where for where in elsewhere if "://registry.npmjs.org/" not in where]


def test_the_lock_file_names_the_public_index_only() -> None:
    """Whoever clones the project can install it from PyPI."""
    hosts = set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text("utf-8")))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}


def test_the_page_of_limits_is_what_the_source_says() -> None:
    """docs/limits.md is made from the source."""
    assert limits.main(["--check"]) == 0


def test_every_limit_is_kept_somewhere() -> None:
    """A limit that is declared and used nowhere would be a promise nobody keeps."""
    said = Counter(word for path in server_files() for word in re.findall(r"\w+", text_of(path)))
    declared = [limit.name for limit in limits.limits()]
    assert len(declared) > 100
    assert not [name for name in declared if said[name] < 2]


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
