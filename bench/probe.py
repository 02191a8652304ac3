"""A process that pings a server without pause and tells how long its event loop was held at most.

An answer to a ping needs nothing but the loop. Time that the server's main thread or this process
stood in the kernel's queue for a processor is taken off, since load and server share the machine; what
is left is never shorter than the time the loop was held, whether by work or by the interpreter's lock.
Run by `bench.loads`: process, key, salt and address come on standard input as JSON; a line `end` ends
it, and the milliseconds of every answer leave on standard output.
"""

import json
import select
import socket
import struct
import sys
import time
from pathlib import Path
from typing import Final

from chappe.mtproto import Kind
from chappe.mtproto import service as s
from chappe.mtproto.client import ClientSession
from chappe.mtproto.transports import ClientTransport

from .client import token

PAUSE_S: Final = 0.001
ANSWER_S_MAX: Final = 10.0


def queued_seconds(statistics: Path) -> float:
    """Return how long a thread has stood ready without a processor, 0 where the kernel does not tell."""
    try:
        return int(statistics.read_text("ascii").split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


def main() -> None:
    """Ping until told to end."""
    given = json.loads(sys.stdin.readline())
    threads = [Path("/proc/self/schedstat"), Path(f"/proc/{given['process']}/schedstat")]
    wire = socket.create_connection((given["host"], given["port"]), ANSWER_S_MAX)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    framing = ClientTransport(Kind.ABRIDGED)
    session = ClientSession(bytes.fromhex(given["key"]), given["salt"], token)
    took: list[float] = []
    while not select.select([sys.stdin], [], [], PAUSE_S)[0]:
        _, packet = session.call(struct.pack("<Iq", s.PING, 1), time.time())
        queued = sum(map(queued_seconds, threads))
        started = time.perf_counter()
        wire.sendall(framing.send(packet))
        while not framing.receive(wire.recv(65536)):
            pass
        passed = time.perf_counter() - started
        queued = sum(map(queued_seconds, threads)) - queued
        took.append(max(0.0, passed - queued) * 1000)
        session.acknowledge(time.time())
    print(json.dumps(took))


if __name__ == "__main__":
    main()
