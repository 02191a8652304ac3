"""A server in a directory of its own, as a reader of the documents would have it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, Final, TextIO

from .reading import ROOT

WAIT_S: Final = 60
TYPIST: Final = """\
import builtins, json, pathlib, sys

def newest_code(_prompt=""):
    lines = pathlib.Path("codes").read_text().splitlines()
    return json.loads(lines[-1])["code"]

builtins.input = newest_code
exec(compile(pathlib.Path(sys.argv[1]).read_text(), sys.argv[1], "exec"))
"""


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Reader:
    """Somebody at a shell, following the documents."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.metrics_port = free_port()
        self.desk_port = free_port()
        self.user = 0
        self._serving: subprocess.Popen[bytes] | None = None
        self._terminal: TextIO | None = None
        programs = home / ".bin"
        programs.mkdir()
        for name, start in (("chappe", f"{sys.executable} -m chappe"), ("python", sys.executable)):
            program = programs / name
            program.write_text(f'#!/bin/sh\nexec {start} "$@"\n')
            program.chmod(0o755)
        kept = {k: v for k, v in os.environ.items() if not k.startswith("CHAPPE_")}
        self.environment = {
            **kept,
            "PATH": f"{programs}{os.pathsep}{kept['PATH']}",
            "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
            "PYTHONUNBUFFERED": "1",
            "CHAPPE_PORT": str(self.port),
            "CHAPPE_DESK_PORT": str(self.desk_port),
        }

    def here(self, text: str) -> str:
        """A text of the documents with the numbers of this server."""
        return (
            text.replace("8443", str(self.port))
            .replace("8444", str(self.desk_port))
            .replace("9464", str(self.metrics_port))
            .replace("4541", str(self.user))
            .replace("/srv/backups/chappe", str(self.home / "backups"))
        )

    def run(self, command: str) -> tuple[int, str]:
        """Run a command of the documents; return its exit code and what it printed."""
        done = subprocess.run(
            self.here(command),
            shell=True,
            cwd=self.home,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=WAIT_S,
            check=False,
        )
        return done.returncode, done.stdout

    def serve(self, command: str, last: str) -> str:
        """Start a server at a terminal; return what it printed until a line that begins with `last`."""
        ours, theirs = os.openpty()
        self._serving = subprocess.Popen(
            ["sh", "-c", f"exec {command}"],
            cwd=self.home,
            env=self.environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        printed: list[str] = []
        self._terminal = os.fdopen(ours, encoding="utf-8", newline=None)
        with contextlib.suppress(OSError):  # a terminal whose program has ended
            for line in self._terminal:
                printed.append(line)
                if line.strip().startswith(last):
                    break
        return "".join(printed)

    def stop(self) -> int:
        """Stop the server as Ctrl-C does; return its exit code."""
        if self._serving is None:
            return 0
        self._serving.send_signal(signal.SIGINT)
        try:
            return self._serving.wait(WAIT_S)
        finally:
            self._serving.kill()
            if self._terminal is not None:
                self._terminal.close()

    def start(self, settings: str = "") -> None:
        """Start the server that the commands of a document ask."""
        if settings:
            (self.home / "backups").mkdir()
            (self.home / "chappe-data").mkdir(mode=0o700)
            (self.home / "chappe-data" / "chappe.toml").write_text(self.here(settings))
        command = f"chappe serve --codes-file codes --metrics-port {self.metrics_port}"
        printed = self.serve(command, "A running server")
        if "Chappe is running." not in printed:
            raise RuntimeError(printed)

    def perform(self, program: str) -> str:
        """Run a Python program of the documents, typing each code it asks for."""
        (self.home / "program.py").write_text(self.here(program))
        (self.home / "typist.py").write_text(TYPIST)
        code, printed = self.run("python typist.py program.py")
        if code:
            raise RuntimeError(printed)
        return printed

    def people(self) -> list[dict[str, Any]]:
        """Who there is, as the operator sees it."""
        code, printed = self.run("chappe users --json")
        if code:
            raise RuntimeError(printed)
        found: list[dict[str, Any]] = json.loads(printed)
        return found
