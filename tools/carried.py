"""What an installed client carries: the layer it speaks and the ids of the constructors it knows.

Telethon and the Pyrograms keep a table in Python, GramJS a schema in TL, mtcute one in JSON. TDLib is a
shared object whose symbols name a class for each constructor; the id is in the code of its `get_id`
(x86-64: `mov eax, id; ret`).
"""

import json
import mmap
import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tools.schema_import import read_json, read_tl

# ELF of 64 bits: name, type, flags, address, offset, size, link, …
SECTION: Final = struct.Struct("<IIQQQQIIQQ")
SYMBOL: Final = struct.Struct("<IBBHQQ")  # name, info, other, section, value, size
SYMBOLS: Final = 2  # the type of a section that holds symbols
ELF_64: Final = b"\x7fELF\x02\x01"  # 64 bits, little end first
MOVE, RETURN = b"\xb8", b"\xc3"  # mov eax, …; ret
GET_ID: Final = re.compile(rb"_ZNK2td12telegram_api(\d+)(\w+)6get_idEv")
LAYER_SYMBOL: Final = b"_ZN2tdL13MTPROTO_LAYERE"
TABLE_LAYER: Final = re.compile(r"^(?:LAYER|layer) = (\d+)", re.MULTILINE)
TABLE_LINE: Final = re.compile(r"^\s+0x([0-9a-f]{1,8}): [\"']?([\w.]+)", re.MULTILINE)
EXPORTED_LAYER: Final = re.compile(r"LAYER = (\d+)")


class Carried(NamedTuple):
    """What one client carries."""

    client: str
    layer: int
    shapes: dict[int, str]  # id → the client's own name of it


class UnreadableError(Exception):
    """A client's files are not as they were when this was written; the text says which."""


def read_table(path: Path) -> Carried:
    """Read the table of Telethon or a Pyrogram."""
    text = path.read_text("utf-8")
    layer = TABLE_LAYER.search(text)
    shapes = {int(number, 16): name for number, name in TABLE_LINE.findall(text)}
    if layer is None or not shapes:
        raise UnreadableError(f"{path} holds no layer or no constructors")
    return Carried(distribution_of(path), int(layer[1]), shapes)


def distribution_of(path: Path) -> str:
    """Return the name and version of the Python package that brought a file, or the file's path."""
    site = path.parents[2]
    for record in site.glob("*.dist-info/RECORD"):
        if f"{path.relative_to(site).as_posix()}," in record.read_text("utf-8"):
            return record.parent.name.removesuffix(".dist-info").lower()
    return str(path)


def read_exported(path: Path) -> Carried:
    """Read the schema of GramJS, which exports its layer from the file beside it."""
    layer = EXPORTED_LAYER.search(path.with_name("AllTLObjects.js").read_text("utf-8"))
    _, found = read_tl(path.read_text("utf-8"))
    if layer is None or not found:
        raise UnreadableError(f"{path} holds no layer or no constructors")
    return Carried(
        package_of(path.parents[1]), int(layer[1]), {n: c.name for n, c in found.items()}
    )


def read_described(path: Path) -> Carried:
    """Read the schema of mtcute."""
    layer, found = read_json(path.read_text("utf-8"))
    return Carried(package_of(path.parents[1]), layer, {n: c.name for n, c in found.items()})


def package_of(directory: Path) -> str:
    """Return the name and version of an npm package."""
    described = json.loads((directory / "package.json").read_text("utf-8"))
    return f"{described['name']}-{described['version']}"


def symbols(content: mmap.mmap | bytes) -> Iterator[tuple[bytes, int]]:
    """Return each symbol of a shared object, and where in the file it is defined.

    Raises:
        UnreadableError: it is no ELF of 64 bits, or was stripped of its symbols.
    """
    if content[:6] != ELF_64:
        raise UnreadableError("it is no ELF of 64 bits")
    (start,) = struct.unpack_from("<Q", content, 0x28)
    size, count = struct.unpack_from("<HH", content, 0x3A)
    sections = [SECTION.unpack_from(content, start + size * i) for i in range(count)]
    tables = [s for s in sections if s[1] == SYMBOLS]
    if not tables:
        raise UnreadableError("it was stripped of its symbols")
    for table in tables:
        _, _, _, _, names, length, *_ = sections[table[6]]
        texts = content[names : names + length]
        for name, _, _, at, value, _ in SYMBOL.iter_unpack(content[table[4] : table[4] + table[5]]):
            if 0 < at < count:
                text = texts[name : texts.index(b"\0", name)]
                yield text, value - sections[at][3] + sections[at][4]


def read_shared(content: mmap.mmap | bytes, client: str) -> Carried:
    """Read TDLib's shared object.

    Raises:
        UnreadableError: it was stripped, or is for another kind of machine.
    """
    layer, shapes = 0, {}
    for symbol, at in symbols(content):
        if symbol == LAYER_SYMBOL:
            (layer,) = struct.unpack_from("<i", content, at)
        elif named := GET_ID.fullmatch(symbol):
            code = content[at : at + 6]
            if code[:1] != MOVE or code[5:] != RETURN:
                raise UnreadableError("its code is of another kind of machine")
            name = named[2][: int(named[1])].decode().replace("_", ".", 1)
            shapes[int.from_bytes(code[1:5], "little")] = name
    if not layer or not shapes:
        raise UnreadableError("it names no layer or no constructors")
    return Carried(client, layer, shapes)


def read_tdlib(path: Path) -> Carried:
    """Read TDLib's shared object in a wheel that is installed."""
    client = "tdjson-" + path.name.rpartition(".so.")[2]
    try:
        with (
            path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            return read_shared(content, client)
    except UnreadableError as error:
        raise UnreadableError(f"{path}: {error}") from None
    except (struct.error, ValueError, IndexError) as error:
        raise UnreadableError(f"{path}: it is damaged") from error


# which file of an installed client is read, and how
READERS: Final[dict[str, Callable[[Path], Carried]]] = {
    "tl/alltlobjects.py": read_table,
    "raw/all.py": read_table,
    "tl/apiTl.js": read_exported,
    "core/tl/api-schema.json": read_described,
    "libtdjson*.so*": read_tdlib,
}


def carried(directory: Path) -> Iterator[Carried]:
    """Return what every client carries that is installed somewhere in a directory.

    Raises:
        UnreadableError: one of them cannot be read.
    """
    for pattern, reader in READERS.items():
        for path in sorted(directory.rglob(pattern)):
            yield reader(path)
