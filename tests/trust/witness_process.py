"""A witness as an operator runs it: `chappe witness serve` in a process of its own, on loopback."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from typer.testing import CliRunner

from chappe.gateways.cli.witness import witness_commands
from chappe.trust.ledger.keys import SigningKey
from tests.journeys.server import free_port


class WitnessProcess:
    """One witness, that watches a log."""

    def __init__(self, folder: Path, name: str, log: SigningKey | None = None) -> None:
        """Without `log` it is told later what to watch."""
        self.folder = folder
        self.port = free_port()
        self._said = self.command("init", name)
        if log is not None:
            self.command("watch", log.verifier.text)

    def command(self, *words: str) -> str:
        """Give one of its commands; what it said."""
        done = CliRunner().invoke(witness_commands(), [*words, "--folder", str(self.folder)])
        assert done.exit_code == 0, done.output
        return done.stdout

    def policy_lines(self) -> str:
        """What it prints for policies, by the last part of its name, with its address."""
        url = f"http://127.0.0.1:{self.port}/"
        lines = [line.split() for line in self._said.splitlines()]
        return "".join(f"witness {name.rpartition('/')[2]} {key} {url}\n" for _, name, key in lines)

    def start(self) -> None:
        """Start it; when this returns it listens."""
        command = [
            sys.executable,
            "-m",
            "chappe",
            "witness",
            "serve",
            "--folder",
            str(self.folder),
            "--port",
            str(self.port),
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        said = [self._process.stdout.readline() for _ in range(2)]
        assert f":{self.port}/" in said[1], said

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it at once."""
        os.kill(self._process.pid, how)
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def get(self, path: str) -> bytes:
        """What it serves at a path."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}") as answer:
            content: bytes = answer.read()
            return content

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
