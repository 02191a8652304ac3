"""From bytes to objects: readers made from the schema on first use, hardened against hostile bytes.

A combinator is found by its id, whatever the layer; an old shape becomes the newest class (`layers.up`).
"""

import struct
from collections.abc import Callable
from typing import Any, Final

from .layers import up
from .model import TlError, TlObject, TooMuchError, attribute, model_of
from .schema import Combinator, schema

NESTING_DEPTH_MAX: Final = 24  # objects inside objects, vectors and wrappers included
VECTOR_ITEMS_MAX: Final = 100_000  # elements of one vector that comes from outside
VECTOR_ID: Final = 0x1CB5C415
TRUE_ID: Final = 0x997275B5
FALSE_ID: Final = 0xBC799737
PACKED_ID: Final = 0x3072CFA1
LONG_STRING: Final = 254  # a first byte of 254 announces three bytes of length

_u32 = struct.Struct("<I").unpack_from
_i32 = struct.Struct("<i").unpack_from
_i64 = struct.Struct("<q").unpack_from
_f64 = struct.Struct("<d").unpack_from

# what apps send in place of one another, and Telegram takes: a peer names a person or a channel as well
ALIKE: Final = {"InputUser": "InputPeer", "InputChannel": "InputPeer"}
ANY: Final = "!X"  # the type of what a wrapper wraps: any call

Unpack = Callable[[bytes], bytes]
Reader = Callable[[bytes, int, "Context"], tuple[Any, int]]


class Context:
    """What one decoding carries along: how deep it is, how to open packed parts, what may still come.

    What comes from outside says how many objects it may have; what we wrote ourselves does not.
    """

    __slots__ = ("depth", "objects", "unpack")

    def __init__(self, unpack: Unpack | None, objects_max: int | None = None) -> None:
        self.depth = 0
        self.unpack = unpack
        self.objects = objects_max


_readers: dict[int, tuple[Reader, str]] = {}  # with the type of what is read; "!X" for a call


def decode(
    data: bytes, *, at: int = 0, unpack: Unpack | None = None, objects_max: int | None = None
) -> Any:
    """Return the boxed object or call in `data[at:]`, as the newest layer has it.

    `objects_max` bounds the objects in it, and `unpack` opens the calls that come packed, for bytes
    from outside.

    Raises:
        TlError: it is not exactly one such object.
    """
    try:
        value, end = read_object(data, at, Context(unpack, objects_max))
    except (struct.error, IndexError, UnicodeDecodeError, OverflowError, MemoryError) as error:
        raise TlError("cut short or malformed") from error
    if end != len(data):
        raise TlError("bytes left over")
    return value


def read_object(b: bytes, p: int, c: Context, type_: str = "") -> tuple[Any, int]:
    """Read a boxed object at `p`; return it and the place behind it. `type_` is what it must be of."""
    number = _u32(b, p)[0]
    found = _readers.get(number)
    if found is None:
        if number == PACKED_ID and c.unpack is not None and type_ in ("", ANY):
            return _read_packed(b, p + 4, c, type_)
        found = _reader(number)
    if type_ and found[1] != type_:
        raise TlError("an object of another type")
    if c.objects is not None:
        c.objects -= 1
        if c.objects < 0:
            raise TooMuchError("too many objects")
    c.depth += 1
    if c.depth > NESTING_DEPTH_MAX:
        raise TlError("nested too deep")
    value = found[0](b, p + 4, c)
    c.depth -= 1
    return value


def _read_packed(b: bytes, p: int, c: Context, type_: str) -> tuple[Any, int]:
    """Read a call that came packed; there is nothing packed in it any more."""
    packed, p = read_bytes(b, p)
    unpack, c.unpack = c.unpack, None
    if unpack is None:
        raise TlError("packed where it may not be")
    c.depth += 1
    inner = unpack(packed)
    value, end = read_object(inner, 0, c, type_)
    if end != len(inner):
        raise TlError("bytes left over in a packed part")
    c.depth -= 1
    return value, p


def read_bytes(b: bytes, p: int) -> tuple[bytes, int]:
    """Read a string of bytes with its padding."""
    size = b[p]
    p += 1
    if size >= LONG_STRING:
        if size > LONG_STRING:
            raise TlError("a string of unknown form")
        size = int.from_bytes(b[p : p + 3], "little")
        p += 3
        end = p + size
        after = end + (-size & 3)
    else:
        end = p + size
        after = end + (-(size + 1) & 3)
    if after > len(b):
        raise TlError("a string runs past the end")
    return b[p:end], after


def read_string(b: bytes, p: int) -> tuple[str, int]:
    """Read text; surrogates and broken UTF-8 are refused."""
    raw, p = read_bytes(b, p)
    return raw.decode(), p


def read_fixed(b: bytes, p: int, size: int) -> tuple[bytes, int]:
    """Read exactly `size` bytes."""
    raw = b[p : p + size]
    if len(raw) != size:
        raise TlError("cut short")
    return raw, p + size


