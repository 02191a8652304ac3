"""Write `tl/api.pyi` and `tl/errors.pyi`, the types of what the schema makes at run time.

`python -m tools.stubs` writes them beside the modules; they are for type checkers only and not kept in
the repository.
"""

from collections import defaultdict
from keyword import iskeyword
from pathlib import Path

import chappe.tl
from chappe.tl.errors import known
from chappe.tl.model import attribute
from chappe.tl.schema import LAYER, Combinator, Field, class_name, schema

PLAIN = {
    "int": "int",
    "long": "int",
    "double": "float",
    "string": "str",
    "bytes": "_bytes",
    "int128": "_bytes",
    "int256": "_bytes",
    "Bool": "bool",
    "true": "bool",
    "!X": "Any",
    "X": "Any",
    "Type": "Any",
}
HEAD = '''"""Made by tools/stubs.py from the schema."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from .model import TlObject, TlRequest

_bytes = bytes
_list = list

'''


def alias(type_: str) -> str:
    """Return the name of the union of a type's constructors."""
    return "Type" + class_name(type_)


def python_type(type_: str, known_types: set[str]) -> str:
    """Return how Python writes a TL type."""
    if type_.lower().startswith("vector<"):
        return f"_list[{python_type(type_[7:-1], known_types)}]"
    if type_ in PLAIN:
        return PLAIN[type_]
    return alias(type_) if type_ in known_types else "Any"


def field_line(field: Field, known_types: set[str]) -> tuple[str, str]:
    """Return a field's annotation and its parameter in the constructor."""
    name = attribute(field)
    type_ = python_type(field.type, known_types)
    given = type_.replace("_list[", "Sequence[")  # what is only read may be of a narrower type
    if field.type == "true":
        return f"{name}: bool", f"{name}: bool = ..."
    if field.flag:
        return f"{name}: {type_} | None", f"{name}: {given} | None = ..."
    return f"{name}: {type_}", f"{name}: {given}"


def class_stub(shape: Combinator, known_types: set[str]) -> str:
    """Return the stub of one class."""
    base = "TlRequest" if shape.is_method else "TlObject"
    lines = [f"class {class_name(shape.name)}({base}):"]
    parameters = []
    for field in shape.fields:
        if field.type == "#":
            continue
        annotation, parameter = field_line(field, known_types)
        lines.append(f"    {annotation}")
        parameters.append(parameter)
    if parameters:
        lines.append(f"    def __init__(self, *, {', '.join(parameters)}) -> None: ...")
    else:
        lines.append("    def __init__(self) -> None: ...")
    return "\n".join(lines)


def api_stub() -> str:
    """Return the whole of `api.pyi`."""
    unions: dict[str, list[str]] = defaultdict(list)
    names = sorted({c.name for c in schema().combinators() if not iskeyword(class_name(c.name))})
    newest = [schema().newest(name) for name in names]
    for shape in newest:
        if not shape.is_method and shape.last == LAYER:
            unions[shape.result].append(class_name(shape.name))
    known_types = set(unions)
    parts = [class_stub(shape, known_types) for shape in newest]
    parts += [
        f'{alias(type_)}: TypeAlias = "{" | ".join(made)}"'
        for type_, made in sorted(unions.items())
    ]
    return HEAD + "\n\n".join(parts) + "\n"


def errors_stub() -> str:
    """Return the whole of `errors.pyi`."""
    lines = [
        '"""Made by tools/stubs.py from the list of refusals."""',
        "from typing import ClassVar",
        "class RpcError(Exception):",
        "    code: int",
        "    token: str",
        "    pattern: ClassVar[str]",
        "    def __init__(self, code: int | None = None, token: str | None = None) -> None: ...",
        "class NumberedError(RpcError):",
        "    number: int",
        "    def __init__(self, number: int) -> None: ...",
        "def known() -> dict[str, tuple[int, str]]: ...",
    ]
    for name, (_, token) in sorted(known().items()):
        if name.isidentifier():
            lines.append(f"class {name}({'NumberedError' if '%d' in token else 'RpcError'}): ...")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write both stubs beside their modules, if they changed."""
    where = Path(chappe.tl.__file__).parent
    for name, text in (("api.pyi", api_stub()), ("errors.pyi", errors_stub())):
        path = where / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


if __name__ == "__main__":
    main()
