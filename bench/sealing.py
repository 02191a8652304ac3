"""What sealing costs: this server, and the same one that seals nothing, both running, measured in turn."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import uvloop

from chappe import tl

from . import calibration
from .machine import Server
from .pair import BURST_S, ROUNDS, Compared, compare
from .pair_loads import LOADS
from .ratios import judge
from .run import allow_connections
from .sides import Side

CONNECTIONS_MAX: Final = 2_000
RATIO_MAX: Final = 1.15  # what a message may cost of what it costs in the open
ROWS: Final = (
    "private message, kept and delivered",
    "basic group of 50, a message to all online",
    "messages.getDialogs of 20",
    "messages.getHistory of 50",
)


async def measure(
    directory: Path, names: Sequence[str], rounds: int, seconds: float
) -> list[Compared]:
    """Start both servers and compare every row."""
    rows = []
    with (
        Server(directory / "sealed") as sealed,
        Server(directory / "open", program="bench.in_the_open") as opened,
    ):
        sides = (Side(sealed, tl.LAYER), Side(opened, tl.LAYER))
        for name in names:
            yardstick = calibration.Yardstick()
            found = judge(await compare(sides, LOADS[name], rounds, seconds))
            rows.append(Compared(name, found, yardstick.end(), 0.0))
            print(f"{name}: {found.ratio:.3f}", file=sys.stderr)
        for server in (sealed, opened):
            for line in server.complaints():
                print(line, file=sys.stderr)
    return rows


def main() -> None:
    """Run from the command line; the exit code is 1 if to seal a message costs more than it may."""
    parser = argparse.ArgumentParser(prog="script/bench --in-the-open", description=__doc__)
    parser.add_argument("--in-the-open", action="store_true", help="What this is.")
    parser.add_argument("--only", default="", help="Only rows with this in the name.")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="Of each row.")
    parser.add_argument("--seconds", type=float, default=BURST_S, help="Processor time of a burst.")
    parser.add_argument("--directory", type=Path, help="Where to keep the data while measuring.")
    given = parser.parse_args()
    names = [name for name in ROWS if given.only in name]
    allow_connections(CONNECTIONS_MAX)
    with tempfile.TemporaryDirectory(dir=given.directory, prefix="chappe-sealing-") as where:
        rows = uvloop.run(measure(Path(where), names, given.rounds, given.seconds))
    print("| operation | in the open | sealed | ratio | 95 % | in rounds |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, v, round_us, _ in rows:
        print(
            f"| {name} | {v.theirs_us:,.1f} µs | {v.ours_us:,.1f} µs | {v.ratio:.3f} "
            f"| {v.low:.3f} to {v.high:.3f} | {v.theirs_us / round_us:.1f} → {v.ours_us / round_us:.1f} |"
        )
    message = next((row.verdict for row in rows if row.name == ROWS[0]), None)
    if message is not None and message.ratio > RATIO_MAX:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
