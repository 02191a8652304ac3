"""A second reader of TL, which knows one layer only: what that layer does not have is an error."""

import struct
from typing import Any

from chappe import tl
from chappe.tl.schema import Combinator

FIXED = {"int": ("<i", 4), "long": ("<q", 8), "double": ("<d", 8)}
TRUE, FALSE, VECTOR = 0x997275B5, 0xBC799737, 0x1CB5C415
GZIP = 0x3072CFA1


class Misfit(AssertionError):
    """Bytes a client of this layer could not read."""


class Strict:
    """Reads objects of one layer; `names` collects the constructors it met."""

    def __init__(self, layer: int) -> None:
        self.layer = layer
        self.names: set[str] = set()

    def whole(self, data: bytes, type_: str) -> Any:
        """Read exactly one value of a type: objects as dicts.

        Raises:
            Misfit: it is none, in this layer.
        """
        try:
            value, end = self.read(data, 0, type_)
        except (struct.error, UnicodeDecodeError, IndexError) as error:
            raise Misfit(f"{type_} is cut short or malformed") from error
        if end != len(data):
            raise Misfit(f"{len(data) - end} bytes behind a {type_}")
        return value

    def read(self, b: bytes, p: int, type_: str) -> tuple[Any, int]:
        """Read a value of a type at `p`; return it and the place behind it."""
        if type_ in FIXED:
            form, size = FIXED[type_]
            return struct.unpack_from(form, b, p)[0], p + size
        if type_ in ("string", "bytes"):
            return self._bytes(b, p, text=type_ == "string")
        if type_ in ("int128", "int256"):
            size = int(type_[3:]) // 8
            return b[p : p + size], p + size
        number = struct.unpack_from("<I", b, p)[0]
        if type_ == "Bool":
            if number not in (TRUE, FALSE):
                raise Misfit(f"{number:08x} is no Bool")
            return number == TRUE, p + 4
        if type_.startswith(("Vector<", "vector<")):
            return self._vector(b, p, type_[7:-1])
        return self._object(b, p, type_)

    def _bytes(self, b: bytes, p: int, *, text: bool) -> tuple[Any, int]:
        size, head = b[p], 1
        if size == 254:
            size, head = int.from_bytes(b[p + 1 : p + 4], "little"), 4
        elif size == 255:
            raise Misfit("a string of unknown form")
        raw = b[p + head : p + head + size]
        end = p + head + size + (-(head + size) % 4)
        if end > len(b):
            raise Misfit("a string past the end")
        return (raw.decode() if text else raw), end

    def _vector(self, b: bytes, p: int, item: str) -> tuple[list[Any], int]:
        number, count = struct.unpack_from("<II", b, p)
        if number != VECTOR:
            raise Misfit(f"{number:08x} is no vector of {item}")
        p += 8
        items = []
        for _ in range(count):
            value, p = self.read(b, p, item)
            items.append(value)
        return items, p

    def _object(self, b: bytes, p: int, type_: str) -> tuple[dict[str, Any], int]:
        number = struct.unpack_from("<I", b, p)[0]
        shape = tl.schema().by_id(number)
        if shape is None:
            raise Misfit(f"{number:08x} is in no layer, where a {type_} should be")
        if tl.schema().at(shape.name, self.layer) is not shape:
            raise Misfit(f"{shape.name} of layers {shape.first}-{shape.last} in layer {self.layer}")
        if type_ not in (shape.result, "Object", "X"):
            raise Misfit(f"{shape.name} where a {type_} should be")
        self.names.add(shape.name)
        return self._fields(b, p + 4, shape)

    def _fields(self, b: bytes, p: int, shape: Combinator) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {"_": shape.name}
        for field in shape.fields:
            if field.type == "#":
                found[field.name] = struct.unpack_from("<I", b, p)[0]
                p += 4
            elif field.flag and not found[field.flag] >> field.bit & 1:
                continue
            elif field.type == "true":
                found[field.name] = True
            else:
                try:
                    found[field.name], p = self.read(b, p, field.type)
                except Misfit as error:
                    raise Misfit(f"{shape.name}.{field.name}: {error}") from None
        return found, p


def result_type(request: type[tl.TlRequest], layer: int) -> str:
    """Return what a client of a layer expects a method to answer."""
    shape = tl.schema().at(request.tl_name, layer) or tl.schema().newest(request.tl_name)
    return shape.result
