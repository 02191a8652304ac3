"""The bench: starts the real server, puts load on it, prints what each operation cost it."""

import argparse
import os
import platform
import resource
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import uvloop

from chappe.tl import api

from . import calibration, community, loads, site
from .arrivals import measure_arrivals
from .client import AuthKey, Client
from .kept import keep
from .machine import Server
from .table import KIB, MIB, Row, row_of, show, time_row


@dataclass(frozen=True)
class Size:
    """How much is done."""

    seconds: float  # for each load
    keys: int  # and people
    pairs: int  # who write to each other
    connections: int
    idle_seconds: float


FULL: Final = Size(seconds=10, keys=1000, pairs=100, connections=10_000, idle_seconds=30)
QUICK: Final = Size(seconds=2, keys=200, pairs=100, connections=2_000, idle_seconds=5)


def measure_start(directory: Path) -> list[Row]:
    """Start a server on nothing and again on what it made."""
    rows = []
    for name in ("start to ready, first", "start to ready, again"):
        yardstick = calibration.Yardstick()
        with Server(directory / "started") as server:
            took, used = server.start_seconds, server.resident / MIB
        rows.append(time_row(name, 1, took, yardstick.end(), 200_000, f"{took:.2f} s"))
    name, shown = "resident at start", f"{used:.0f} MiB"
    rows.append(Row(name, 1, shown, target="90 MiB", passed=used <= 90))
    return rows


async def measure_keys(server: Server, size: Size) -> tuple[list[Row], list[AuthKey]]:
    """Make keys; see how long the loop is held meanwhile."""
    made, auths = await loads.keys(server, size.keys)
    rows = [row_of("new auth key", made, 500)]
    yardstick = calibration.Yardstick()
    quiet, busy = await loads.longest_hold(server, min(size.keys, 300))
    ordered, most = sorted(busy), max(busy)
    p50, p99 = (f"{ordered[int(len(ordered) * part)]:.1f}" for part in (0.5, 0.99))
    name = f"  loop held meanwhile, at most (at rest {max(quiet):.1f} ms)"
    held = time_row(name, len(busy), most / 1000, yardstick.end(), 500, f"{most:.1f} ms")
    return [*rows, held._replace(p50=p50, p99=p99)], auths


async def measure_calls(
    server: Server, people: Sequence[loads.Person], size: Size, only: str
) -> list[Row]:
    """Send messages and make calls."""
    pairs, rows = size.pairs, []
    senders, recipients = people[:pairs], people[pairs : 2 * pairs]
    talked, peers = await loads.converse(server, senders, recipients, size.seconds)
    rows.append(row_of("private message, kept and delivered", talked, 27, 6_000))
    who = [person.client for person in senders]
    simple = {
        "help.getConfig": (api.HelpGetConfig, 3.5),
        "updates.getState": (api.UpdatesGetState, 4),
    }
    for name, (request, target) in simple.items():
        if only in name:
            done = await loads.calls(server, who, lambda _, r=request: r(), size.seconds)  # type: ignore[misc]
            rows.append(row_of(name, done, target))
    if only in "messages.getDialogs":
        few = people[:10]
        for person in few:
            await loads.befriend(person, people[2 * pairs : 2 * pairs + 20])
        dialogs = api.MessagesGetDialogs(
            offset_date=0, offset_id=0, offset_peer=api.InputPeerEmpty(), limit=20, hash=0
        )
        some = [person.client for person in few]
        done = await loads.calls(server, some, lambda _: dialogs, size.seconds)
        rows.append(row_of("messages.getDialogs of 20", done, 150))
    if only in "messages.getHistory":
        peer_of = dict(zip((id(c) for c in who), peers, strict=True))

        def history(client: Client) -> api.MessagesGetHistory:
            return api.MessagesGetHistory(
                peer=peer_of[id(client)],
                offset_id=0,
                offset_date=0,
                add_offset=0,
                limit=50,
                max_id=0,
                min_id=0,
                hash=0,
            )

        for client in who[:10]:
            await loads.write(client, peer_of[id(client)], 50)
        done = await loads.calls(server, who[:10], history, size.seconds)
        rows.append(row_of("messages.getHistory of 50", done, 150))
    return rows


async def measure_idle(server: Server, auths: Sequence[AuthKey], size: Size) -> list[Row]:
    """Leave connections alone."""
    found = await loads.idle(server, auths, size.connections, size.idle_seconds)
    each, scale = found.bytes_each / KIB, 10_000 / found.count
    name, shown = "idle connection", f"{each:.1f} KiB"
    rows = [Row(name, found.count, shown, target="16 KiB", passed=each <= 16)]
    for name, share in (
        ("  10,000 of them, silent", found.silent_share),
        ("  10,000 of them, a ping a minute", found.pinging_share),
    ):
        used, shown = share * scale, f"{share * scale * 100:.1f} % of a core"
        row = time_row(name, found.count, used, found.round_us, 2_000, shown)
        rows.append(row._replace(target=f"{row.target} a second"))
    return rows


