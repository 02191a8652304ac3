"""Requests of every method: of the right types, and with values nobody means well by."""

import random
import struct
import zlib
from collections import defaultdict
from functools import cache
from typing import Any

from chappe import tl
from chappe.tl import api
from chappe.tl.model import attribute, model_of
from chappe.tl.schema import LAYERS, Combinator, Field

INTS = (0, 1, -1, 2, 3, 100, 255, 256, 4095, 4096, 65_536, 2**31 - 1, -(2**31), 2**31 - 2, 1 << 30)
LONGS = (
    0,
    1,
    -1,
    777_000,
    2**31,
    2**40 - 1,
    2**40,
    2**41,
    -(2**41),
    2**53,
    2**63 - 1,
    -(2**63),
    2**62,
)
DATES = (
    0,
    1,
    -1,
    2**31 - 1,
    -(2**31),
    1_800_000_000,
    1_800_000_060,
    1_800_000_000 + 366 * 86_400,
    0x7FFFFFFE,
    1_799_999_999,
)
DOUBLES = (0.0, -0.0, 1.5, -1.0, 1e308, float("inf"), float("-inf"), float("nan"), 180.0, -90.1)
SURROGATE = "\u0800"  # written over by a lone surrogate once it is encoded
TEXTS = (
    "",
    " ",
    "a",
    "hello",
    "\0",
    "a\0b",
    "\n" * 50,
    "\u202e\u200f\ufeff",
    "e\u0301" * 40,
    SURROGATE,
    "\U0001f600" * 5,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\uffff",
    "%s%n{}",
    "'; DROP TABLE boxes; --",
    "../../../etc/passwd",
    "<script>alert(1)</script>",
    "@mallory",
    "/start",
    "#tag #tag",
    "ada",
    "https://127.0.0.1/",
    "+4915550000001",
    "+",
    "0" * 40,
    "mallory_x",
    "Иван",
    "x" * 4097,
    "x" * 70_000,
    "\U0010ffff" * 300,
    "👍",
    "❤",
    "9" * 400,
    "en",
    "tdesktop",
    "image/png",
    "1e999",
)
BYTES = (
    b"",
    b"\0",
    b"\xff" * 3,
    b"a" * 32,
    b"\0" * 256,
    b"\xff" * 256,
    b"z" * 100_000,
    b"option",
    b"\x1f\x8b\x08\0",
    b"0",
    b"\x01" * 64,
)
DEPTH_MAX = 5  # objects inside objects


@cache
def constructors() -> dict[str, list[Combinator]]:
    """Return the newest constructors of every type."""
    found: dict[str, list[Combinator]] = defaultdict(list)
    for shape in tl.schema().combinators():
        if not shape.is_method and shape.first <= tl.LAYER <= shape.last:
            found[shape.result].append(shape)
    return found


class Known:
    """What a caller may truly name: it lets a request get past the first gate."""

    def __init__(self) -> None:
        self.peers: list[Any] = [api.InputPeerSelf()]
        self.users: list[Any] = [api.InputUserSelf()]
        self.channels: list[Any] = []
        self.longs: list[int] = []  # ids and hashes seen
        self.groups: list[int] = []
        self.texts: list[str] = []  # links, usernames, numbers seen
        self.files: list[Any] = []


