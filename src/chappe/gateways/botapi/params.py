"""Parameters of calls: one structure a method, read of what came by query, form or JSON.

What comes as text is read as leniently as Telegram's server reads it: numbers as strings, a yes in three
words, structures as JSON within a field.
"""

from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, Final, NamedTuple, TypeVar, get_args

import msgspec

from .failures import refused

P = TypeVar("P", bound="Params")

TRUE: Final = frozenset(("true", "yes", "1"))
INTEGER_CHARACTERS_MAX: Final = 20  # of a number in a text


class Params(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters of one method. What is left out has the value it stands with."""


class Given(NamedTuple):
    """What came with a call: fields, and files by their names."""

    fields: Mapping[str, Any]
    files: Mapping[str, Any]


@cache
def _plan(kind: type[Params]) -> tuple[tuple[str, Any, frozenset[type]], ...]:
    """Return each field's name, its type, and the plain types it may be."""
    info = msgspec.structs.fields(kind)
    return tuple((one.name, one.type, _alternatives(one.type)) for one in info)


def _alternatives(wanted: Any) -> frozenset[Any]:
    """Return the types of a union, or the one."""
    return frozenset(get_args(wanted) if isinstance(wanted, UnionType) else (wanted,))


def read_params(kind: type[P], fields: Mapping[str, Any]) -> P:
    """Return the parameters of a call.

    Raises:
        Failure: one of them cannot be read.
    """
    found = {}
    for name, wanted, plain in _plan(kind):
        value = fields.get(name)
        if value is None:
            continue
        found[name] = _read(name, value, wanted, plain)
    return kind(**found)


def _read(name: str, value: Any, wanted: Any, plain: frozenset[type]) -> Any:
    if wanted is Any:
        return value
    if str in plain:
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value) if isinstance(value, int | float) else msgspec.json.encode(value).decode()
    if bool in plain:
        return value is True or str(value).lower() in TRUE
    try:
        if int in plain:
            return _integer(value)
        if float in plain:
            return float(value)
        if isinstance(value, str):
            return msgspec.json.decode(value, type=wanted, strict=False) if value else None
        return msgspec.convert(value, wanted, strict=False)
    except (msgspec.MsgspecError, ValueError, TypeError):
        raise refused(f"can't parse {name.replace('_', ' ')}") from None


def _integer(value: Any) -> int:
    """Return a number, as leniently as it is written; 0 where there is none."""
    if isinstance(value, int):
        return int(value)
    text = str(value).strip()
    if len(text) > INTEGER_CHARACTERS_MAX:
        return 0
    try:
        return int(float(text)) if "." in text else int(text)
    except (ValueError, OverflowError):
        return 0
