"""The schema: every line is what its id says, and everything made of it comes back."""

import random
import zlib
from itertools import pairwise
from typing import Any

import pytest

from chappe import tl
from chappe.tl.layers.down import REPLACED
from chappe.tl.model import attribute, model_of
from chappe.tl.schema import Combinator, checksum, schema

GENERIC = ("invoke", "initConnection")
DEPTH_MAX = 3  # levels of objects in a generated one
BUILT_IN = {"boolFalse", "boolTrue", "true", "vector", "null", "error"}
OLD_LAYERS = [152, 158, 181, 198, 214, 216, 220, 223, 227]


def lines() -> list[Combinator]:
    """Return every shape of every combinator."""
    return schema().combinators()


def test_every_id_is_the_checksum_of_its_line() -> None:
    """3,128 lines; the generic wrappers are the protocol's only exception."""
    assert len(lines()) > 3_000
    wrong = [
        f"{c.name}#{c.id:08x}"
        for c in lines()
        if not c.name.startswith(GENERIC) and checksum(c) != c.id
    ]
    assert wrong == []
    assert zlib.crc32(b"boolTrue = Bool") == 0x997275B5


def test_shapes_of_one_name_do_not_overlap() -> None:
    """One follows the other, or stands for some layers in the middle of another's."""
    for name in {c.name for c in lines()}:
        shapes = sorted(schema().shapes(name), key=lambda c: c.first)
        for older, newer in pairwise(shapes):
            assert older.last < newer.first or newer.last < older.last, name


class Maker:
    """Makes values of any type, not too deep."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.constructors: dict[str, list[str]] = {}
        for c in lines():
            if not c.is_method and c.last == tl.LAYER and c.name not in BUILT_IN:
                self.constructors.setdefault(c.result, []).append(c.name)

    def value(self, type_: str, depth: int) -> Any:
        """Return a value of a type."""
        chance = self.chance
        if type_ in ("int", "#"):
            return chance.choice((0, 1, -1, 2**31 - 1, -(2**31), chance.getrandbits(30)))
        if type_ == "long":
            return chance.choice((0, -1, 2**63 - 1, -(2**63), chance.getrandbits(62)))
        if type_ == "double":
            return float(chance.randint(-1000, 1000))
        if type_ == "string":
            return "".join(chance.choice("aé😀\n") for _ in range(chance.choice((0, 3, 5, 300))))
        if type_ == "bytes":
            return chance.randbytes(chance.choice((0, 1, 7, 253, 254, 300)))
        if type_ in ("int128", "int256"):
            return chance.randbytes(16 if type_ == "int128" else 32)
        if type_ in ("Bool", "true"):
            return chance.random() < 0.5
        if type_.startswith("Vector<"):
            size = 0 if depth >= DEPTH_MAX else chance.choice((0, 1, 3))
            return [self.value(type_[7:-1], depth) for _ in range(size)]
        if type_ == "!X":
            return self.make("help.getConfig", depth + 1)
        names = self.constructors[type_]
        if depth >= DEPTH_MAX:
            names = sorted(names, key=lambda n: len(schema().newest(n).fields))[:1]
        return self.make(chance.choice(names), depth + 1)

    def make(self, name: str, depth: int = 0) -> Any:
        """Return an object of a constructor or method."""
        fields = {}
        present: dict[tuple[str, int], bool] = {}  # fields that share a bit come together
        for field in schema().newest(name).fields:
            if field.type == "#":
                continue
            if field.flag:
                there = present.setdefault(
                    (field.flag, field.bit), depth < DEPTH_MAX and self.chance.random() < 0.5
                )
                if field.type == "true":
                    fields[attribute(field)] = there
                if not there or field.type == "true":
                    continue
            fields[attribute(field)] = self.value(field.type, depth)
        return model_of(name)(**fields)


NEWEST = sorted(
    {
        c.name
        for c in lines()
        if c.last == tl.LAYER and c.name not in BUILT_IN and not c.name.startswith("invoke")
    }
)


def deep_enough(error: RecursionError | tl.TlError) -> bool:
    """Whether a generated object was refused for its depth only."""
    return "deep" in str(error)


@pytest.mark.parametrize("part", range(8))
def test_everything_comes_back(part: int) -> None:
    """An object of every class of the newest layer, encoded and decoded, is the same object."""
    maker = Maker(part)
    for name in NEWEST[part::8]:
        made = maker.make(name)
        assert tl.decode(tl.encode(made, tl.LAYER)) == made, name


@pytest.mark.parametrize("layer", OLD_LAYERS)
def test_old_layers_hear_what_they_know(layer: int) -> None:
    """What is encoded for an old layer has only ids that layer has."""
    maker = Maker(layer)
    known = {c.id for c in lines() if c.first <= layer <= c.last}
    for name in NEWEST[layer % 5 :: 5]:
        shape = schema().at(name, layer)
        if shape is None or shape.is_method:
            continue
        try:
            raw = tl.encode(maker.make(name), layer)
        except tl.EncodeError:
            continue  # something inside has no counterpart there
        number = int.from_bytes(raw[:4], "little")
        assert number in known, name
        tl.decode(raw)


def test_replacements_exist_everywhere() -> None:
    """What is said instead of an unknown constructor is known to every layer served."""
    for replacement in REPLACED.values():
        for layer in OLD_LAYERS:
            assert schema().at(replacement, layer) is not None, (replacement, layer)
