"""Two versions of the server, both running, measured in turn: what this one costs of what the other does."""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import uvloop

from chappe import tl

from . import calibration
from .machine import Server
from .pair_loads import LOADS, Load, Prepare
from .ratios import Burst, Round, Verdict, judge, order_of
from .run import allow_connections
from .sides import Side
from .versions import Version, opened

BURST_S: Final = 0.4  # of processor time
CONNECTIONS_MAX: Final = 2_000
UNITS_AT_FIRST: Final = 8
ROUNDS: Final = 12


class Compared(NamedTuple):
    """One row."""

    name: str
    verdict: Verdict
    round_us: float  # microseconds of a round of Python meanwhile
    limit_us: float  # of moving a MiB; 0: the row moves none


async def sized(side: Side, load: Load, seconds: float) -> int:
    """Return how many times fill a burst; what is done first is done on the way."""
    units, spent = UNITS_AT_FIRST, 0.0
    while spent < seconds / 4:
        spent = (await side.burst(load.run, units, load.each)).cpu_seconds
        units = max(1, min(units * 8, int(units * seconds / max(spent, 1e-3))))
    return units


async def compare(
    sides: tuple[Side, Side], prepare: Prepare, rounds: int, seconds: float
) -> list[Round]:
    """Make a load ready on both sides and run it on one and the other."""
    loads = [await prepare(side) for side in sides]
    both = list(zip(sides, loads, strict=True))
    units = min([await sized(side, load, seconds * load.part) for side, load in both])
    found = []
    for turn in range(rounds):
        ours: list[Burst] = []
        theirs: list[Burst] = []
        for is_ours in order_of(turn):
            side, load = both[0 if is_ours else 1]
            (ours if is_ours else theirs).append(await side.burst(load.run, units, load.each))
        found.append(Round((ours[0], ours[1]), (theirs[0], theirs[1])))
    return found


async def measure(
    directory: Path, other: Version, names: Sequence[str], rounds: int, seconds: float
) -> dict[str, tuple[list[Round], float, float]]:
    """Start both servers once and compare every row: (rounds, of Python meanwhile, limit of a MiB)."""
    layer = min(tl.LAYER, other.layer)
    found = {}
    with ExitStack() as stack:
        started = [
            stack.enter_context(Server(directory / "ours", python=sys.executable)),
            stack.enter_context(Server(directory / "theirs", python=other.python)),
        ]
        sides = (Side(started[0], layer), Side(started[1], layer))
        for name in names:
            yardstick = calibration.Yardstick()
            compared = await compare(sides, LOADS[name], rounds, seconds)
            limit = 0.0
            if "MiB" in name:
                limits = calibration.limits()
                limit = limits.upload if name.startswith("upload") else limits.download
            found[name] = (compared, yardstick.end(), limit)
            print(f"{name}: {judge(compared).ratio:.3f}", file=sys.stderr)
        for server in started:
            for line in server.complaints():
                print(line, file=sys.stderr)
    return found


def show(rows: Sequence[Compared], other: str, ours: str = "this") -> None:
    """Print the table, as Markdown."""
    print(f"| operation | {other} | {ours} | ratio | 95 % | of calibration | |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, v, round_us, limit_us in rows:
        said = "WORSE" if v.is_worse else "better" if v.is_better else ""
        unit, by = ("limits", limit_us) if limit_us else ("rounds", round_us)
        of = f"{v.theirs_us / by:,.2f} → {v.ours_us / by:,.2f} {unit}"
        print(
            f"| {name} | {v.theirs_us:,.1f} µs | {v.ours_us:,.1f} µs | {v.ratio:.3f} "
            f"| {v.low:.3f} to {v.high:.3f} | {of} | {said} |"
        )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--against", required=True, help="A checkout, or a commit of this clone.")
    parser.add_argument("--only", default="", help="Only rows with this in the name.")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="Of each row, at each start.")
    parser.add_argument("--seconds", type=float, default=BURST_S, help="Processor time of a burst.")
    parser.add_argument(
        "--starts",
        type=int,
        default=1,
        help="How often both servers are started anew: how one lies in memory is chance, too.",
    )
    parser.add_argument("--directory", type=Path, help="Where to keep the data while measuring.")
    parser.add_argument("--json", type=Path, help="Keep every burst in this file as well.")
    given = parser.parse_args()
    names = [name for name in LOADS if given.only in name]
    allow_connections(CONNECTIONS_MAX)
    starts = []
    with opened(given.against) as other:
        for _ in range(given.starts):
            with tempfile.TemporaryDirectory(dir=given.directory, prefix="chappe-pair-") as where:
                measuring = measure(Path(where), other, names, given.rounds, given.seconds)
                starts.append(uvloop.run(measuring))
    rows = []
    for name in names:
        found = [start[name] for start in starts]
        rounds = [one for compared, _, _ in found for one in compared]
        round_us = sum(one[1] for one in found) / len(found)
        limit_us = sum(one[2] for one in found) / len(found)
        rows.append(Compared(name, judge(rounds), round_us, limit_us))
    show(rows, given.against)
    if given.json:
        kept = {name: [start[name][0] for start in starts] for name in names}
        at = datetime.now(UTC).isoformat(timespec="seconds")
        text = json.dumps({"against": given.against, "at": at, "rounds": kept}, indent=1)
        given.json.write_text(text + "\n", "utf-8")
    if any(row.verdict.is_worse for row in rows):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
