"""A real server in a directory of its own, started as an operator starts it."""

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

METRICS = "http://127.0.0.1:{}/metrics"
READ = f"import sys, urllib.request as r; print(r.urlopen({METRICS!r}.format(sys.argv[1])).read().decode())"
START_S_MAX = 30.0  # seconds until it must listen


def free_port() -> int:
    """Return a free port below 32,768: GramJS keeps it as a signed 16-bit number.

    The system draws it: each worker draws the same where tests are shuffled by one seed.
    """
    for port in random.SystemRandom().sample(range(20_000, 32_000), 100):
        with socket.socket() as trial:
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no port is free")


class RealServer:
    """`python -m chappe serve` as a child process; `inside` runs it, such as in another network."""

    def __init__(
        self,
        data: Path,
        *,
        host: str = "127.0.0.1",
        inside: tuple[str, ...] = (),
        settings: Mapping[str, str] | None = None,  # as in the environment, without CHAPPE_
        module: str = "chappe",  # the program, as Python runs it
        passphrase: str = "",  # of a sealed data directory
    ) -> None:
        self.settings = {f"CHAPPE_{name}": value for name, value in (settings or {}).items()}
        self.more: tuple[str, ...] = ()  # further arguments of `chappe serve`
        self.data = data
        self.host = host
        self.inside = inside
        self.module = module
        self.passphrase = passphrase
        self.codes = data.parent / f"{data.name}.codes"
        self.port = free_port()
        self.metrics_port = free_port()
        self._child: subprocess.Popen[str] | None = None
        self._log = data.parent / f"{data.name}.log"

    def start(self) -> None:
        """Start it and wait until it listens."""
        self.wait_for(self.launch())

    def launch(self) -> int:
        """Start it; return how much of its log is of earlier runs."""
        said = len(self.log())
        with self._log.open("a") as log:
            self._child = subprocess.Popen(
                [
                    *self.inside,
                    sys.executable,
                    "-m",
                    self.module,
                    "serve",
                    "--data",
                    str(self.data),
                    "--host",
                    self.host,
                    "--port",
                    str(self.port),
                    "--codes-file",
                    str(self.codes),
                    "--rate-scale",
                    "1000",
                    "--metrics-port",
                    str(self.metrics_port),
                    *(("--passphrase-fd", "0") if self.passphrase else ()),
                    *self.more,
                ],
                stdin=subprocess.PIPE if self.passphrase else None,
                stdout=log,
                stderr=log,
                text=True,
                env={
                    **os.environ,
                    "CHAPPE_STRICT": "true",
                    "CHAPPE_PUBLIC_HOST": self.host,
                    **self.settings,
                },
            )
        if self._child.stdin is not None:
            with self._child.stdin as keyboard:
                keyboard.write(self.passphrase)
        return said

    def ended(self) -> int:
        """Wait until it has ended by itself; return its exit code."""
        if self._child is None:
            raise RuntimeError("the server was not started")
        return self._child.wait(START_S_MAX)

    def wait_for(self, said: int, words: str = r"listens on +[\w.]+:(\d+)") -> str:
        """Wait until it says something behind so much of its log, and takes commands; return what it said."""
        deadline = time.monotonic() + START_S_MAX
        while time.monotonic() < deadline:
            found = re.findall(words, self.log()[said:])
            is_running = self._child is not None and self._child.poll() is None
            if found and is_running and (self.data / "control.sock").exists():
                self.port = int(found[-1]) if found[-1].isdecimal() else self.port
                return str(found[-1])
            if not is_running:
                break
            time.sleep(0.05)
        raise RuntimeError(f"the server did not start:\n{self.log()}")

    @property
    def pem(self) -> Path:
        """The public key clients are given."""
        return self.data / "server.pub.pem"

    @property
    def pid(self) -> int:
        """The process."""
        if self._child is None:
            raise RuntimeError("the server was not started")
        return self._child.pid

    def repoint(self, app: str, program: Path, copy: Path, *, port: int = 0) -> Path:
        """Make a copy of an app that looks for this server, as a person does who has its key only.

        Or for another port, where nobody may be.
        """
        subprocess.run(
            [
                sys.executable,
                "-m",
                "chappe",
                "repoint",
                app,
                "--to",
                f"{self.host}:{port or self.port}",
                "--key",
                str(self.pem),
                "--app",
                str(program),
                "--out",
                str(copy),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return copy

    def ask(self, *command: str) -> str:
        """Return what a command of an operator says of it."""
        asked = [sys.executable, "-m", "chappe", *command, "--data", str(self.data)]
        return subprocess.run(asked, check=True, capture_output=True, text=True).stdout

    def log(self) -> str:
        """Return what it said so far."""
        return self._log.read_text() if self._log.exists() else ""

    def bugs(self) -> list[str]:
        """Return the errors it logged: its own, and the store's."""
        lines = [line for line in self.log().splitlines() if "error" in line]
        return [line for line in lines if "bug" in line or "store" in line]

    def metrics(self) -> str:
        """Return the page of metrics, which is served on the server's own machine only."""
        if self.inside:
            command = [*self.inside, sys.executable, "-c", READ, str(self.metrics_port)]
            return subprocess.run(command, check=True, capture_output=True, text=True).stdout
        with urllib.request.urlopen(METRICS.format(self.metrics_port)) as page:
            return str(page.read().decode())

    def counted(self) -> dict[tuple[str, str], int]:
        """Return how often each method was called since the start, by anybody, with each outcome."""
        lines = self.metrics().splitlines()
        found = (
            re.match(r'chappe_calls_total\{method="([\w.]+)",outcome="([\w%]+)"\} ([\d.e+]+)', line)
            for line in lines
        )
        return {(m[1], m[2]): int(float(m[3])) for m in found if m}

    def calls(self, *methods: str) -> dict[str, int]:
        """Return how often each of these methods was called since the start, by anybody."""
        counted = dict.fromkeys(methods, 0)
        for (method, _), count in self.counted().items():
            if method in counted:
                counted[method] += count
        return counted

    def refused(self, method: str, error: str) -> int:
        """Return how often a method was refused with this error since the start."""
        return self.counted().get((method, error), 0)

    def code(self, phone: str) -> str:
        """Return the newest login code sent to a number."""
        digits = re.sub(r"\D", "", phone)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if self.codes.exists():
                for line in reversed(self.codes.read_text().splitlines()):
                    if json.loads(line).get("phone") == digits:
                        return str(json.loads(line)["code"])
            time.sleep(0.05)
        raise RuntimeError("no code was sent")

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        self._end_by(signal.SIGKILL)

    def abort(self) -> None:
        """End it at once as a crash does that leaves a core dump, where one may be left."""
        self._end_by(signal.SIGABRT)

    def _end_by(self, number: signal.Signals) -> None:
        if self._child is not None:
            self._child.send_signal(number)
            self._child.wait()

    def wait(self) -> int:
        """Return its exit code, once it has ended by itself."""
        if self._child is None:
            raise RuntimeError("the server was not started")
        return self._child.wait(START_S_MAX)

    def stop(self) -> None:
        """Ask it to stop and wait."""
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)
            try:
                self._child.wait(15)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
                raise