async def calibrate(directory: Path, seconds: float) -> list[Row]:
    """Measure what the machine can do at most."""
    echoed = await calibration.echo(seconds)
    kept = calibration.commits(directory, seconds)
    name = f"(raw echo of {calibration.ECHO_BYTES} bytes)"
    commit = kept.seconds / kept.rounds * 1000
    limits = calibration.limits()
    return [
        Row(
            name,
            echoed.rounds,
            f"{echoed.cpu_seconds / echoed.rounds * 1e6:.0f} µs",
            rate=f"{echoed.rounds / echoed.seconds:,.0f}",
        ),
        Row(
            f"(raw SQLite commit of {calibration.COMMIT_ROWS} rows, FULL)",
            kept.rounds,
            f"{kept.cpu_seconds / kept.rounds * 1e6:,.0f} µs",
            rate=f"{kept.rounds / kept.seconds:,.0f}",
            p50=f"{commit:.1f}",
        ),
        Row("(a round of Python)", calibration.ROUNDS, f"{calibration.round_us():.1f} µs", "1"),
        Row("(limit of the upload of a MiB)", calibration.MIBS, f"{limits.upload:,.0f} µs"),
        Row("(limit of the download of a MiB)", calibration.MIBS, f"{limits.download:,.0f} µs"),
    ]


def allow_connections(wanted: int) -> int:
    """Raise the limit of open files as far as it goes; return how many connections fit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = min(hard, max(soft, wanted + 2000))
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return min(wanted, allowed - 1500)


async def bench(directory: Path, size: Size, only: str) -> list[Row]:
    """Measure the first part, or what is asked for of it."""
    rows = await calibrate(directory, size.seconds / 2)
    if not only:
        rows += measure_start(directory)
        rows += measure_arrivals()
        rows += site.measure_loading(directory / "site")
    with Server(directory / "data") as server:
        print(f"server: process {server.pid}", file=sys.stderr)
        if only:
            _, auths = await loads.keys(server, 2 * size.pairs + 20)
        else:
            made, auths = await measure_keys(server, size)
            rows += made
        if Server.python == sys.executable and (not only or only in "site"):  # others may have none
            rows += await site.measure_pages(server, size.seconds)
        people = await loads.people(server, auths)
        rows += await measure_calls(server, people, size, only)
        if not only:
            for person in people:
                person.client.close()
            rows += await measure_idle(server, auths, size)
        for line in server.complaints():
            print(line, file=sys.stderr)
    return rows


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="A minute; its numbers are rougher.")
    parser.add_argument("--only", default="", help="Only messages and calls with this in the name.")
    parser.add_argument("--directory", type=Path, help="Where to keep the data while measuring.")
    parser.add_argument(
        "--server",
        default=sys.executable,
        help="The Python that starts the server: that of another version's .venv, to compare it.",
    )
    parser.add_argument(
        "--part", type=int, choices=(1, 2), help="Only people, or only communities."
    )
    parser.add_argument(
        "--file-mib", type=int, help="How large the files are that move; 1024 once."
    )
    parser.add_argument("--people", type=int, help="In the store that is started on; 100000 once.")
    parser.add_argument("--messages", type=int, help="In the same store; 10000000 once.")
    parser.add_argument("--enrolled", type=int, help="In the channel, online or not; 100000 once.")
    parser.add_argument("--json", type=Path, help="Keep what was measured in this file as well.")
    given = parser.parse_args()
    Server.python = given.server
    size = QUICK if given.quick else FULL
    sizes = {
        "file_mib": given.file_mib,
        "people": given.people,
        "messages": given.messages,
        "enrolled": given.enrolled,
    }
    crowd = replace(
        community.QUICK if given.quick else community.FULL,
        **{name: wanted for name, wanted in sizes.items() if wanted},
    )
    fitting = allow_connections(max(size.connections, crowd.subscribers))
    size = replace(size, connections=min(fitting, size.connections))
    with tempfile.TemporaryDirectory(dir=given.directory, prefix="chappe-bench-") as directory:
        rows = []
        if given.part != 2:
            rows += uvloop.run(bench(Path(directory), size, given.only))
        if given.part != 1:
            rows += uvloop.run(community.measure(Path(directory), crowd, given.only))
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}\n")
    show(rows)
    if given.json:
        keep(rows, datetime.now(UTC), given.json)
    if any(row.passed is False for row in rows):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
