"""Calls of any method, with every field as empty as its type allows."""

from functools import cache
from typing import Any

from chappe import tl
from chappe.tl.schema import schema

PLAIN: dict[str, Any] = {
    "int": 0,
    "long": 0,
    "double": 0.0,
    "string": "",
    "bytes": b"",
    "Bool": False,
    "int128": bytes(16),
    "int256": bytes(32),
    "true": False,
}


@cache
def smallest(kind: str) -> str:
    """Return the constructor of a type with the fewest fields that must be given."""
    made = [c for c in schema().combinators() if not c.is_method and c.result == kind]
    newest = [c for c in made if c.last == max(x.last for x in made)]
    return min(newest, key=lambda c: sum(not f.flag for f in c.fields)).name


def blank(name: str) -> Any:
    """Return an object or call of this name."""
    given: dict[str, Any] = {}
    for field in schema().newest(name).fields:
        if field.type == "#" or field.flag:
            continue
        given[field.name + "_" if field.name in ("self", "from") else field.name] = value(
            field.type
        )
    return tl.model_of(name)(**given)


def value(kind: str) -> Any:
    """Return the emptiest value of a type."""
    if kind in PLAIN:
        return PLAIN[kind]
    if kind.lower().startswith("vector<"):
        return []
    return blank(smallest(kind))
