"""The tool that compares the schema with installed clients finds what they carry and what is missing."""

import json
import struct
from pathlib import Path

import pytest
from tools import lead
from tools.carried import Carried, UnreadableError, carried, read_shared

from chappe import tl
from chappe.tl.schema import schema

CHANNEL, CHANNEL_230, UNKNOWN = 0x7AD15240, 0xD49F34C6, 0x12345678
GET_ID = "_ZNK2td12telegram_api{}{}6get_idEv"
LAYER = "_ZN2tdL13MTPROTO_LAYERE"
BASE = 0x1000  # where the code is when it is loaded


def elf(layer: int, ids: dict[str, int], *, stripped: bool = False, ends: bytes = b"\xc3") -> bytes:
    """Return a shared object as TDLib's is: a class for each constructor, whose code gives its id."""
    names, code, table = b"\0", b"", bytes(24)
    things = [(LAYER, struct.pack("<i", layer))]
    things += [
        (GET_ID.format(len(n), n), b"\xb8" + struct.pack("<I", i) + ends) for n, i in ids.items()
    ]
    for name, bytes_ in things:
        table += struct.pack("<IBBHQQ", len(names), 0, 0, 1, BASE + len(code), len(bytes_))
        names += name.encode() + b"\0"
        code += bytes_
    parts = [b"", code, table, names]
    at, sections, body = 64, b"", b""
    for number, part in enumerate(parts):
        kind = 2 if number == 2 and not stripped else min(number, 1)
        address, link = (BASE if number == 1 else 0), (3 if number == 2 else 0)
        sections += struct.pack(
            "<IIQQQQIIQQ", 0, kind, 0, address, at + len(body), len(part), link, 0, 1, 0
        )
        body += part
    head = b"\x7fELF\x02\x01" + bytes(34) + struct.pack("<Q", at + len(body)) + bytes(10)
    return head + struct.pack("<HHH", 64, len(parts), 0) + body + sections


def test_tdlib_is_read_by_its_symbols() -> None:
    """Its layer, and the id of each class; the first underscore is the namespace's point."""
    found = read_shared(elf(232, {"channel": CHANNEL, "wallet_getState": 0xAB83B33A}), "td")
    assert found == Carried("td", 232, {CHANNEL: "channel", 0xAB83B33A: "wallet.getState"})


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"MZ" + bytes(100), "no ELF"),
        (elf(232, {"channel": CHANNEL}, stripped=True), "stripped"),
        (elf(232, {"channel": CHANNEL}, ends=b"\x90"), "another kind of machine"),
        (elf(0, {"channel": CHANNEL}), "no layer"),
        (elf(232, {}), "no layer or no constructors"),
    ],
)
def test_a_tdlib_that_cannot_be_read_is_said_so(content: bytes, why: str) -> None:
    """Nothing is taken to be in order because nothing was found."""
    with pytest.raises(UnreadableError, match=why):
        read_shared(content, "td")


def test_every_kind_of_client_is_found(tmp_path: Path) -> None:
    """A table in Python, a schema in TL, one in JSON, a shared object; with names and versions."""
    python = tmp_path / "one/site-packages"
    (python / "telethon/tl").mkdir(parents=True)
    (python / "telethon/tl/alltlobjects.py").write_text(
        "LAYER = 229\n\ntlobjects = {\n    0xf3ed4c73: functions.account.AcceptAuthorizationRequest,\n}\n"
    )
    (python / "Telethon-1.45.0.dist-info").mkdir()
    (python / "Telethon-1.45.0.dist-info/RECORD").write_text(
        "telethon/tl/alltlobjects.py,sha256=x,1\n"
    )
    gram, mtcute = tmp_path / "node/telegram/tl", tmp_path / "node/@mtcute/core/tl"
    for directory, name in ((gram, "telegram"), (mtcute, "@mtcute/core")):
        directory.mkdir(parents=True)
        described = json.dumps({"name": name, "version": "1.0"})
        (directory.parent / "package.json").write_text(described)
    (gram / "apiTl.js").write_text(
        "module.exports = `boolFalse#bc799737 = Bool;\n"
        "inputPeerUser#dde8a54c user_id:long access_hash:long = InputPeer;\n`"
    )
    (gram / "AllTLObjects.js").write_text("exports.LAYER = void 0;\nexports.LAYER = 198;\n")
    (mtcute / "api-schema.json").write_text(
        json.dumps(
            {
                "l": 227,
                "e": [
                    {
                        "kind": "class",
                        "name": "inputPeerSelf",
                        "type": "InputPeer",
                        "id": 0x7DA07EC9,
                        "arguments": [],
                    }
                ],
            }
        )
    )
    (tmp_path / "libtdjson-1.so.1.8.69").write_bytes(elf(232, {"channel": CHANNEL}))
    assert list(carried(tmp_path)) == [
        Carried(
            "telethon-1.45.0", 229, {0xF3ED4C73: "functions.account.AcceptAuthorizationRequest"}
        ),
        Carried("telegram-1.0", 198, {0xDDE8A54C: "inputPeerUser"}),
        Carried("@mtcute/core-1.0", 227, {0x7DA07EC9: "inputPeerSelf"}),
        Carried("tdjson-1.8.69", 232, {CHANNEL: "channel"}),
    ]


def test_what_is_missing_is_named() -> None:
    """An id in no layer, and a constructor that would be said in a form the client does not know."""
    known = Carried("x", 232, {CHANNEL: "channel", 0x62D6B459: "types.MsgsAck"})
    assert lead.missing(known, schema()) == []
    strange = known._replace(shapes={**known.shapes, UNKNOWN: "wallet.new"})
    assert lead.missing(strange, schema()) == ["wallet.new#12345678 is not in the schema"]
    other = Carried("x", 232, {CHANNEL_230: "channel"})
    assert lead.missing(other, schema()) == ["channel#d49f34c6 would be said as #7ad15240"]
    assert lead.missing(other._replace(layer=230), schema()) == []


def test_who_is_not_led_is_said_by_the_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also when there is nobody to look at, or somebody who cannot be read."""
    library = tmp_path / "libtdjson.so.1.9"
    library.write_bytes(elf(tl.LAYER, {"channel": CHANNEL}))
    assert lead.main([str(tmp_path)]) == 0
    assert "nothing missing" in capsys.readouterr().out
    library.write_bytes(elf(tl.LAYER + 1, {"channel": CHANNEL}))
    assert lead.main([str(tmp_path)]) == 1
    assert f"NEWER than the server's {tl.LAYER}" in capsys.readouterr().out
    library.write_bytes(elf(tl.LAYER, {"channel": CHANNEL, "newThing": UNKNOWN}))
    assert lead.main([str(tmp_path)]) == 1
    assert "newThing#12345678 is not in the schema" in capsys.readouterr().out
    for content in (b"", b"nothing", elf(tl.LAYER, {"channel": CHANNEL})[:300]):
        library.write_bytes(content)
        assert lead.main([str(tmp_path)]) == 1
        assert "has to learn it" in capsys.readouterr().out
    library.unlink()
    assert lead.main([str(tmp_path)]) == 1
    assert "no client" in capsys.readouterr().out
