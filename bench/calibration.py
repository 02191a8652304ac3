"""What this machine can do without a server: a loopback echo, SQLite commits, in the same run."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Final, NamedTuple

import uvloop

from .machine import cpu_seconds

ECHO_BYTES: Final = 200  # about what a message's packet has
ECHO_CONNECTIONS: Final = 100
COMMIT_ROWS: Final = 100
ROW_BYTES: Final = 200


class Echo(asyncio.Protocol):
    """Sends back what comes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        self.socket: asyncio.Transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        self.socket.write(data)


class Asker(asyncio.Protocol):
    """Sends, waits for the echo, sends again, until told to stop."""

    def __init__(self, asked: list[int], until: float) -> None:
        self._asked = asked
        self._until = until
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        self._socket: asyncio.Transport = transport  # type: ignore[assignment]
        self._socket.write(bytes(ECHO_BYTES))

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        self._asked[0] += 1
        if time.monotonic() < self._until:
            self._socket.write(data)
        elif not self.done.done():
            self._socket.close()
            self.done.set_result(None)


class Measured(NamedTuple):
    """A loop that was measured."""

    rounds: int
    seconds: float
    cpu_seconds: float


async def _serve_echo() -> None:
    server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def echo(seconds: float) -> Measured:
    """Measure a bare echo server in a process of its own, asked over many connections."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.calibration", stdout=subprocess.PIPE
    )
    try:
        port = int(await process.stdout.readline()) if process.stdout else 0
        asked, loop = [0], asyncio.get_running_loop()
        started, before = time.monotonic(), cpu_seconds(process.pid)
        askers = [
            (
                await loop.create_connection(
                    lambda: Asker(asked, started + seconds), "127.0.0.1", port
                )
            )[1]
            for _ in range(ECHO_CONNECTIONS)
        ]
        await asyncio.gather(*(asker.done for asker in askers))
        return Measured(asked[0], time.monotonic() - started, cpu_seconds(process.pid) - before)
    finally:
        process.terminate()
        await process.wait()


def commits(directory: Path, seconds: float) -> Measured:
    """Measure SQLite alone: commits of many small rows, each on the disk when it returns."""
    db = sqlite3.connect(directory / "calibration.db", isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute(
        "CREATE TABLE cell (owner INTEGER, key BLOB, value BLOB, PRIMARY KEY (owner, key)) "
        "WITHOUT ROWID"
    )
    started, before, count = time.monotonic(), time.process_time(), 0
    while time.monotonic() - started < seconds:
        rows = [
            (int.from_bytes(os.urandom(2), "big"), os.urandom(9), bytes(ROW_BYTES))
            for _ in range(COMMIT_ROWS)
        ]
        db.execute("BEGIN IMMEDIATE")
        db.executemany("INSERT OR REPLACE INTO cell VALUES (?,?,?)", rows)
        db.execute("COMMIT")
        count += 1
    used = time.process_time() - before
    db.close()
    return Measured(count, time.monotonic() - started, used)


if __name__ == "__main__":
    uvloop.run(_serve_echo())
