"""What `chappe connect` prints, run with the libraries it is for: a new number, and then a known one."""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.journeys.people import ENVIRONMENTS
from tests.journeys.server import RealServer, free_net

WAIT_S = 60  # seconds a program may say nothing before it is given up
COMPLAINT = re.compile(r"Traceback|\[ 1\]")  # of Python; TDLib's level of errors
PHONE = "(phone)"
CODE_ASKED = re.compile(r"code:\s*$")
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


RECIPES = {
    "telethon": Recipe((_python("telethon"),), "me.py"),
    "kurigram": Recipe((_python("kurigram"),), "me.py"),
    "pyrogram": Recipe((_python("pyrogram"),), "me.py"),
    # its SQLite is compiled at installation, which the tests leave out
    "mtcute": Recipe(
        ("node",), "me.mjs",
        (("'me.session'", "new MemoryStorage()"), ("TelegramClient }", "MemoryStorage, TelegramClient }")),
    ),
    "gramjs": Recipe(("node",), "me.cjs"),
    "tdlib": Recipe((sys.executable,), "me.py"),
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A real server, where TDLib looks for one too."""
    running = RealServer(tmp_path_factory.mktemp("recipes") / "data", net=free_net())
    running.start()
    yield running
    running.stop()
    assert running.bugs() == []


def asked(server: RealServer, *command: str) -> str:
    """Return what a command of the operator prints."""
    done = subprocess.run(
        [sys.executable, "-m", "chappe", *command, "--data", str(server.data)],
        capture_output=True, text=True, timeout=WAIT_S, check=True,
    )  # fmt: skip
    return done.stdout


def sit_at(command: list[str], home: Path, server: RealServer, phone: str) -> str:
    """Run a program at a terminal, typing what it asks for; return all that was to be seen."""
    ours, theirs = pty.openpty()
    program = subprocess.Popen(
        command, cwd=home, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True,
        env={**os.environ, "NO_COLOR": "1", "TERM": "dumb"},
    )  # fmt: skip
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
    if CODE_ASKED.search(seen):
        return server.code(phone)
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
    for old, new in recipe.replaced:
        assert old in program
        program = program.replace(old, new)
    program = program.replace("+33600000001", phone)
    (tmp_path / recipe.file).write_text(program)
    if library == "tdlib":
        (original,) = (ENVIRONMENTS / "tdlib").rglob("libtdjson*.so*")
        copy = tmp_path / "libtdjson-here.so"
        subprocess.run(
            [sys.executable, "-m", "chappe.repoint", "tdlib", server.pem, original, copy, server.net],
            check=True,
        )  # fmt: skip
    (tmp_path / "node_modules").symlink_to(ENVIRONMENTS / "node" / "node_modules")
    before = saved(server)
    for visit in (1, 2):
        seen = sit_at([*recipe.command, recipe.file], tmp_path, server, phone)
        assert not COMPLAINT.search(seen), seen
        assert saved(server) == before + visit, seen
        forget(tmp_path)


def forget(home: Path) -> None:
    """Remove what the library remembers of who was logged in."""
    for kept in home.glob("me*"):
        if kept.suffix not in (".py", ".mjs", ".cjs"):
            shutil.rmtree(kept) if kept.is_dir() else kept.unlink()
