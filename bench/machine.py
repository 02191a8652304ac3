"""The server as a child process, and what the kernel says it uses."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from .client import Place, read_modulus

PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
START_S_MAX: Final = 30.0
STOP_S_MAX: Final = 30.0


def cpu_seconds(pid: int) -> float:
    """Return the processor time a process has used, all its threads, user and system."""
    # what clock_getcpuclockid(3) gives for another process; /proc counts in hundredths of seconds only
    return time.clock_gettime(~pid << 3 | 2)


def resident_bytes(pid: int) -> int:
    """Return the memory of a process that is in RAM."""
    return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * PAGE_BYTES


class Server:
    """`chappe serve` on a data directory. Use as a context manager: it is stopped at the end."""

    python = sys.executable  # which starts it, unless it is told another

    def __init__(
        self, data: Path, *options: str, python: str | None = None, program: str = "chappe"
    ) -> None:
        """`program` is the module that is run."""
        self.data = data
        self._program = program
        self.codes = data.with_suffix(".codes")
        self._log = data.with_suffix(".log")
        self._options = options
        self._python = python or self.python
        self._process: subprocess.Popen[bytes]
        self.start_seconds = 0.0

    def __enter__(self) -> Self:
        """Start it and wait until it listens."""
        started = time.monotonic()
        arguments = [
            self._python,
            "-m",
            self._program,
            "serve",
            "--data",
            str(self.data),
            "--port",
            "0",
            "--codes-file",
            str(self.codes),
            "--rate-scale",
            "100000",
            *self._options,
        ]
        environment = {**os.environ, "CHAPPE_CODES_CONSOLE": "false"}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                arguments, stdout=log, stderr=subprocess.STDOUT, env=environment
            )
        while not self._address():
            if self._process.poll() is not None or time.monotonic() - started > START_S_MAX:
                self._process.kill()
                raise RuntimeError(f"the server did not start:\n{self._log.read_text('utf-8')}")
            time.sleep(0.005)
        self.start_seconds = time.monotonic() - started
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_S_MAX)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _address(self) -> str:
        """Return the first address the server said it listens on, '' while it has not."""
        for line in self._log.read_text("utf-8").splitlines():
            if "listens on" in line and self._log.stat().st_size:
                return line.split("listens on")[1].split(",")[0].strip()
        return ""

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def place(self) -> Place:
        """Where clients reach it."""
        host, _, port = self._address().rpartition(":")
        return Place(host, int(port), read_modulus(self.data))

    def complaints(self) -> list[str]:
        """Return the errors it logged."""
        return [
            line for line in self._log.read_text("utf-8").splitlines() if "error" in line.lower()
        ]

    @property
    def cpu(self) -> float:
        """Seconds of processor time used so far."""
        return cpu_seconds(self.pid)

    @property
    def resident(self) -> int:
        """Bytes of memory in RAM."""
        return resident_bytes(self.pid)


async def settled(pid: int, seconds: float = 0.5) -> None:
    """Wait until a process has come to rest."""
    while True:
        before = cpu_seconds(pid)
        await asyncio.sleep(seconds)
        if cpu_seconds(pid) - before <= 0.1 * seconds:
            return