def read_bool(b: bytes, p: int) -> tuple[bool, int]:
    """Read a boxed Bool; nothing but its two ids will do."""
    number = _u32(b, p)[0]
    if number == TRUE_ID:
        return True, p + 4
    if number == FALSE_ID:
        return False, p + 4
    raise TlError("neither true nor false")


_SIZES: Final = {"int": 4, "long": 8, "double": 8, "int128": 16, "int256": 32}
_MANY: Final = {"int": "i", "long": "q", "double": "d"}


def read_vector(b: bytes, p: int, c: Context, item: str) -> tuple[list[Any], int]:
    """Read a vector of `item`; its length is believed only as far as the bytes left allow."""
    if _u32(b, p)[0] != VECTOR_ID:
        raise TlError("not a vector")
    count = _u32(b, p + 4)[0]
    p += 8
    size = _SIZES.get(item, 4)
    if count * size > len(b) - p:
        raise TlError("a vector longer than its bytes")
    if c.objects is not None and count > VECTOR_ITEMS_MAX:
        raise TlError("a vector too long")
    if item in _MANY:
        return list(struct.unpack_from(f"<{count}{_MANY[item]}", b, p)), p + count * size
    items: list[Any] = []
    for _ in range(count):
        value, p = _read_one(b, p, c, item)
        items.append(value)
    return items, p


def _read_one(b: bytes, p: int, c: Context, item: str) -> tuple[Any, int]:
    if item == "string":
        return read_string(b, p)
    if item == "bytes":
        return read_bytes(b, p)
    if item == "Bool":
        return read_bool(b, p)
    if item in ("int128", "int256"):
        return read_fixed(b, p, _SIZES[item])
    if item.startswith("Vector<"):
        c.depth += 1
        if c.depth > NESTING_DEPTH_MAX:
            raise TlError("nested too deep")
        found = read_vector(b, p, c, item[7:-1])
        c.depth -= 1
        return found
    return read_object(b, p, c, ALIKE.get(item, item))


def _reader(number: int) -> tuple[Reader, str]:
    shape = schema().by_id(number)
    if shape is None:
        raise TlError("an unknown constructor")
    type_ = ANY if shape.is_method else ALIKE.get(shape.result, shape.result)
    reader = _readers[number] = _make_reader(shape), type_
    return reader


_SCALARS: Final = {
    "int": "x = i32(b, p)[0]; p += 4",
    "long": "x = i64(b, p)[0]; p += 8",
    "double": "x = f64(b, p)[0]; p += 8",
    "string": "x, p = read_string(b, p)",
    "bytes": "x, p = read_bytes(b, p)",
    "Bool": "x, p = read_bool(b, p)",
    "int128": "x, p = read_fixed(b, p, 16)",
    "int256": "x, p = read_fixed(b, p, 32)",
}


def _statement(type_: str) -> str:
    if type_ in _SCALARS:
        return _SCALARS[type_]
    if type_.startswith("Vector<"):
        return f"x, p = read_vector(b, p, c, {type_[7:-1]!r})"
    return f"x, p = read_object(b, p, c, {ALIKE.get(type_, type_)!r})"


def _make_reader(shape: Combinator) -> Reader:
    """Compile the straight-line reader of one shape."""
    model: type[TlObject] = model_of(up.MOVED.get(shape.name, shape.name))
    known = set(model.__struct_fields__)
    revised = shape.name in up.MOVED or shape.name in up.REVISED
    newest = schema().newest(shape.name) is shape and not revised
    lines, given = [], []
    for index, field in enumerate(shape.fields):
        variable = f"v{index}"
        name = attribute(field)
        if field.type == "#":
            lines.append(f"{field.name} = u32(b, p)[0]; p += 4")
            continue
        statement = _statement(field.type).replace("x", variable, 1)
        if field.type == "true":
            lines.append(f"{variable} = {field.flag} & {1 << field.bit} != 0")
        elif field.flag:
            lines.append(f"if {field.flag} & {1 << field.bit}: {statement}")
            lines.append(f"else: {variable} = None")
        else:
            lines.append(statement)
        if not newest or name in known:
            given.append(f"{name}={variable}")
    result = f"C({', '.join(given)})" if newest else f"C(**up(shape, dict({', '.join(given)})))"
    body = "\n    ".join([*lines, f"return {result}, p"])
    scope: dict[str, Any] = {
        "C": model,
        "up": up.convert,
        "shape": shape,
        "u32": _u32,
        "i32": _i32,
        "i64": _i64,
        "f64": _f64,
        "read_string": read_string,
        "read_bytes": read_bytes,
        "read_bool": read_bool,
        "read_fixed": read_fixed,
        "read_vector": read_vector,
        "read_object": read_object,
    }
    exec(f"def read(b, p, c):\n    {body}", scope)  # noqa: S102  made from our own schema only
    reader: Reader = scope["read"]
    return reader
