"""The apps that can be re-pointed: where they are installed, and how a copy is started."""

import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chappe.gateways.cli.ports import OperatorError

LIBRARIES_MAX: Final = 20  # files named in an answer


@dataclass(frozen=True, slots=True)
class AppKind:
    """A kind of app."""

    title: str
    files: tuple[str, ...]  # patterns of its program's name, inside a directory
    places: tuple[str, ...]  # where it may be installed
    copy: str  # the name its copy gets
    missing: str  # what to do where it was not found
    start: str  # how the copy is started


APPS: Final = {
    "desktop": AppKind(
        "Telegram Desktop",
        ("telegram-desktop", "Telegram"),
        ("/usr/bin", "/usr/local/bin", "/opt/Telegram", "/opt/telegram", "~/Telegram"),
        "telegram-desktop-here",
        "install it (Debian: `apt install telegram-desktop`), or name its program with --app",
        "{copy} -workdir {copy}.d",
    ),
    "tdlib": AppKind(
        "TDLib",
        ("libtdjson.so*", "libtdjson-*.so*", "libtdjson*.dylib", "tdjson.dll"),
        ("/usr/lib", "/usr/local/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"),
        "libtdjson-here.so",
        "name the library, or the environment it is installed in, with --app "
        "(`pip install tdjson` has one)",
        "load {copy} where you loaded libtdjson.so; `chappe connect tdlib` prints a program that does",
    ),
}


def _inside(app: AppKind, directory: Path, *, deep: bool) -> list[Path]:
    """Return the programs of an app in a directory, those that are links left out where both are there."""
    search = directory.rglob if deep else directory.glob
    found = {path.resolve() for pattern in app.files for path in search(pattern) if path.is_file()}
    return sorted(found)


def installed(app: AppKind, named: Path | None) -> Path:
    """Return the program of an app: the one that was named, or the one that is installed.

    Raises:
        OperatorError: there is none, or several, or it cannot be read.
    """
    if named is not None and not named.is_dir():
        if not named.exists():
            raise OperatorError(f"There is no {named}: {app.missing}.")
        return named
    if named is not None:
        found = _inside(app, named, deep=True)
    else:
        found = [Path(path) for name in app.files if (path := shutil.which(name))]
        for place in () if found else app.places:
            found += _inside(app, Path(place).expanduser(), deep=False)
        package = importlib.util.find_spec("tdjson") if app is APPS["tdlib"] else None
        if not found and package is not None and package.origin is not None:
            beside = Path(package.origin).parent.parent / "tdjson.libs"
            found = _inside(app, beside, deep=False)
    if not found:
        where = f" in {named}" if named else ""
        raise OperatorError(f"{app.title} was not found{where}: {app.missing}.")
    if len(set(found)) > 1:
        several = ", ".join(str(path) for path in found[:LIBRARIES_MAX])
        raise OperatorError(f"{app.title} is here several times; name one with --app: {several}.")
    return found[0]
