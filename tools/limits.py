"""Write docs/limits.md from the limits the source declares.

A limit is a module-level line `NAME_MAX: Final = number  # unit: what it bounds`. `python -m tools.limits`
writes the page; with `--check` it only says whether the page is up to date.
"""

import ast
import io
import operator
import sys
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from chappe.rpc import Rate

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = ROOT / "src" / "chappe"
PAGE: Final = ROOT / "docs" / "limits.md"
HEAD: Final = """\
# Limits

Made by `python -m tools.limits` from the source; do not edit. Whatever comes from outside meets one of
these numbers before it costs memory, time or disk. A limit is a constant of the file named beside it.

"""
RATES: Final = """
## How often

Every method draws from one of these buckets (`rpc/rates.py`). A bucket holds `size` calls and regains one
every `refill` seconds, for each user (before login: each key) or each address; codes sent also for each
phone number or account, and proofs of a password for each account, whoever asks. An empty bucket answers
`FLOOD_WAIT_X`, and the call succeeds after X seconds. The setting `rate_scale` multiplies all of them.
Which method draws from which bucket is in [coverage.md](coverage.md).

| class | size, calls | refill, seconds | for each |
| --- | ---: | ---: | --- |
"""
_OPERATORS: Final[dict[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Pow: operator.pow,
}


class Limit(NamedTuple):
    """One declared limit."""

    file: str
    name: str
    value: str
    meaning: str


class LimitError(Exception):
    """A limit is declared in a way nobody can read."""


def value_of(node: ast.expr) -> float:
    """Return the number an arithmetic expression stands for.

    Raises:
        LimitError: it is something else.
    """
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.BinOp(left, ast.LShift(), right):
            return int(value_of(left)) << int(value_of(right))
        case ast.BinOp(left, act, right) if type(act) in _OPERATORS:
            return _OPERATORS[type(act)](value_of(left), value_of(right))
    raise LimitError(f"{ast.unparse(node)} is not a number")


def _comments(text: str) -> dict[int, str]:
    """Return the comment on each line that has one."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {t.start[0]: t.string[1:].strip() for t in tokens if t.type == tokenize.COMMENT}


def limits_in(file: str, text: str) -> Iterator[Limit]:
    """Yield the limits a file declares.

    Raises:
        LimitError: one is not Final, not a number, or does not say what it bounds.
    """
    comments = _comments(text)
    for node in ast.parse(text).body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                final = ast.unparse(node.annotation) == "Final"
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                final = False
            case _:
                continue
        if not name.endswith("_MAX"):
            continue
        meaning = " ".join(
            comments[line]
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
            if line in comments
        )
        if not final or not meaning:
            raise LimitError(f"{file}: write `{name}: Final = number  # unit: what it bounds`")
        yield Limit(file, name, f"{value_of(value):,}", meaning)


def limits() -> list[Limit]:
    """Return every limit of the source, by file."""
    return [
        limit
        for path in sorted(SOURCE.rglob("*.py"))
        for limit in limits_in(path.relative_to(SOURCE).as_posix(), path.read_text("utf-8"))
    ]


def page() -> str:
    """Return the text of docs/limits.md."""
    rows = ["| limit | value | what it bounds | file |", "| --- | ---: | --- | --- |"]
    rows += [f"| `{x.name}` | {x.value} | {x.meaning} | `{x.file}` |" for x in limits()]
    rates = [
        f"| {rate.name} | {rate.value.size:,} | {rate.value.refill_s:g} | {rate.value.per} |"
        for rate in Rate
    ]
    return HEAD + "\n".join(rows) + "\n" + RATES + "\n".join(rates) + "\n"


def main(arguments: list[str]) -> int:
    """Write the page, or with --check compare it."""
    if "--check" in arguments:
        if PAGE.exists() and PAGE.read_text("utf-8") == page():
            return 0
        print("docs/limits.md is not what the source says: run `python -m tools.limits`.")
        return 1
    PAGE.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
