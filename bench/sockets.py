"""WebSocket beside TCP: one server, people who come by one and by the other, measured in turn.

`bench.pair` compares two servers; here both sides are the same one, so that only the way in differs.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final

import uvloop

from chappe import tl
from chappe.tl import api

from . import calibration
from .client import Client, Link
from .loads import OBFUSCATED, at_once
from .machine import Server, settled
from .pair import BURST_S, ROUNDS, Compared, compare, show
from .pair_loads import LOADS
from .ratios import judge
from .run import allow_connections
from .sides import ASKING_AT_ONCE, Side
from .table import KIB
from .web_link import WebLink

CONNECTIONS_MAX: Final = 2_000
SESSIONS: Final = 300  # people in as many browsers
MEMORY_ROUNDS: Final = 4  # of so many sessions each way
OTHERS_FROM: Final = 1_000_001  # numbers of those who come by TCP
ROWS: Final = (
    "private message, kept and delivered",
    "basic group of 50, a message to all online",
    "messages.getDialogs of 20",
    "messages.getHistory of 50",
    "updates.getState",
    "upload of a MiB",
    "download of a MiB",
)


class Sessions:
    """Sessions of one person that are held open, to see what they take of memory."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._held: list[Client] = []

    async def grown(self, side: Side, link: type[Link]) -> float:
        """Open so many more, each with a call made; return the bytes of memory one takes."""
        (person,) = await side.people(1)
        kind, obfuscated = OBFUSCATED

        async def one() -> None:
            opened = await link.open(self._server.place, kind, obfuscated=obfuscated)
            client = Client(opened, person.client.auth)
            await client.call(api.UpdatesGetState())
            self._held.append(client)

        await settled(self._server.pid)
        before = self._server.resident
        await at_once(ASKING_AT_ONCE, [one] * SESSIONS)
        await settled(self._server.pid)
        return (self._server.resident - before) / SESSIONS

    def close(self) -> None:
        """Close all of them."""
        for client in self._held:
            client.close()


async def memory(server: Server, web: Side, tcp: Side) -> str:
    """Return what sessions take; the first of all fill what lay free before them."""
    sessions = Sessions(server)
    found: dict[str, list[float]] = {"WebSocket": [], "TCP": []}
    for _ in range(MEMORY_ROUNDS):
        found["WebSocket"].append(await sessions.grown(web, WebLink))
        found["TCP"].append(await sessions.grown(tcp, Link))
    sessions.close()
    shown = [f"{median(sizes[1:]) / KIB:.1f} KiB by {name}" for name, sizes in found.items()]
    return f"a session in memory: {', '.join(shown)}"


async def measure(
    directory: Path, names: Sequence[str], rounds: int, seconds: float
) -> tuple[list[Compared], str]:
    """Start a server and compare every row; return what sessions take of memory, too."""
    rows = []
    with Server(directory / "data") as server:
        web = Side(server, tl.LAYER, WebLink)
        tcp = Side(server, tl.LAYER, first_number=OTHERS_FROM)
        await web.people(SESSIONS)
        await tcp.people(SESSIONS)
        for name in names:
            yardstick = calibration.Yardstick()
            found = await compare((web, tcp), LOADS[name], rounds, seconds)
            limits = calibration.limits() if "MiB" in name else None
            limit = (
                0.0 if limits is None else limits.upload if "upload" in name else limits.download
            )
            rows.append(Compared(name, judge(found), yardstick.end(), limit))
            print(f"{name}: {rows[-1].verdict.ratio:.3f}", file=sys.stderr)
        held = await memory(server, web, tcp)
        for line in server.complaints():
            print(line, file=sys.stderr)
    return rows, held


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="script/bench --web-sockets", description=__doc__)
    parser.add_argument("--web-sockets", action="store_true", help="What this is.")
    parser.add_argument("--only", default="", help="Only rows with this in the name.")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="Of each row.")
    parser.add_argument("--seconds", type=float, default=BURST_S, help="Processor time of a burst.")
    parser.add_argument("--directory", type=Path, help="Where to keep the data while measuring.")
    given = parser.parse_args()
    names = [name for name in ROWS if given.only in name]
    allow_connections(CONNECTIONS_MAX)
    with tempfile.TemporaryDirectory(dir=given.directory, prefix="chappe-sockets-") as where:
        rows, held = uvloop.run(measure(Path(where), names, given.rounds, given.seconds))
    show(rows, "TCP", "WebSocket")
    print(f"\n{held}")
    if any(row.verdict.is_worse for row in rows):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
