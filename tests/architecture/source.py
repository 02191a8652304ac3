"""The source as every test of this directory reads it: each file is read and parsed once."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "chappe"
TOPS = ("src", "tests", "tools", "bench")


@functools.cache
def files() -> tuple[Path, ...]:
    """Every Python file that is ours."""
    return tuple(
        path
        for top in TOPS
        for path in sorted((ROOT / top).rglob("*.py"))
        if "node_modules" not in path.parts
    )


@functools.cache
def server_files() -> tuple[Path, ...]:
    """Every Python file of the server."""
    return tuple(sorted(PACKAGE.rglob("*.py")))


@functools.cache
def text_of(path: Path) -> str:
    """What a file says."""
    return path.read_text("utf-8")


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """A file, parsed; nobody may change the tree, which all tests share."""
    return ast.parse(text_of(path), str(path))


@functools.cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a file, outermost first."""
    return tuple(ast.walk(tree_of(path)))


def name_of(path: Path) -> str:
    """A file as a reader names it, from the root of the repository."""
    return path.relative_to(ROOT).as_posix()


def server_trees() -> Iterator[tuple[str, ast.Module]]:
    """Every file of the server: (its path inside the package, its tree).

    The kit for testing bots is none: it lives as long as a test, and calls things as authors of bots do.
    """
    found = ((path.relative_to(PACKAGE).as_posix(), tree_of(path)) for path in server_files())
    return ((file, tree) for file, tree in found if not file.startswith("testing/"))
