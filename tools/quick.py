"""Name the tests that matter for what changed, for `script/quick`.

`python -m tools.quick [paths…]` prints them, one a line. Without paths it looks at what differs from main,
with what is not committed. A path of tests stands for itself, one of the source for the tests that touch it.
"""

import ast
import functools
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
ALWAYS: Final = "tests/architecture"
# The tests of a package that has a folder of them; of others the tests that import what changed.
FOLDERS: Final = {
    "core": "tests/core",
    "crypto": "tests/protocol",
    "gateways": "tests/gateways",
    "markup": "tests/markup",
    "mtproto": "tests/protocol",
    "rpc": "tests/rpc",
    "telemetry": "tests/telemetry",
    "tl": "tests/protocol",
    "updates": "tests/updates",
}
# They take minutes: run by name, or by script/test.
SLOW: Final = ("tests/journeys", "tests/simulation", "tests/crash", "tests/docs")
# A request that more files than these send (a message, a login) says nothing about what a file tests.
COMMON_FILES_MAX: Final = 6


def changed() -> list[str]:
    """Return the files that differ from main, and those that git does not know yet."""

    def git(*words: str) -> list[str]:
        done = subprocess.run(
            ["git", *words], cwd=ROOT, check=False, capture_output=True, text=True
        )
        return done.stdout.split("\n")[:-1] if done.returncode == 0 else []

    bases = [git("merge-base", "HEAD", name) for name in ("main", "origin/main")]
    base = next((found[0] for found in bases if found), "HEAD")
    return sorted(
        {*git("diff", "--name-only", base), *git("ls-files", "--others", "--exclude-standard")}
    )


@functools.cache
def tree(path: str) -> ast.Module:
    """A file, parsed."""
    return ast.parse((ROOT / path).read_text("utf-8"))


@functools.cache
def all_tests() -> tuple[str, ...]:
    """Every file of tests that is not slow."""
    found = (path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("tests/*/test_*.py")))
    return tuple(path for path in found if not path.startswith(SLOW))


def module_of(path: str) -> str:
    """Return the dotted name of a file of the source."""
    parts = Path(path).with_suffix("").parts[1:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache
def imports(path: str) -> frozenset[str]:
    """Return the modules a file names in its imports, and the names that it takes from them."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


@functools.cache
def requests(path: str) -> frozenset[str]:
    """Return the classes of the API that a file names."""
    return frozenset(
        node.attr
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "api"
    )


@functools.cache
def common() -> frozenset[str]:
    """Return the classes of the API that many files of tests name."""
    counts = Counter(name for path in all_tests() for name in requests(path))
    return frozenset(name for name, count in counts.items() if count > COMMON_FILES_MAX)


def served_in(path: str) -> frozenset[str]:
    """Return the requests that a file has handlers for."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and decorator.args:
                    found |= {
                        one.attr
                        for one in ast.walk(decorator.args[0])
                        if isinstance(one, ast.Attribute)
                    }
    return frozenset(found)


def for_slice(slice_: str, path: str) -> Iterator[str]:
    """Yield the tests of a slice: named for it, importing it, or sending what only the file serves."""
    module = f"chappe.features.{slice_}"
    is_source = path.endswith(".py") and (ROOT / path).exists()  # pictures serve nothing
    served = served_in(path) - common() if is_source else frozenset()
    for test in all_tests():
        name = Path(test).stem.removeprefix("test_")
        named = name in (slice_, slice_.removesuffix("s")) or name.startswith(f"{slice_}_")
        taken = any(one == module or one.startswith(f"{module}.") for one in imports(test))
        if named or taken or served & requests(test):
            yield test


def whatever_sends(slice_: str) -> Iterator[str]:
    """Yield the tests that send anything a slice serves: for one without tests of its own."""
    files = ROOT.glob(f"src/chappe/features/{slice_}/*.py")
    served = {name for path in files for name in served_in(path.relative_to(ROOT).as_posix())}
    yield from (test for test in all_tests() if served & requests(test))


def for_path(path: str) -> Iterator[str]:
    """Yield the tests that matter for one path: files or folders of tests."""
    match path.removesuffix(".py").split("/"):
        case ["tests", *_, name] if (
            "::" in name or name.startswith("test_") or (ROOT / path).is_dir()
        ):
            yield path
        case ["tests", folder, *_] if (
            folder != "features"
        ):  # what all tests there use would run all
            yield f"tests/{folder}"
        case ["src", "chappe", "features", slice_, _, *_]:
            yield from set(for_slice(slice_, path)) or whatever_sends(slice_)
        case ["src", "chappe", package, *_] if path.endswith(".py"):
            yield from (test for test in all_tests() if module_of(path) in imports(test))
            if package in FOLDERS:
                yield FOLDERS[package]
        case ["tools" | "bench", *_]:
            module = path.removesuffix(".py").replace("/", ".")
            yield from (test for test in all_tests() if module in imports(test))
        case _:
            pass


def expanded(path: str) -> list[str]:
    """Return the files of the source below a folder; anything else stays what it is."""
    if path.startswith("src") and (ROOT / path).is_dir():
        return [found.relative_to(ROOT).as_posix() for found in (ROOT / path).rglob("*.py")]
    return [path]


def chosen(paths: Iterable[str], *, asked: bool) -> list[str]:
    """Return the tests for these paths; slow ones only where somebody `asked` for them by name."""
    files = {one for path in paths for one in expanded(path)}
    found = {test for path in sorted(files) for test in for_path(path)}
    found = {test for test in found if (ROOT / test.partition("::")[0]).exists()}
    if not asked:
        found = {test for test in found if not test.startswith(SLOW)} | {ALWAYS}
    folders = {test for test in found if (ROOT / test).is_dir()}
    return sorted(t for t in found if t in folders or Path(t).parent.as_posix() not in folders)


def main(given: list[str]) -> int:
    """Print the tests."""
    given = [one for one in given if not one.startswith("-")]
    here = [
        Path(path).resolve().relative_to(ROOT).as_posix() + ("::" + which if which else "")
        for path, _, which in (one.partition("::") for one in given)
    ]
    for test in chosen(here or changed(), asked=bool(given)):
        print(test)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
