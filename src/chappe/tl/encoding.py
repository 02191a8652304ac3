"""From objects to bytes, for one layer: writers made from the schema on first use."""

import struct
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from .layers import down
from .layers.up import blank
from .model import Raw, TlObject, TlRequest, attribute, model_of
from .schema import LAYER, LAYER_MIN, Combinator, Field, schema

VECTOR: Final = (0x1CB5C415).to_bytes(4, "little")
COUNT_BYTES: Final = 4  # behind it: how many items there are
EMPTY: Final = VECTOR + bytes(COUNT_BYTES)
TRUE: Final = (0x997275B5).to_bytes(4, "little")
FALSE: Final = (0xBC799737).to_bytes(4, "little")
SHORT_STRING_MAX: Final = 253  # bytes a string may have with one byte of length
STRING_BYTES_MAX: Final = (1 << 24) - 1  # bytes a string may have at all
COPIED_BYTES_MAX: Final = (
    64 * 1024
)  # bytes of a result up to which it becomes `bytes`: a part of a file is more

_u32 = struct.Struct("<I").pack
_i32 = struct.Struct("<i").pack
_i64 = struct.Struct("<q").pack
_f64 = struct.Struct("<d").pack

Writer = Callable[[Any, bytearray, "Encoder"], None]


class EncodeError(Exception):
    """An object that cannot be said in this layer, or is not what the schema says: our mistake."""


class NoShapeError(EncodeError):
    """The layer has no such constructor; inside a vector the element is left out."""


def write_bytes(w: bytearray, raw: bytes) -> None:
    """Write a string of bytes with its padding."""
    size = len(raw)
    if size <= SHORT_STRING_MAX:
        w.append(size)
        w += raw
        w += b"\0\0\0"[: -(size + 1) & 3]
    elif size <= STRING_BYTES_MAX:
        w += b"\xfe" + size.to_bytes(3, "little")
        w += raw
        w += b"\0\0\0"[: -size & 3]
    else:
        raise EncodeError("a string too long for TL")


def write_vector(w: bytearray, items: Any, e: "Encoder", item: str) -> None:
    """Write a vector; of objects, those the layer does not know are left out."""
    if is_object(item):
        write_objects(w, items, e)
        return
    w += VECTOR
    count = len(items)
    if item in ("int", "long", "double"):
        w += struct.pack(
            f"<I{count}{ {'int': 'i', 'long': 'q', 'double': 'd'}[item] }", count, *items
        )
        return
    w += _u32(count)
    for value in items:
        write_value(w, value, e, item)


def write_objects(w: bytearray, items: Any, e: "Encoder") -> None:
    """Write a vector of objects; those the layer does not know are left out."""
    left = len(items)
    if not left:
        w += EMPTY
        return
    w += VECTOR + _u32(left)
    begin, count, table = len(w), left, e.table
    for value in items:
        mark = len(w)
        kind = value.__class__
        try:
            (table.get(kind) or e.writer(kind))(value, w, e)
        except NoShapeError:
            del w[mark:]
            left -= 1
    if left != count:
        w[begin - COUNT_BYTES : begin] = _u32(left)


def is_object(item: str) -> bool:
    """Whether what a vector is of are objects with a constructor each."""
    is_type = item[0].isupper() and item != "Bool" and not item.startswith("Vector<")
    return is_type or "." in item


def write_value(w: bytearray, value: Any, e: "Encoder", type_: str) -> None:
    """Write one value of a type."""
    if type_ == "int":
        w += _i32(value)
    elif type_ == "long":
        w += _i64(value)
    elif type_ == "double":
        w += _f64(value)
    elif type_ == "string":
        write_bytes(w, value.encode())
    elif type_ == "bytes":
        write_bytes(w, value)
    elif type_ == "Bool":
        w += TRUE if value else FALSE
    elif type_ in ("int128", "int256"):
        w += value
    elif type_.startswith(("Vector<", "vector<")):
        write_vector(w, value, e, type_[7:-1])
    else:
        kind = value.__class__
        (e.table.get(kind) or e.writer(kind))(value, w, e)


_compiled: dict[int, Writer] = {}


