"""Ratchets: figures of the source that may only fall, with the number that was reached last.

A test fails when a figure rises above its record, and when it fell further below than SLACK_PERCENT allows:
then the record follows it.
"""

import ast
import functools
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from tests.architecture.source import PACKAGE, nodes_of, server_files, text_of

# --- The records: lower them where you did better, never raise them.

# Files that import each other in a circle, imports only for typing included; each set is one circle.
CIRCLES: tuple[set[str], ...] = ()
# Slices that are longer than a slice may be, and their lines.
LONG_SLICES: dict[str, int] = {}
# How often a slice asks whether something is a channel (`is_channel`, `Kind.CHANNEL`).
ASKS_FOR_CHANNEL = {
    "accounts": 2,
    "adminlog": 4,
    "chats": 9,
    "contacts": 1,
    "dialogs": 2,
    "folders": 2,
    "groups": 10,
}
# Of 1,000 annotations in features, how many contain `Any`.
ANY_PER_MILLE = 31

# Per cent of its record that a figure may lie below it; 0 asks for equality.
SLACK_PERCENT = 0

SLICE_LINES_MAX = 4_000
# Slices that must know channels: what is kept of a conversation, and what is told of it.
KNOWS_CHANNELS = {"conversations", "sync"}


# --- Import circles


@functools.cache
def modules() -> dict[str, Path]:
    """Every module of the server by its dotted name."""
    found = {}
    for path in server_files():
        parts = ["chappe", *path.relative_to(PACKAGE).with_suffix("").parts]
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def package_of(name: str, path: Path) -> str:
    """Return the package that relative imports of a module begin at."""
    return name if path.name == "__init__.py" else name.rpartition(".")[0]


