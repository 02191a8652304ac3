"""The schema: every combinator of all supported layers, read from `api.tsv` and parsed when used."""

import re
import zlib
from bisect import bisect_right
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

LAYER: Final = 232  # the layer of the model: the newest one
LAYER_MIN: Final = 148  # the oldest layer whose shapes are known
LAYERS: Final = frozenset(
    (152, 158, 181, 198, 201, 214, 216, 220, *range(223, 231), 232)
)  # tested with real apps, but for 226, which no package speaks: it is read as 225

# A layer that no package carried is read as the one before it; these are read as a later one.
# Between 230 and 232 nothing says what changed when: whoever built 231 was on the way to 232.
READ_AS: Final = {231: 232}

_FLAG = re.compile(r"(flags\d*)\.(\d+)\?(.+)")


class Field(NamedTuple):
    """One field. `flag` is the name of the flags field it depends on, or ''."""

    name: str
    type: str
    flag: str = ""
    bit: int = 0


class Combinator(NamedTuple):
    """One constructor or method, in the shape it has from layer `first` to layer `last`."""

    id: int
    is_method: bool
    name: str
    first: int
    last: int
    result: str
    fields: tuple[Field, ...]


def class_name(name: str) -> str:
    """Return the name of the class of a combinator: its parts capitalised and joined."""
    return "".join(part[0].upper() + part[1:] for part in name.split("."))


def _parse(line: str) -> Combinator:
    number, kind, name, first, last, result, *rest = line.split("\t")
    fields = []
    for item in rest[0].split() if rest else ():
        field, _, type_ = item.partition(":")
        if found := _FLAG.fullmatch(type_):
            fields.append(Field(field, found[3], found[1], int(found[2])))
        else:
            fields.append(Field(field, type_))
    return Combinator(
        int(number, 16), kind == "F", name, int(first), int(last), result, tuple(fields)
    )


class Schema:
    """All combinators, found by id, by name, or by class name."""

    def __init__(self, text: str) -> None:
        self._lines: dict[int, str] = {}
        self._ids: dict[str, list[int]] = {}  # name → ids of its shapes, oldest first
        self._names: dict[str, str] = {}
        for line in text.splitlines():
            if line.startswith("#"):
                continue
            number = int(line[:8], 16)
            self._lines[number] = line
            name = line.split("\t", 3)[2]
            if name in self._ids:
                self._ids[name].append(number)
            else:
                self._ids[name] = [number]
                self._names[class_name(name)] = name
        self._parsed: dict[int, Combinator] = {}
        self._seen: list[int] = []  # the layers that some shape begins or ends with

    def by_id(self, number: int) -> Combinator | None:
        """Return the combinator with this id (unsigned), whatever its layers."""
        found = self._parsed.get(number)
        if found is None and (line := self._lines.get(number)) is not None:
            found = self._parsed[number] = _parse(line)
        return found

    def shapes(self, name: str) -> list[Combinator]:
        """Return every shape a combinator has had, oldest first; empty for an unknown name."""
        return [c for number in self._ids.get(name, ()) if (c := self.by_id(number)) is not None]

    def newest(self, name: str) -> Combinator:
        """Return the newest shape of a combinator."""
        return max(self.shapes(name), key=lambda c: c.last)

    def at(self, name: str, layer: int) -> Combinator | None:
        """Return the shape a combinator has in this layer, or None where it has none.

        A few had another shape for some layers and then their old one again: the later one counts.
        A layer that no app was ever seen with is read as `served_as` says.
        """
        layer = self.served_as(layer)
        there = [c for c in self.shapes(name) if c.first <= layer <= c.last]
        return max(there, key=lambda c: c.first, default=None)

    def served_as(self, layer: int) -> int:
        """Return the layer whose shapes a client of this layer gets: its own, if they are known.

        Otherwise it is the last one before it whose shapes are known (so a layer newer than all gets the
        newest), the first for one older than all, or what `READ_AS` says.
        """
        layer = READ_AS.get(layer, layer)
        seen = self._seen
        if not seen:
            seen = self._seen = sorted(
                {int(n) for line in self._lines.values() for n in line.split("\t")[3:5]}
            )
        return seen[max(0, bisect_right(seen, layer) - 1)]

    def name_of(self, class_name: str) -> str | None:
        """Return the combinator's name behind the name of a class."""
        return self._names.get(class_name)

    def combinators(self) -> list[Combinator]:
        """Return every shape of every combinator, for tests, stubs and documents."""
        return [c for number in self._lines if (c := self.by_id(number)) is not None]


@cache
def schema() -> Schema:
    """Return the schema, read once."""
    return Schema(files(__package__).joinpath("api.tsv").read_text("utf-8"))


def normalised(combinator: Combinator) -> str:
    """Return the line whose CRC-32 is the combinator's id (core.telegram.org/mtproto/TL-formal)."""
    parts = [combinator.name]
    for field in combinator.fields:
        if field.type == "true":
            continue
        prefix = f"{field.flag}.{field.bit}?" if field.flag else ""
        plain = "string" if field.type == "bytes" else field.type
        parts.append(f"{field.name}:{prefix}{plain}")
        if field.type == "!X":
            parts.insert(1, "X:Type")
    line = " ".join([*parts, "=", combinator.result])
    line = line.replace("<", " ").replace(">", "")
    return re.sub(r" +", " ", line).strip()


def checksum(combinator: Combinator) -> int:
    """Return the id a combinator must have by its line."""
    return zlib.crc32(normalised(combinator).encode())