class Encoder:
    """Writers for one layer, by class."""

    def __init__(self, layer: int) -> None:
        self.layer = layer
        self.table: dict[type, Writer] = {Raw: lambda o, w, _: w.extend(o.data)}
        self._results: dict[str, tuple[Callable[[Any], Any] | None, str]] = {}

    def writer(self, kind: type) -> Writer:
        """Return, and keep, the writer of a class in this layer."""
        name = getattr(kind, "tl_name", "")
        if not name:
            raise EncodeError(f"{kind.__name__} is no TL object")
        shape = schema().at(name, self.layer)
        if shape is None:
            made = self._instead(name)
        else:
            made = _compiled.get(shape.id) or _compiled.setdefault(shape.id, _make_writer(shape))
            before, otherwise = down.OTHERWISE.get(name, (0, None))
            if otherwise is not None and self.layer < before:
                made = _saying(otherwise, made)
        self.table[kind] = made
        return made

    def result_of(self, method: str) -> tuple[Callable[[Any], Any] | None, str]:
        """Return how a method's result is converted for this layer, and of what it is a vector, if it is one.

        Looked up once: to find the shape of its method took a twentieth of a simple call.
        """
        found = self._results.get(method)
        if found is None:
            shape = schema().at(method, self.layer) or schema().newest(method)
            item = shape.result[7:-1] if "ector<" in shape.result else "Object"
            found = self._results[method] = down.RESULTS.get((method, shape.result)), item
        return found

    def _instead(self, name: str) -> Writer:
        said_as = down.SAID_AS.get(name)
        if said_as is not None:
            return _saying(said_as, _refusing(name))
        replacement = down.REPLACED.get(schema().newest(name).result)
        shape = schema().at(replacement, self.layer) if replacement else None
        if shape is None:
            return _refusing(name)
        head = shape.id.to_bytes(4, "little")
        return lambda _o, w, _e: w.extend(head)


def _saying(say: Callable[[Any], Any], same: Writer) -> Writer:
    """Return what writes another object in the place of one, or the same as `same` does."""

    def write(o: Any, w: bytearray, e: Encoder) -> None:
        other = say(o)
        if other is o:
            same(o, w, e)
        else:
            e.writer(other.__class__)(other, w, e)

    return write


def _refusing(name: str) -> Writer:
    """Return what says that the layer has no such constructor."""

    def refuse(_o: Any, _w: bytearray, e: Encoder) -> None:
        raise NoShapeError(f"layer {e.layer} has no {name}")

    return refuse


_encoders: dict[int, Encoder] = {}


def encoder(layer: int) -> Encoder:
    """Return the encoder of a layer; layers we do not know get that of the one they are served as."""
    layer = min(max(layer, LAYER_MIN), LAYER)  # so that there are not more encoders than layers
    found = _encoders.get(layer)
    if found is None:
        served = schema().served_as(layer)
        found = _encoders.get(served) or _encoders.setdefault(served, Encoder(served))
        _encoders[layer] = found
    return found


def encode(value: TlObject, layer: int = LAYER) -> bytes:
    """Return the boxed bytes of an object as this layer has it.

    Raises:
        EncodeError: the layer has nothing like it, or a field is not what the schema says.
    """
    w = bytearray()
    _write(w, value, encoder(layer))
    return bytes(w)


def _write(w: bytearray, value: Any, e: Encoder) -> None:
    kind = value.__class__
    try:
        (e.table.get(kind) or e.writer(kind))(value, w, e)
    except (struct.error, AttributeError, TypeError) as error:
        name = getattr(kind, "tl_name", kind.__name__)
        raise EncodeError(f"{name} is not what the schema says") from error


