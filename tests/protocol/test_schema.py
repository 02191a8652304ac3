"""The schema: every line is what its id says, and everything made of it comes back."""

import random
import sys
import zlib
from itertools import pairwise
from typing import Any

import pytest

from chappe import tl
from chappe.tl import api, encoding
from chappe.tl.layers.down import REPLACED
from chappe.tl.model import attribute, model_of
from chappe.tl.schema import LAYERS, Combinator, checksum, schema

GENERIC = ("invoke", "initConnection")
DEPTH_MAX = 3  # levels of objects in a generated one
BUILT_IN = {"boolFalse", "boolTrue", "true", "vector", "null", "error"}
OLD_LAYERS = sorted(LAYERS - {tl.LAYER})


def lines() -> list[Combinator]:
    """Return every shape of every combinator."""
    return schema().combinators()


def test_every_id_is_the_checksum_of_its_line() -> None:
    """3,250 lines; the generic wrappers are the protocol's only exception."""
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
    known = {c.id for c in lines() if schema().at(c.name, layer) is c}
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


# -- the newest layers, as the packages of three TDLibs have them -----------------------------------------

CHANGED = {  # the id a shape has in layers 229, 230 and 232
    "channel": (0xD49F34C6, 0xD49F34C6, 0x7AD15240),
    "channelFull": (0xA04E8D3A, 0xA04E8D3A, 0xC4C4DD40),
    "userFull": (0x06CBE645, 0x06CBE645, 0xB90C2AFD),
    "messageReplyHeader": (0x1B97DD66, 0x1B97DD66, 0xDDB5AB75),
    "inputReplyToMessage": (0x3BD4B7C2, 0x3BD4B7C2, 0x75C1AD70),
    "urlAuthResultRequest": (0x3CD623EC, 0x3CD623EC, 0xBDCA6167),
    "botVerification": (0xF93CD45C, 0xF72E0ED9, 0xF72E0ED9),
    "botVerifierSettings": (0xB0CD6617, 0xA12AEFFF, 0xA12AEFFF),
    "messages.acceptUrlAuth": (0x67A3F0DE, 0x67A3F0DE, 0x18DD4E92),
    "payments.getStarGiftWithdrawalUrl": (0xD06E93A8, 0xD06E93A8, 0xC8CA817B),
    "bots.setCustomVerification": (0x8B89DFBD, 0xF4946757, 0xF4946757),
    "bots.checkUsername": (0x87F2219B, 0xE3AC4C61, 0xE3AC4C61),
}
STAYED = ("message", "user", "chat", "dialog", "messages.sendMessage", "config")


def id_at(name: str, layer: int) -> int:
    """Return the id of the shape a layer has."""
    shape = schema().at(name, layer)
    return 0 if shape is None else shape.id


@pytest.mark.parametrize("name", CHANGED)
def test_what_changed_has_the_id_of_its_layer(name: str) -> None:
    """Each of three layers in a row has its own; what did not change goes on."""
    assert tuple(id_at(name, layer) for layer in (229, 230, 232)) == CHANGED[name]
    for stayed in STAYED:
        assert id_at(stayed, 229) == id_at(stayed, 232) != 0


def a_channel() -> Any:
    """Return a channel with what only the newest layer can say."""
    return api.Channel(id=7, title="Hall", photo=api.ChatPhotoEmpty(), date=1, pinned_msg_id=9)


@pytest.mark.parametrize(
    ("layer", "like"),
    [(231, 232), (233, 232), (300, 232), (2**31 - 1, 232), (226, 225), (153, 152), (1, 148)],
)
def test_an_unknown_layer_is_told_what_its_like_is_told(layer: int, like: int) -> None:
    """A newer one hears the newest, 231 what 232 hears, another in between what the one before it hears."""
    assert schema().served_as(layer) == like
    assert tl.encode(a_channel(), layer) == tl.encode(a_channel(), like)
    assert all(id_at(name, layer) == id_at(name, like) for name in CHANGED)


def test_layers_nobody_speaks_make_no_encoders() -> None:
    """Whoever names one number after another costs no memory."""
    tl.encode(a_channel(), 232)
    before = len(encoding._encoders)
    for layer in range(233, 5_000):
        tl.encode(a_channel(), layer)
    assert len(encoding._encoders) == before


def test_an_older_layer_hears_what_it_heard_before() -> None:
    """What the newest layer added is left out for those before it, whose ids are theirs."""
    heard = tl.decode(tl.encode(a_channel(), 230))
    assert (heard.title, heard.pinned_msg_id) == ("Hall", None)
    assert tl.decode(tl.encode(a_channel(), 232)).pinned_msg_id == 9
    marked = api.BotVerification(
        bot_id=1, icon=2, description=api.TextWithEntities(text="a bank", entities=[])
    )
    old = tl.encode(marked, 229)
    assert int.from_bytes(old[:4], "little") == 0xF93CD45C
    assert b"\x06a bank" in old
    assert tl.decode(old) == tl.decode(tl.encode(marked, 232)) == marked


def test_what_older_layers_ask_means_the_same_in_the_newest() -> None:
    """Answers, and texts that were plain once."""
    for layer in (229, 230, 232):
        answer = api.InputReplyToMessage(reply_to_msg_id=5, quote_text="so", quote_offset=2)
        assert tl.decode(tl.encode(answer, layer)) == answer
        asked = api.BotsSetCustomVerification(
            peer=api.InputPeerSelf(),
            custom_description=api.TextWithEntities(text="a bank", entities=[]),
        )
        assert tl.decode(tl.encode(asked, layer)) == asked


@pytest.mark.parametrize("kind", [api.User, api.Message, api.Updates, api.MessagesSendMessage])
def test_names_of_fields_are_interned(kind: type[tl.TlObject]) -> None:
    """As the keywords are that it is made by: one only equal is compared with every field before it."""
    assert all(sys.intern(name) is name for name in kind.__struct_fields__)
