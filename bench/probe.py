"""A process that pings a server without pause and tells how long the longest answer took.

An answer to a ping needs nothing but the event loop, so the longest is never shorter than the longest
time the loop was held. Run by `bench.loads`: key, salt and address come on standard input as JSON; a
line `end` ends it, and the milliseconds of every answer leave on standard output.
"""

import json
import select
import socket
import struct
import sys
import time
from typing import Final

from chappe.mtproto import Kind
from chappe.mtproto import service as s
from chappe.mtproto.client import ClientSession
from chappe.mtproto.transports import ClientTransport

from .client import token

PAUSE_S: Final = 0.001
ANSWER_S_MAX: Final = 10.0


def main() -> None:
    """Ping until told to end."""
    given = json.loads(sys.stdin.readline())
    wire = socket.create_connection((given["host"], given["port"]), ANSWER_S_MAX)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    framing = ClientTransport(Kind.ABRIDGED)
    session = ClientSession(bytes.fromhex(given["key"]), given["salt"], token)
    took: list[float] = []
    while not select.select([sys.stdin], [], [], PAUSE_S)[0]:
        _, packet = session.call(struct.pack("<Iq", s.PING, 1), time.time())
        started = time.perf_counter()
        wire.sendall(framing.send(packet))
        while not framing.receive(wire.recv(65536)):
            pass
        took.append((time.perf_counter() - started) * 1000)
        session.acknowledge(time.time())
    print(json.dumps(took))


if __name__ == "__main__":
    main()
