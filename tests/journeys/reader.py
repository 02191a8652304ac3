"""Debian's screen reader Orca, on a screen that nobody sees: what it says is read.

It is run as anybody runs it, and finds no speech synthesiser: what it would have spoken stands in its log.
"""

import asyncio
import os
import re
import subprocess
import tty
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

from .browser import SEEN_S
from .screen import open_screen
from .system import debian

SCREEN = (1280, 900)  # pixels
READ_BYTES = 65_536  # of its log at a time
SPOKEN = re.compile(r"SPEECH OUTPUT: '(.*)' ?(?:voice=\w+)?\{")
NO_SYNTHESISER = "DisableAutoSpawn\n"  # in the settings of the one that would be started


class ScreenReader:
    """A desktop with a running Orca; a browser that is given `environment` opens on it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.spoken: list[str] = []  # what was said so far
        self._heard = 0  # of that
        self._came = asyncio.Event()
        self._rest = b""  # of a line of the log
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            await self._start(debian("orca"))
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self._stack.aclose()

    async def _start(self, orca: str) -> None:
        settings = self.home / "speech-dispatcher" / "speechd.conf"
        settings.parent.mkdir(parents=True)
        settings.write_text(NO_SYNTHESISER)
        screen, display = open_screen(*SCREEN)
        self._stack.callback(end, screen)
        bus, address = open_bus()
        self._stack.callback(end, bus)
        self.environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.home),
            "XDG_CONFIG_HOME": str(self.home),
            "GSETTINGS_BACKEND": "memory",
            "DISPLAY": display,
            "DBUS_SESSION_BUS_ADDRESS": address,
        }
        ours, theirs = os.openpty()  # into a file it would write only once a block is full
        tty.setraw(theirs)
        self._stack.callback(os.close, ours)
        self._stack.callback(os.close, theirs)
        asyncio.get_running_loop().add_reader(ours, self._hear, ours)
        self._stack.callback(asyncio.get_running_loop().remove_reader, ours)
        self._stack.callback(end, open_reader(orca, os.ttyname(theirs), self.environment))
        await self.hears("Screen reader on.")

    def _hear(self, log: int) -> None:
        *lines, self._rest = (self._rest + os.read(log, READ_BYTES)).split(b"\n")
        for line in lines:
            if found := SPOKEN.search(line.decode(errors="replace")):
                self.spoken.append(found[1])
                self._came.set()

    async def hears(self, sentence: str) -> str:
        """Wait until something is said that this pattern matches, after what was heard before; return it."""
        deadline = asyncio.get_running_loop().time() + SEEN_S
        while True:
            for at, said in enumerate(self.spoken[self._heard :], self._heard):
                if re.fullmatch(sentence, said):
                    self._heard = at + 1
                    return said
            self._came.clear()
            try:
                async with asyncio.timeout_at(deadline):
                    await self._came.wait()
            except TimeoutError:
                unheard = self.spoken[self._heard :]
                raise AssertionError(f"{sentence!r} was not said, but {unheard}") from None

    def hands(self, *acts: str) -> str:
        """Do something with keyboard and mouse; return what xdotool says."""
        done = subprocess.run(
            [debian("xdotool"), *acts],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def keys(self, *names: str) -> None:
        """Press keys one after another."""
        self.hands("key", "--delay", "40", *names)

    def types(self, text: str) -> None:
        """Type a text and confirm it."""
        self.hands("type", "--delay", "30", text)
        self.keys("Return")

    def focus(self) -> None:
        """Give the keyboard to the window, as a window manager does."""
        for window in self.hands("search", "--onlyvisible", "--name", ".").split():
            self.hands("windowfocus", "--sync", window)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program at once: it has nothing to keep."""
    process.kill()
    process.wait()


def open_bus() -> tuple[subprocess.Popen[bytes], str]:
    """Open a bus on which programs tell screen readers what they show; return its address, too."""
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert bus.stdout is not None
    with bus.stdout as said:
        return bus, said.readline().decode().strip()


def open_reader(orca: str, log: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start Orca, which writes all it does into a log."""
    return subprocess.Popen(
        [orca, "--debug-file", log, "--disable", "braille"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
