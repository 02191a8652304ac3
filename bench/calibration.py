"""What this machine can do without a server, in the same run: echoes, commits, Python, a MiB of a file.

Nothing here is the server's own code: what makes the server faster must not make its yardstick shorter.
"""

import asyncio
import gc
import os
import socket
import sqlite3
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

import cryptg
import uvloop
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .machine import cpu_seconds

ECHO_BYTES: Final = 200  # about what a message's packet has
ECHO_CONNECTIONS: Final = 100
COMMIT_ROWS: Final = 100
ROW_BYTES: Final = 200
ROUNDS_A_BLOCK: Final = 400
BLOCKS: Final = 25
ROUNDS: Final = ROUNDS_A_BLOCK * BLOCKS
MIB: Final = 1024 * 1024
PIECE_BYTES: Final = 64 * 1024  # so small that no piece is new memory: it is used over and over
MIBS: Final = 9


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


# -- Python -----------------------------------------------------------------------------------------


class _Note:
    """A small object, as every server makes them by the dozen."""

    __slots__ = ("body", "number", "seen")

    def __init__(self, number: int, body: bytes) -> None:
        self.number = number
        self.body = body
        self.seen = False

    def weight(self, by: int) -> int:
        return self.number * by + len(self.body)


_HEAD: Final = struct.Struct("<qqqii")
_BODY: Final = bytes(range(168))


async def _answered(value: int) -> int:
    return value + 1


def _round(turn: int, notes: dict[tuple[int, int], _Note], cipher: Callable[[bytes], bytes]) -> int:
    """Do a little of everything: structs, AES, a hash, dicts, objects, calls, a coroutine, text.

    Targets are multiples of it. Whoever changes it must compute them all anew.
    """
    packet = cipher(_HEAD.pack(turn, 1 << 60, turn + 4, 7, 168) + _BODY)
    key = sha256(packet).digest()
    salt, _, number, _, size = _HEAD.unpack_from(packet)
    weight = 0
    for at in range(12):
        note = notes[number & 255, at] = _Note(at, packet[at * 16 : at * 16 + 16])
        weight += note.weight(salt & 15)
    found = [note for note in notes.values() if note.number & 1]
    for note in found:
        note.seen = True
    names = {"a": turn, "b": size, "c": key, "d": len(found)}
    weight += sum(len(name) for name in names) + int.from_bytes(key[:8], "little")
    try:
        _answered(weight).send(None)
    except StopIteration as stop:
        weight = stop.value
    text = f"{turn}.{weight & 255:02x}".encode()
    notes.clear()
    return len(b"".join([text, key, *(note.body for note in found)]))


def round_us(blocks: int = BLOCKS) -> float:
    """Return the microseconds of processor time a round takes now: what other rows are measured in."""
    cipher = Cipher(algorithms.AES(bytes(32)), modes.CTR(bytes(16))).encryptor().update
    notes: dict[tuple[int, int], _Note] = {}
    took = []
    collecting = gc.isenabled()
    gc.disable()
    try:
        for _ in range(blocks):
            before = time.thread_time()
            for turn in range(ROUNDS_A_BLOCK):
                _round(turn, notes, cipher)
            took.append(time.thread_time() - before)
    finally:
        if collecting:
            gc.enable()
    return median(took) / ROUNDS_A_BLOCK * 1e6


class Yardstick:
    """The length of a round while something is measured: the mean of before and after."""

    def __init__(self) -> None:
        self._before = round_us()

    def end(self) -> float:
        """Return the microseconds of a round."""
        return (self._before + round_us()) / 2


# -- a MiB of a file --------------------------------------------------------------------------------


class Limits(NamedTuple):
    """Microseconds of processor time without which a MiB cannot be moved."""

    upload: float  # read from a socket, deobfuscated, deciphered, hashed twice, sealed
    download: float  # opened, hashed once, enciphered, obfuscated, written to a socket


class _Wire:
    """A loopback connection whose two ends are in this thread, each with its own share of the time."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self._out = socket.create_connection(listening.getsockname())
            self._in, _ = listening.accept()
        self._piece = bytearray(PIECE_BYTES)
        self.sent = self.received = 0.0

    def move(self, piece: bytes) -> None:
        """Send a piece and receive it."""
        started = time.thread_time()
        self._out.sendall(piece)
        between = time.thread_time()
        left = PIECE_BYTES
        while left:
            left -= self._in.recv_into(self._piece, left)
        self.sent += between - started
        self.received += time.thread_time() - between

    def close(self) -> None:
        """Hang up."""
        self._out.close()
        self._in.close()


def limits(mibs: int = MIBS) -> Limits:
    """Measure what a MiB costs of the libraries that it has to pass, and of the kernel's sockets."""
    found = [_limits_once() for _ in range(mibs)]
    return Limits(median(one.upload for one in found), median(one.download for one in found))


def _limits_once() -> Limits:
    key, piece, aad = os.urandom(32), os.urandom(PIECE_BYTES), b"place"
    stream = Cipher(algorithms.AES(key), modes.CTR(key[:16])).encryptor()
    seal, nonce = AESGCM(key), key[:12]
    sealed = seal.encrypt(nonce, piece, aad)
    room = bytearray(PIECE_BYTES + 16)
    costs: dict[str, Callable[[], Any]] = {
        "stream": lambda: stream.update_into(piece, room),
        "decipher": lambda: cryptg.decrypt_ige(piece, key, key),
        "encipher": lambda: cryptg.encrypt_ige(piece, key, key),
        "hash": lambda: sha256(piece).digest(),
        "seal": lambda: seal.encrypt(nonce, piece, aad),
        "open": lambda: seal.decrypt(nonce, sealed, aad),
    }
    took = {name: _a_mib_of(work) for name, work in costs.items()}
    wire = _Wire()
    for _ in range(MIB // PIECE_BYTES):
        wire.move(piece)
    wire.close()
    both = took["stream"] + took["hash"]
    up = both + took["hash"] + took["decipher"] + took["seal"] + wire.received
    down = both + took["encipher"] + took["open"] + wire.sent
    return Limits(up * 1e6, down * 1e6)


def _a_mib_of(work: Callable[[], Any]) -> float:
    work()
    before = time.thread_time()
    for _ in range(MIB // PIECE_BYTES):
        work()
    return time.thread_time() - before


if __name__ == "__main__":
    uvloop.run(_serve_echo())
