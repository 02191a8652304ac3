"""What an authority does: makes a key, and by it opens the package it was given."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from chappe.trust.custody import CustodianKey, CustodyError, new_custodian_key, open_package
from chappe.trust.custody.forms import to_text

from .keyfile import write

NAME_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-")
Adding = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]


def add_package_commands(command: Adding) -> None:
    """Add the commands of an authority."""
    made = command("package-key", _make, "For an authority: make a key, and print its public half.")
    made.add_argument("key", type=Path, help="where the private half is kept")
    opened = command("package-open", _open, "For an authority: open the package you were given.")
    opened.add_argument("key", type=Path, help="the private half of your key")
    opened.add_argument("file", type=Path, help="the package")
    opened.add_argument("to", type=Path, help="the folder that its parts are written to")


def _make(options: argparse.Namespace) -> int:
    if options.key.exists():
        raise CustodyError(f"{options.key} is there already: it is never written over.")
    key = new_custodian_key(os.urandom)
    write(options.key, json.dumps({"scalar": key.scalar.hex(), "seed": key.seed.hex()}).encode())
    print(to_text(key.public()))
    print(f"{options.key} opens what is sealed to this key: keep it safe.", file=sys.stderr)
    return 0


def _open(options: argparse.Namespace) -> int:
    key = _key(options.key)
    options.to.mkdir(parents=True, exist_ok=True)
    with options.file.open("rb") as file:
        for name, pieces in open_package(file, key):
            if not {*name} <= NAME_CHARACTERS or name.startswith("."):
                raise CustodyError("A part of the package has a name that none has.")
            path = options.to / f"{name}.zip"
            with path.open("wb") as part:
                for piece in pieces:
                    part.write(piece)
            print(path)
    return 0


def _key(path: Path) -> CustodianKey:
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return CustodianKey(bytes.fromhex(found["seed"]), bytes.fromhex(found["scalar"]))
    except (ValueError, KeyError, TypeError):
        raise CustodyError(f"{path} is no key that `package-key` made.") from None
