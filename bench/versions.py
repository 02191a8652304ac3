"""Another version of this project, made ready to be started beside this one."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]


class Version(NamedTuple):
    """A checkout whose server can be started."""

    name: str
    python: str  # the Python of its .venv
    layer: int  # the newest layer it speaks


class NoVersion(Exception):
    """What was named is neither a checkout nor a commit."""


@contextmanager
def opened(named: str) -> Iterator[Version]:
    """Make a version ready: a directory as it is, a commit in a worktree that is removed afterwards.

    Raises:
        NoVersion: it is neither.
        subprocess.CalledProcessError: it cannot be set up.
    """
    if Path(named).is_dir():
        yield ready(Path(named).resolve(), named)
        return
    if (commit := _commit(named)) is None:
        raise NoVersion(f"{named} is neither a directory nor a commit of this clone")
    with tempfile.TemporaryDirectory(prefix="chappe-version-") as directory:
        checkout = Path(directory) / "checkout"
        _git("worktree", "add", "--quiet", "--detach", str(checkout), commit)
        try:
            yield ready(checkout, named)
        finally:
            _git("worktree", "remove", "--force", str(checkout))


def ready(checkout: Path, name: str) -> Version:
    """Install what a checkout needs, by its own script."""
    subprocess.run([checkout / "script" / "bootstrap", "server"], check=True)
    python = str(checkout / ".venv" / "bin" / "python")
    asked = [python, "-c", "from chappe import tl; print(tl.LAYER)"]
    said = subprocess.run(asked, check=True, capture_output=True, text=True, cwd=checkout)
    return Version(name, python, int(said.stdout))


def _commit(named: str) -> str | None:
    asked = ["git", "rev-parse", "--verify", "--quiet", f"{named}^{{commit}}"]
    found = subprocess.run(asked, check=False, capture_output=True, text=True, cwd=ROOT)
    return found.stdout.strip() or None


def _git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, cwd=ROOT)
