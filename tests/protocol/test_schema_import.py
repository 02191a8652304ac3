"""The tool that brings the schema up to date reads what packages carry and writes what is kept."""

import io
import json
import tarfile
from pathlib import Path

from tools import schema_import

from chappe.tl.schema import Schema, checksum, schema

TL = """
---types---
boolFalse#bc799737 = Bool;
inputPeerUser#dde8a54c user_id:long access_hash:long = InputPeer;
---functions---
messages.getCommonChats#e40ca104 user_id:InputUser max_id:long limit:int = messages.Chats;
// LAYER 229
"""


def test_every_line_is_written_as_it_is_kept() -> None:
    """Writing what was read gives the data file again, byte for byte."""
    kept = schema_import.TARGET.read_text("utf-8")
    lines = {line[:8]: line for line in kept.splitlines() if not line.startswith("#")}
    for combinator in schema().combinators():
        assert schema_import.line_of(combinator) == lines[f"{combinator.id:08x}"].rstrip("\t") or (
            schema_import.line_of(combinator) == lines[f"{combinator.id:08x}"]
        )


def test_a_schema_in_tl_is_read() -> None:
    """Sections say what is a method; what the codec has built in is passed over."""
    layer, found = schema_import.read_tl(TL)
    assert layer == 229
    assert {c.name: c.is_method for c in found.values()} == {
        "inputPeerUser": False,
        "messages.getCommonChats": True,
    }
    assert all(checksum(c) == n for n, c in found.items())


def test_a_schema_in_json_is_the_same_schema() -> None:
    """The other form gives the same combinators."""
    text = json.dumps(
        {
            "l": 229,
            "e": [
                {
                    "kind": "class",
                    "name": "inputPeerUser",
                    "type": "InputPeer",
                    "id": 0xDDE8A54C,
                    "arguments": [
                        {"name": "user_id", "type": "long"},
                        {"name": "access_hash", "type": "long"},
                    ],
                }
            ],
        }
    )
    layer, found = schema_import.read_json(text)
    assert (layer, found[0xDDE8A54C]) == (229, schema_import.read_tl(TL)[1][0xDDE8A54C])


def test_a_line_that_is_not_its_id_is_refused() -> None:
    """A wrong field is found out by the CRC-32 and kept out."""
    _, found = schema_import.read_tl(TL.replace("user_id:long", "user:long"))
    known = {c.id: c for c in Schema("").combinators()}
    wrong = schema_import.merge(known, schema_import.Source("x", 229, found))
    assert len(wrong) == 1
    assert 0xDDE8A54C not in known


def test_a_package_is_searched(tmp_path: Path) -> None:
    """The schema is found within an sdist, and agrees with what is kept."""
    package = tmp_path / "client-1.0.tar.gz"
    with tarfile.open(package, "w:gz") as packed:
        member = tarfile.TarInfo("client-1.0/compiler/api/source/main_api.tl")
        member.size = len(TL.encode())
        packed.addfile(member, io.BytesIO(TL.encode()))
    (source,) = schema_import.sources([package])
    known = {c.id: c for c in schema().combinators()}
    assert not [d for d in schema_import.differences(known, source) if d.startswith("missing")]