class Repeated:
    """A result that many callers are given, such as the configuration: encoded once for each layer."""

    __slots__ = ("_encoded", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self._encoded: dict[int, bytes] = {}  # by layer

    def encoded(self, request: TlRequest, layer: int) -> bytes:
        """Return what `encode_result` does of the value, the result of the same method each time."""
        layer = encoder(layer).layer
        found = self._encoded.get(layer)
        if found is None:
            found = self._encoded[layer] = bytes(encode_result(request, self.value, layer))
        return found


def encode_result(request: TlRequest, value: Any, layer: int = LAYER) -> bytes | bytearray:
    """Return what a method's result looks like to a client of this layer.

    Raises:
        EncodeError: as `encode`.
    """
    if value.__class__ is Repeated:
        return value.encoded(request, layer)
    e = encoder(layer)
    convert, item = e.result_of(request.tl_name)
    if convert is not None:
        value = convert(value)
    w = bytearray()
    if isinstance(value, bool):
        w += TRUE if value else FALSE
    elif isinstance(value, list):
        write_vector(w, value, e, item)
    else:
        _write(w, value, e)
    return bytes(w) if len(w) < COPIED_BYTES_MAX else w


_PLAIN: Final = {
    "int": "w += i32({0})",
    "long": "w += i64({0})",
    "double": "w += f64({0})",
    "string": "wb(w, {0}.encode())",
    "bytes": "wb(w, {0})",
    "Bool": "w += T if {0} else F",
    "int128": "w += {0}",
    "int256": "w += {0}",
}


def _statement(type_: str, value: str) -> str:
    if type_ in _PLAIN:
        return _PLAIN[type_].format(value)
    if type_.startswith("Vector<") and is_object(type_[7:-1]):
        return f"wo(w, {value}, e)"
    if type_.startswith("Vector<"):
        return f"wv(w, {value}, e, {type_[7:-1]!r})"
    return f"k = {value}.__class__; (t.get(k) or e.writer(k))({value}, w, e)"


def _make_writer(shape: Combinator) -> Writer:
    """Compile the straight-line writer of one shape."""
    newest = {f.name: f for f in schema().newest(shape.name).fields}
    scope: dict[str, Any] = {
        "i32": _i32,
        "i64": _i64,
        "f64": _f64,
        "u32": _u32,
        "wb": write_bytes,
        "wo": write_objects,
        "wv": write_vector,
        "T": TRUE,
        "F": FALSE,
        "head": shape.id.to_bytes(4, "little"),
    }
    takes, writes = ["t = e.table"], ["w += head"]
    bits = Counter((f.flag, f.bit) for f in shape.fields if f.flag)
    for index, field in enumerate(shape.fields):
        if field.type == "#":
            takes.append(f"{field.name} = 0")
            writes.append(f"w += u32({field.name})")
            continue
        variable = f"v{index}"
        takes.append(f"{variable} = {_source(shape, field, newest.get(field.name), scope, index)}")
        if field.type == "true":
            takes.append(f"if {variable}: {field.flag} |= {1 << field.bit}")
        elif field.flag:
            takes.append(f"if {variable} is not None: {field.flag} |= {1 << field.bit}")
            if bits[field.flag, field.bit] > 1:  # one bit for several fields: all of them or none
                writes.append(f"if {field.flag} & {1 << field.bit}:")
                writes.append(f"    if {variable} is None: {variable} = {blank(field.type)!r}")
            else:
                writes.append(f"if {variable} is not None:")
            writes.append(f"    {_statement(field.type, variable)}")
        else:
            writes.append(_statement(field.type, variable))
    body = "\n    ".join([*takes, *writes])
    exec(f"def write(o, w, e):\n    {body}", scope)  # noqa: S102  made from our own schema only
    writer: Writer = scope["write"]
    return writer


def _source(
    shape: Combinator, field: Field, now: Field | None, scope: dict[str, Any], index: int
) -> str:
    """Return the expression that gives an old shape's field from the newest object `o`."""
    special = down.FIELDS.get((shape.name, field.name))
    name = attribute(field)
    if special is not None and (now is None or now.type != field.type):
        scope[f"f{index}"] = special
        return f"f{index}(o)"
    if now is None:
        if field.type == "true":
            return "False"
        return "None" if field.flag else repr(blank(field.type))
    if now.type == field.type:
        if now.flag and not field.flag and field.type != "true":
            return f"o.{name} if o.{name} is not None else {blank(field.type)!r}"
        return f"o.{name}"
    convert = down.TYPES.get((now.type, field.type))
    if convert is None:
        return "None" if field.flag else repr(blank(field.type))
    scope[f"f{index}"] = convert
    return f"(None if o.{name} is None else f{index}(o.{name}))"


def model(name: str) -> type[TlObject]:
    """Return the class of a combinator by its protocol name, such as `messages.sendMessage`."""
    return model_of(name)
