"""What `chappe connect` prints, run with the libraries it is for: a new number, and then a known one."""

import os
import pty
import re
import select
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.journeys.people import ENVIRONMENTS
from tests.journeys.server import RealServer
from tests.journeys.system import debian

from .reading import ROOT

WAIT_S = 60  # seconds a program may say nothing before it is given up
COMPLAINT = re.compile(r"Traceback|\[ 1\]")  # of Python; TDLib's level of errors
PHONE = "(phone)"
CODE_ASKED = re.compile(r"code(?: for (?P<phone>\S+))?:\s*$")
ANSWERS = (  # what a person types when the last line they see ends like this
    (re.compile(r"correct\? \(y/N\):\s*$"), "y"),
    (re.compile(r"(phone|token):\s*$"), PHONE),
    (re.compile(r"first name:\s*$", re.IGNORECASE), "Ada"),
    (re.compile(r"last name[^:]*:\s*$", re.IGNORECASE), ""),
)


class Recipe(NamedTuple):
    """How a library's program is run."""

    command: tuple[str, ...]
    file: str
    replaced: tuple[tuple[str, str], ...] = ()  # in the program, before it is run


def _python(library: str) -> str:
    return str(ENVIRONMENTS / library / "bin/python")


JAVASCRIPT = ("mtcute", "gramjs")
RECIPES = {
    "telethon": Recipe((_python("telethon"),), "telethon.py"),
    "kurigram": Recipe((_python("kurigram"),), "pyrogram.py"),
    "pyrogram": Recipe((_python("pyrogram"),), "pyrogram.py"),
    # its SQLite is compiled at installation, which the tests leave out
    "mtcute": Recipe(
        ("node",),
        "mtcute.js",
        (
            ("'chappe-mtcute.session'", "new MemoryStorage()"),
            ("TelegramClient }", "MemoryStorage, TelegramClient }"),
        ),
    ),
    "gramjs": Recipe(("node",), "telegram.js"),
    "tdlib": Recipe((sys.executable,), "json.py"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A real server."""
    running = RealServer(tmp_path_factory.mktemp("recipes") / "data")
    running.start()
    yield running
    running.stop()
    assert running.bugs() == []


def asked(server: RealServer, *command: str) -> str:
    """Return what a command of the operator prints."""
    done = subprocess.run(
        [sys.executable, "-m", "chappe", *command, "--data", str(server.data)],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=True,
    )
    return done.stdout


def repoint(printed: str, app: Path, home: Path) -> str:
    """Run the first command of a recipe that re-points an app; return what it says."""
    (command,) = re.findall(r"^[# ]+chappe (repoint \w+ --data .*)$", printed, re.MULTILINE)
    done = subprocess.run(
        [sys.executable, "-P", "-m", "chappe", *shlex.split(command), "--app", app],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
        cwd=home,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def sit_at(command: list[str], home: Path, server: RealServer, phone: str) -> str:
    """Run a program at a terminal, typing what it asks for; return all that was to be seen."""
    ours, theirs = pty.openpty()
    program = subprocess.Popen(
        command,
        cwd=home,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        close_fds=True,
        env={**os.environ, "NO_COLOR": "1", "TERM": "dumb"},
    )
    os.close(theirs)
    seen, read = "", 0
    try:
        while True:
            if not select.select([ours], [], [], WAIT_S)[0]:
                pytest.fail(f"{command[0]} says nothing more after\n{seen}")
            try:
                seen += os.read(ours, 4096).decode(errors="replace")
            except OSError:  # it has ended
                break
            typed = answer(seen[read:], server, phone)
            if typed is not None:
                os.write(ours, f"{typed}\n".encode())
                read = len(seen)
    finally:
        program.kill()
        os.close(ours)
    assert program.wait(WAIT_S) in (0, -9), seen
    return seen


def answer(seen: str, server: RealServer, phone: str) -> str | None:
    """Return what is typed at what was seen last, or None while nothing is asked."""
    if asks := CODE_ASKED.search(seen):
        return server.code(asks["phone"] or phone)
    typed = next((typed for pattern, typed in ANSWERS if pattern.search(seen)), None)
    return phone if typed == PHONE else typed


def saved(server: RealServer) -> int:
    """Return how many messages were sent so far."""
    return server.calls("messages.sendMessage")["messages.sendMessage"]


@pytest.mark.parametrize("library", RECIPES)
def test_a_recipe_signs_up_and_signs_in_again(
    library: str, server: RealServer, tmp_path: Path
) -> None:
    """The program is whole: it signs up, in, and writes to oneself, and the library complains of nothing."""
    recipe, phone = RECIPES[library], f"+3360000007{list(RECIPES).index(library)}"
    program = asked(server, "connect", library)
    names = [recipe.file]
    if library in JAVASCRIPT:
        names += [f"{library}.mjs", f"{library}.cjs"]
    for old, new in recipe.replaced:
        assert old in program
        program = program.replace(old, new)
    program = program.replace("+33600000001", phone)
    for name in names:
        (tmp_path / name).write_text(program)
    if library == "tdlib":
        (original,) = (ENVIRONMENTS / "tdlib").rglob("libtdjson*.so*")
        repoint(program, original, tmp_path)
        assert (tmp_path / "libtdjson-here.so").exists()
    (tmp_path / "node_modules").symlink_to(ENVIRONMENTS / "node" / "node_modules")
    before = saved(server)
    visits = (names * 2)[: max(2, len(names))]
    for visit, name in enumerate(visits, 1):
        seen = sit_at([*recipe.command, name], tmp_path, server, phone)
        assert not COMPLAINT.search(seen), seen
        assert saved(server) == before + visit, seen
        forget(tmp_path)


def test_hello_runs_from_a_clone(
    server: RealServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`script/hello` gets Telethon by itself, and says what to do first where no server runs."""
    hello = ROOT / "script" / "hello"
    told = subprocess.run(
        [hello], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=WAIT_S
    )
    assert told.returncode == 2
    assert "script/server" in told.stderr.splitlines()[-1]
    (tmp_path / "chappe-data").symlink_to(server.data)
    monkeypatch.setenv("CHAPPE_PORT", str(server.port))
    for visit in ("signs up", "signs in"):
        seen = sit_at([str(hello)], tmp_path, server, "")
        assert seen.splitlines()[-1] == "I read you.", f"{visit}: {seen}"


def test_the_desktop_recipe_copies_the_installed_app(server: RealServer, tmp_path: Path) -> None:
    """The command it prints does all of it; the copy it names is there, and starts as it says."""
    printed = asked(server, "connect", "desktop")
    told = repoint(printed, Path(debian("telegram-desktop")), tmp_path)
    copy = tmp_path / "telegram-desktop-here"
    assert f"the server at 127.0.0.1:{server.port}," in told
    assert f"Start: {copy} -workdir {copy}.d\n" in told
    assert server.pem.read_bytes().strip() in copy.read_bytes()


def forget(home: Path) -> None:
    """Remove what the library remembers of who was logged in."""
    for kept in home.glob("chappe-*"):
        shutil.rmtree(kept) if kept.is_dir() else kept.unlink()