class Author:
    """Writes requests; `chance` decides everything."""

    def __init__(self, chance: random.Random, known: Known) -> None:
        self.chance = chance
        self.known = known
        self.malice = 0.3  # share of values that mean harm

    def request(self, kind: type[tl.TlRequest]) -> tl.TlRequest:
        """Return a request of one method."""
        self.malice = self.chance.choice((0.0, 0.02, 0.1, 0.3, 1.0))
        made: Any = self._object(tl.schema().newest(kind.tl_name), 0)
        if isinstance(made, api.MessagesForwardMessages) and self.chance.random() < 0.9:
            made.random_id = [self.chance.getrandbits(62) for _ in made.id]
        return made  # type: ignore[no-any-return]  # the class of the request

    def encoded(self, kind: type[tl.TlRequest]) -> bytes:
        """Return the bytes of a request, in some layer's words, perhaps wrapped or packed."""
        request = self.request(kind)
        try:
            body = tl.encode(request, self.chance.choice((tl.LAYER, *sorted(LAYERS))))
        except (tl.EncodeError, ValueError, OverflowError):  # not in that layer's words
            body = tl.encode(request, tl.schema().newest(kind.tl_name).last)
        body = body.replace(SURROGATE.encode(), b"\xed\xa0\x80")
        return self._spoiled(body)

    def _spoiled(self, body: bytes) -> bytes:
        what = self.chance.random()
        if what < 0.02 and len(body) >= 8:  # flags nobody knows
            flags = int.from_bytes(body[4:8], "little") | 1 << self.chance.randrange(32)
            return body[:4] + flags.to_bytes(4, "little") + body[8:]
        if what < 0.04:  # packed, perhaps more than once
            for _ in range(self.chance.choice((1, 2, 5, 30))):
                body = packed(body)
        elif what < 0.05:
            body += b"\0" * 4
        elif what < 0.06:
            body = body[:-4]
        return body

    # -- values --------------------------------------------------------------------------------

    def _object(self, shape: Combinator, depth: int) -> Any:
        all_of_it = self.chance.choice((0.0, 0.5, 0.5, 1.0))
        given: dict[str, Any] = {}
        for field in shape.fields:
            if field.type == "#" or (field.flag and self.chance.random() > all_of_it):
                continue
            if field.type == "true":
                given[attribute(field)] = True
            else:
                given[attribute(field)] = self._value(field, field.type, depth)
        bits: dict[tuple[str, int], list[Field]] = defaultdict(list)
        for field in shape.fields:
            if field.flag:
                bits[field.flag, field.bit].append(field)
        for fields in bits.values():  # one bit for several fields: all of them or none
            if len({attribute(f) in given for f in fields}) > 1:
                for field in fields:
                    plain = field.type == "true"
                    value = True if plain else self._value(field, field.type, depth)
                    given.setdefault(attribute(field), value)
        return model_of(shape.name)(**given)

    def _value(self, field: Field, type_: str, depth: int) -> Any:
        chance, harm = self.chance, self.chance.random() < self.malice
        if type_ == "int":
            return self._int(field.name, harm=harm)
        if type_ == "long":
            return self._long(field.name, harm=harm)
        if type_ == "double":
            return chance.choice(DOUBLES) if harm else chance.uniform(-90, 90)
        if type_ == "string":
            if not harm and field.name == "emoticon":
                return chance.choice(("👍", "❤", "🔥"))
            texts = TEXTS if harm else (*self.known.texts, "hello", "Mallory", "someone")
            return chance.choice(texts)
        if type_ == "bytes":
            return chance.choice(BYTES) if harm else chance.choice((b"option", b"0", b"x" * 32))
        if type_ == "Bool":
            return chance.random() < 0.5
        if type_ in ("int128", "int256"):
            return chance.randbytes(int(type_[3:]) // 8)
        if type_.startswith("Vector<"):
            return self._vector(field, type_[7:-1], depth, harm=harm)
        return self._boxed(type_, depth, harm=harm)

    def _vector(self, field: Field, item: str, depth: int, *, harm: bool) -> list[Any]:
        plain = item in ("int", "long", "string", "bytes")
        sizes = (0, 2, 101, 1_000 if plain else 30, 20_000 if item in ("int", "long") else 3)
        size = self.chance.choice(sizes) if harm else self.chance.choice((1, 1, 2, 3))
        if size > 30 and item in ("string", "bytes"):
            return [self._value(field, item, depth)[:100]] * size
        if size > 30:
            return [self._value(field, item, depth + 1)] * size
        return [self._value(field, item, depth + 1) for _ in range(size)]

    def _int(self, name: str, *, harm: bool) -> int:
        if "date" in name or name in ("until", "expires_at", "mute_until"):
            return self.chance.choice(DATES)
        if harm:
            return self.chance.choice(INTS)
        return self.chance.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 20, 50, 100))

    def _long(self, name: str, *, harm: bool) -> int:
        if harm:
            return self.chance.choice(LONGS)
        if name == "chat_id" and self.known.groups:
            return self.chance.choice(self.known.groups)
        if name.startswith("random_id"):
            return self.chance.choice((5, 6, self.chance.getrandbits(62)))
        return self.chance.choice((0, *self.known.longs))

    def _boxed(self, type_: str, depth: int, *, harm: bool) -> Any:
        known = {
            "InputPeer": self.known.peers,
            "InputUser": self.known.users,
            "InputChannel": self.known.channels,
            "InputFile": self.known.files,
        }.get(type_)
        if known and not harm:
            return self.chance.choice(known)
        if type_ == "InputMedia" and not harm:
            return self._medium(depth)
        if type_ in ("X", "!X"):
            return api.HelpGetConfig()
        shapes = constructors()[type_]
        if depth >= DEPTH_MAX:
            shapes = [min(shapes, key=lambda s: sum(f.type[0].isupper() for f in s.fields))]
            if depth >= 2 * DEPTH_MAX:
                shapes = [min(constructors()[type_], key=lambda s: len(s.fields))]
        return self._object(self.chance.choice(shapes), depth + 1)

    def _medium(self, depth: int) -> Any:
        """Return something that can be sent, as far as it is well meant."""
        kind = self.chance.choice(
            (
                "Document",
                "Document",
                "InputMediaGeoPoint",
                "InputMediaContact",
                "InputMediaDice",
                "InputMediaVenue",
                "InputMediaPoll",
                "InputMediaGeoLive",
            )
        )
        if kind != "Document" or not self.known.files:
            kind = "InputMediaDice" if kind == "Document" else kind
            name = tl.schema().name_of(kind) or ""
            return self._object(tl.schema().newest(name), depth + 1)
        attributes = Field("attributes", "Vector<DocumentAttribute>")
        return api.InputMediaUploadedDocument(
            file=self.chance.choice(self.known.files),
            mime_type=self.chance.choice(
                ("text/plain", "video/mp4", "audio/ogg", "image/gif", "x" * 300)
            ),
            attributes=self._vector(attributes, "DocumentAttribute", depth, harm=False),
            spoiler=self.chance.random() < 0.5,
        )


def packed(body: bytes) -> bytes:
    """Return a call as gzip_packed has it."""
    small = zlib.compress(body)
    head = bytes((254,)) + len(small).to_bytes(3, "little")
    return struct.pack("<I", 0x3072CFA1) + head + small + bytes(-len(small) % 4)