def imported(name: str, path: Path) -> Iterator[str]:
    """Modules that one imports, wherever it says so: at its top, inside a function, or for typing only."""
    known = modules()
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package_of(name, path).split(".")
                above = above[: len(above) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            for alias in node.names:
                inside = f"{base}.{alias.name}"
                yield from (one for one in (inside if inside in known else base,) if one in known)


def circles(arrows: Mapping[str, set[str]]) -> list[set[str]]:
    """Return the strongly connected components of more than one node (Tarjan's algorithm)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[set[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for to in arrows[node]:
            if to not in index:
                visit(to)
                low[node] = min(low[node], low[to])
            elif to in stack:
                low[node] = min(low[node], index[to])
        if low[node] == index[node]:
            circle = set(stack[stack.index(node) :])
            del stack[stack.index(node) :]
            if len(circle) > 1:
                found.append(circle)

    for node in arrows:
        if node not in index:
            visit(node)
    return found


def test_circles_are_found() -> None:
    """The algorithm itself: a ring, two rings that share a file, and a chain."""
    ring = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}, "e": {"e"}}
    assert circles(ring) == [{"a", "b", "c"}]
    assert circles({"a": {"b"}, "b": {"a", "c"}, "c": {"b"}}) == [{"a", "b", "c"}]
    assert circles({"a": {"b"}, "b": {"c"}, "c": set()}) == []


def test_no_new_import_circle_is_closed() -> None:
    """Files that import each other cannot be read one after the other, even if only types are meant."""
    arrows = {name: {*imported(name, path)} - {name} for name, path in modules().items()}
    assert sum(map(len, arrows.values())) > 500
    places = {name: path.relative_to(PACKAGE).as_posix() for name, path in modules().items()}
    found = {frozenset(places[name] for name in circle) for circle in circles(arrows)}
    known = {frozenset(circle) for circle in CIRCLES}
    new = [sorted(circle) for circle in found if not any(circle <= old for old in known)]
    assert not new, "an import circle: move what both need below both"
    assert found == known, "a circle is open or smaller now: say so in CIRCLES"


# --- What is counted in slices


@functools.cache
def slices() -> dict[str, tuple[Path, ...]]:
    """Every slice and its files."""
    found: dict[str, list[Path]] = {}
    for path in server_files():
        below = path.relative_to(PACKAGE).parts
        if below[0] == "features" and len(below) > 2:
            found.setdefault(below[1], []).append(path)
    return {name: tuple(paths) for name, paths in found.items()}


def asks_for_channel(path: Path) -> int:
    """Count how often a file asks whether something is a channel."""
    return sum(
        isinstance(node, ast.Attribute)
        and (
            node.attr == "is_channel"
            or (node.attr == "CHANNEL" and ast.unparse(node.value).rpartition(".")[2] == "Kind")
        )
        for node in nodes_of(path)
    )


def annotations(path: Path) -> Iterator[ast.expr]:
    """Every annotation of a file: parameters, results, variables and fields."""
    for node in nodes_of(path):
        match node:
            case (
                ast.FunctionDef(returns=ast.expr() as given)
                | ast.AsyncFunctionDef(returns=ast.expr() as given)
            ):
                yield given
            case ast.arg(annotation=ast.expr() as given) | ast.AnnAssign(annotation=given):
                yield given
            case _:
                pass


def holds_any(annotation: ast.expr) -> bool:
    """Whether an annotation is `Any`, or has it in it, quoted or not."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = ast.parse(annotation.value, mode="eval").body
    return any(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(annotation))


def lookups(path: Path) -> int:
    """Count the look-ups of something by its name: `x.service(name)` and `services[name]`."""
    found = 0
    for node in nodes_of(path):
        match node:
            case ast.Call(func=ast.Attribute(attr="service")):
                found += 1
            case ast.Subscript(value=whose, ctx=ast.Load()):
                found += getattr(whose, "attr", getattr(whose, "id", "")) == "services"
            case _:
                pass
    return found


def within(figure: int, record: int, what: str) -> None:
    """Fail if a figure is above its record, or so far below that the record should follow it."""
    assert figure <= record, f"{what}: {figure}, was {record} and may only fall"
    least = record * (100 - SLACK_PERCENT) / 100
    assert figure >= least, f"{what}: {figure}, the record says {record}: lower it"


def test_no_slice_outgrows_its_reader() -> None:
    """No slice has more than 4,000 lines; those that had more only shrink."""
    lines = {
        name: sum(len(text_of(path).splitlines()) for path in paths)
        for name, paths in slices().items()
    }
    assert len(lines) > 15
    long = {name: count for name, count in lines.items() if count > SLICE_LINES_MAX}
    assert {name: n for name, n in long.items() if n > LONG_SLICES.get(name, 0)} == {}
    assert LONG_SLICES.keys() == long.keys(), "it is short enough now: strike it out of LONG_SLICES"


def test_fewer_and_fewer_places_ask_for_a_channel() -> None:
    """Only what keeps a conversation or tells of it has to know in which of the two logs it stands."""
    counts = {name: sum(map(asks_for_channel, paths)) for name, paths in slices().items()}
    assert sum(counts.values()) > 0
    assert ASKS_FOR_CHANNEL.keys() <= counts.keys() - KNOWS_CHANNELS
    for name in counts.keys() - KNOWS_CHANNELS:
        record = ASKS_FOR_CHANNEL.get(name, 0)
        within(counts[name], record, f"questions for a channel in {name} (ask the log instead)")


def test_less_and_less_is_any() -> None:
    """What is annotated `Any` is checked by nobody."""
    given = [one for paths in slices().values() for path in paths for one in annotations(path)]
    assert len(given) > 3_000
    within(1000 * sum(map(holds_any, given)) // len(given), ANY_PER_MILLE, "Any in 1,000")


def test_nothing_is_looked_up_by_its_name() -> None:
    """Neither mypy nor a reader finds out who answers to a string."""
    assert sum(map(lookups, server_files())) == 0


@pytest.mark.parametrize(
    ("written", "is_any"),
    [("Any", True), ("dict[str, Any]", True), ("'list[Any]'", True), ("dict[str, int]", False)],
)
def test_any_is_found_wherever_it_stands(written: str, is_any: bool) -> None:
    """Alone, inside a type, or in quotes."""
    assert holds_any(ast.parse(written, mode="eval").body) == is_any
