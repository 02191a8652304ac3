"""A stranger's machine: a clone of the repository, terminals in it, and nothing installed by hand."""

import asyncio
import json
import os
import pty
import re
import subprocess
import termios
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from .server import free_port

ROOT: Final = Path(__file__).parents[2]
WAIT_S: Final = 120.0  # seconds until a terminal must show what is awaited
STOP_S: Final = 15.0  # seconds until what was told to stop must have stopped
READ_BYTES: Final = 65_536
# a site of Python's that lets a process live in another hour, as a machine does that was off meanwhile
LATER: Final = """\
import os, time
_now, _by = time.time, float(os.environ["LATER_S"])
time.time = lambda: _now() + _by
"""


class Terminal:
    """A program at a terminal of its own: what it shows, and what is typed there."""

    def __init__(self, command: tuple[str, ...], cwd: Path, environment: Mapping[str, str]) -> None:
        self.shown = ""
        self._came = asyncio.Event()
        self._screen, inside = pty.openpty()
        quiet = termios.tcgetattr(inside)
        quiet[3] &= ~termios.ECHO  # what is typed is not taken for what the program shows
        termios.tcsetattr(inside, termios.TCSANOW, quiet)
        self._child = subprocess.Popen(
            ("setsid", "--ctty", *command),  # so that Ctrl-C reaches it
            cwd=cwd,
            env=dict(environment),
            stdin=inside,
            stdout=inside,
            stderr=inside,
        )
        os.close(inside)
        asyncio.get_running_loop().add_reader(self._screen, self._read)

    def _read(self) -> None:
        try:
            came = os.read(self._screen, READ_BYTES)
        except OSError:  # nobody has the terminal any more
            came = b""
        if not came:
            asyncio.get_running_loop().remove_reader(self._screen)
        self.shown += came.decode(errors="replace").replace("\r\n", "\n")
        self._came.set()

    async def shows(self, pattern: str) -> re.Match[str]:
        """Wait until something is shown."""
        try:
            async with asyncio.timeout(WAIT_S):
                while (found := re.compile(pattern, re.MULTILINE).search(self.shown)) is None:
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            raise AssertionError(f"{pattern!r} is not in:\n{self.shown}") from None
        return found

    def type(self, line: str) -> None:
        """Type a line."""
        os.write(self._screen, line.encode() + b"\n")

    async def ended(self) -> int:
        """Wait until it has ended by itself; return its exit code."""
        return await asyncio.to_thread(self._child.wait, WAIT_S)

    async def stop(self) -> None:
        """End it as Ctrl-C does, if it has not ended."""
        if self._child.poll() is None:
            os.write(self._screen, b"\x03")
            with suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(self._child.wait, STOP_S)
        if self._child.poll() is None:
            self._child.kill()
            self._child.wait()
        asyncio.get_running_loop().remove_reader(self._screen)
        with suppress(OSError):
            os.close(self._screen)


class Clone:
    """A clean clone, as `git clone` makes it of what is committed here, and the server that runs in it."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "chappe"
        self.port = free_port()
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CHAPPE_", "VIRTUAL_ENV"))}
        self.environment = {**kept, "CHAPPE_PORT": str(self.port), "TERM": "dumb"}
        if (
            uv := ROOT / ".uv/bin"
        ).is_dir():  # the stranger has uv; how it is got, script/test has shown
            self.environment["PATH"] = f"{uv}{os.pathsep}{kept['PATH']}"
        self._later = home / "later"
        self._server: Terminal | None = None

    async def make(self) -> None:
        """Clone the repository."""
        command = ("git", "clone", "--quiet", str(ROOT), str(self.folder))
        await asyncio.to_thread(subprocess.run, command, check=True)

    def terminal(self, *command: str) -> Terminal:
        """Open a terminal in the clone and start a program there."""
        return Terminal(command, self.folder, self.environment)

    async def start(self) -> str:
        """Start the server as the README says; return the link it shows."""
        self._server = self.terminal("script/server")
        return (await self._server.shows(r"^  open +(\S+)$"))[1]

    async def stop(self) -> None:
        """Stop the server by Ctrl-C."""
        if self._server is not None:
            await self._server.stop()

    def wait(self, hours: int) -> None:
        """Let so many hours pass on this machine, for what is started from now on."""
        self._later.mkdir(exist_ok=True)
        (self._later / "sitecustomize.py").write_text(LATER)
        self.environment |= {"PYTHONPATH": str(self._later), "LATER_S": str(hours * 3600)}

    @property
    def shown(self) -> str:
        """What the server's terminal shows."""
        return self._server.shown if self._server is not None else ""

    async def says(self, pattern: str) -> str:
        """Wait until the server's terminal shows something; return what its first group is."""
        if self._server is None:
            raise RuntimeError("the server was not started")
        return (await self._server.shows(pattern))[1]

    async def types(self, *command: str) -> str:
        """Type a command of the operator's; return what it shows once it has ended."""
        terminal = self.terminal(".venv/bin/chappe", *command)
        code = await terminal.ended()
        await asyncio.sleep(0)  # what it wrote last is read
        shown = terminal.shown
        await terminal.stop()
        if code:
            raise AssertionError(f"{' '.join(command)} ended with {code}:\n{shown}")
        return shown

    async def asks(self, *command: str) -> Any:
        """Return what a command says in JSON."""
        return json.loads(await self.types(*command, "--json"))

    def code(self, phone: str) -> str:
        """Return the newest login code on the server's terminal for a number."""
        codes: list[str] = re.findall(rf"{re.escape(phone)}\D+(\d{{5}})\b", self.shown)
        return codes[-1]
