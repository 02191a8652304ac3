"""The model: one class for each constructor and method, made when first used."""

import sys
from typing import Any, ClassVar, Final

import msgspec

from .schema import Combinator, Field, schema


class TlError(ValueError):
    """Bytes that are no TL of any known layer."""


class TooMuchError(TlError):
    """There may be nothing wrong with it, but it is more than may be read."""


class TlObject(msgspec.Struct, kw_only=True):
    """A value of a constructor. Subclasses are made from the schema; fields have its names."""

    tl_name: ClassVar[str] = ""


class TlRequest(TlObject, kw_only=True):
    """A call of a method."""


class Raw(TlObject, kw_only=True):
    """An object that is encoded already, for the layer it will be sent in."""

    data: bytes


_classes: dict[str, type[TlObject]] = {}
RESERVED: Final = frozenset(("self", "from", "import", "class", "global"))


def attribute(field: Field) -> str:
    """Return the attribute a field has in Python: its name, with `_` behind a keyword.

    Interned, as names in programs are: an object made by keywords is then made without comparing letters.
    """
    return sys.intern(field.name + "_" if field.name in RESERVED else field.name)


def is_optional(field: Field) -> bool:
    """Whether a field may be left out."""
    return bool(field.flag)


def model_of(name: str) -> type[TlObject]:
    """Return the class of a combinator's name.

    Raises:
        KeyError: there is no combinator of this name.
    """
    made = _classes.get(name)
    if made is None:
        if not schema().shapes(name):
            raise KeyError(name)
        made = _classes[name] = _make(schema().newest(name))
    return made


def _make(shape: Combinator) -> type[TlObject]:
    fields: list[Any] = []
    for field in shape.fields:
        if field.type == "#":
            continue
        if field.type == "true":
            fields.append((attribute(field), bool, False))
        elif field.flag:
            fields.append((attribute(field), Any, None))
        else:
            fields.append((attribute(field), Any))
    class_name = "".join(p[0].upper() + p[1:] for p in shape.name.split("."))
    made: Any = msgspec.defstruct(
        class_name,
        fields,
        bases=(TlRequest if shape.is_method else TlObject,),
        namespace={"tl_name": shape.name},
        module="chappe.tl.api",
        kw_only=True,
    )
    return made  # type: ignore[no-any-return]  # a subclass of the bases given
