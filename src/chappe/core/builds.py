"""What a build consists of: its manifest, which anybody makes of the files that lie there.

A manifest is a text: for each file its SHA-256 and its path, as `sha256sum --check` reads it in the folder
that the package lies in. The wheel brings its own; a clone makes it of what lies there.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PACKAGE: Final = "chappe"
MANIFEST: Final = "build.manifest"  # in the package; not of the files it lists
_NOT_LISTED: Final = frozenset({"__pycache__", "manual"})  # made anew by every installer; only read
_SEPARATOR: Final = "  "  # of `sha256sum`, between the hash and the path
# where the site serves what lies in the package
_SERVED: Final = (
    (f"{PACKAGE}/gateways/web/files/", "/"),
    (f"{PACKAGE}/gateways/web/log_page/", "/log/"),
    (f"{PACKAGE}/trust/ledger/report.py", "/log/report.py"),
    (f"{PACKAGE}/trust/ledger/verify.py", "/log/verify.py"),
)


def manifest_of(package: Path) -> str:
    """Return the manifest of a package as it lies there.

    Raises:
        OSError: a file cannot be read.
    """
    files = sorted(_files(package, PACKAGE))
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}{_SEPARATOR}{name}\n"
        for name, path in files
    )


def _files(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    for one in folder.iterdir():
        if one.name in _NOT_LISTED or one.suffix == ".pyc":
            continue
        if one.is_dir():
            yield from _files(one, f"{name}/{one.name}")
        elif one.name != MANIFEST:
            yield f"{name}/{one.name}", one


def manifest_hash(manifest: str) -> str:
    """Return what stands for a manifest in the public log."""
    return hashlib.sha256(manifest.encode()).hexdigest()


def web_manifest(manifest: str) -> str:
    """Return what of a manifest the site serves to everybody, each by its path there."""
    found = []
    for line in manifest.splitlines():
        hashed, _, name = line.partition(_SEPARATOR)
        for lying, served in _SERVED:
            if name.startswith(lying):
                found.append(f"{hashed}{_SEPARATOR}{served}{name.removeprefix(lying)}\n")
    return "".join(sorted(found, key=lambda line: line.partition(_SEPARATOR)[2]))


def differing(manifest: str, lying: str) -> list[str]:
    """Return the paths at which two manifests differ, in order: what one says, and what lies there."""
    changed = set(manifest.splitlines()) ^ set(lying.splitlines())
    return sorted({line.partition(_SEPARATOR)[2] for line in changed})
