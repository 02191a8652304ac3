"""The tool as one file, which Python runs where `cryptography` is: the same bytes wherever it is made."""

import hashlib
import io
import zipfile
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

_FIRST: Final = b"#!/usr/bin/env python3\n"
_PACKED: Final = ("chappe_custodian", "chappe.trust.custody", "chappe.trust.ledger")
_ALONE: Final = ("chappe", "chappe.trust")  # of which the first file alone is packed
_LEFT_OUT: Final = frozenset({"report.py", "verify.py"})  # files of their own already
_MAIN: Final = b"from chappe_custodian.commands import main\n\nraise SystemExit(main())\n"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_MODE: Final = 0o644 << 16


def write_tool(path: Path) -> str:
    """Write the tool as one file that can be run; return its SHA-256 in hex."""
    content = packed()
    path.write_bytes(content)
    path.chmod(0o755)
    return hashlib.sha256(content).hexdigest()


def packed() -> bytes:
    """Return the tool as a zip file: no times, one order, nothing compressed."""
    sources = {"__main__.py": _MAIN}
    for package in _ALONE:
        name = package.replace(".", "/")
        sources[f"{name}/__init__.py"] = files(package).joinpath("__init__.py").read_bytes()
    for package in _PACKED:
        sources |= _sources(files(package), package.replace(".", "/"))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(sources):
            about = zipfile.ZipInfo(name, _EPOCH)
            about.create_system, about.external_attr = 3, _MODE
            archive.writestr(about, sources[name])
    return _FIRST + made.getvalue()


def _sources(folder: Traversable, name: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for one in folder.iterdir():
        if one.is_dir() and one.name != "__pycache__":
            found |= _sources(one, f"{name}/{one.name}")
        elif one.name.endswith(".py") and one.name not in _LEFT_OUT:
            found[f"{name}/{one.name}"] = one.read_bytes()
    return found
