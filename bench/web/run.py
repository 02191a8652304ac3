"""Measure the web client: `script/bench-web`."""

import argparse
import asyncio
import os
import platform
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bench.calibration import round_us
from bench.sides import Side
from chappe import tl

from . import calibration, loading, scrolling, sending
from .rows import Row, ms_row, show
from .stage import Host, Watched

Part = Callable[[Host, Side], Awaitable[list[Row]]]


async def calibrated(host: Host) -> list[Row]:
    """Return what the machine does without the client."""
    async with Watched(host) as anybody:
        mixture = await calibration.mixture_ms(anybody.page)
    return [
        ms_row("(a round of JavaScript)", mixture),
        Row("(a round of Python)", f"{round_us():.1f} µs"),
        ms_row("(a ping of a bare WebSocket)", await calibration.ping_ms(host.port)),
        Row("(processes that want a core)", f"{os.getloadavg()[0]:.1f} of {os.cpu_count()} cores"),
    ]


PARTS: Final[dict[str, Part]] = {
    "load": lambda host, _: loading.first_load(host),
    "reload": loading.reload,
    "send": lambda host, _: sending.sent(host),
    "chats": scrolling.many_chats,
    "scroll": scrolling.long_chat,
}


async def bench(names: list[str]) -> list[Row]:
    """Run the parts, each on a server of its own."""
    rows: list[Row] = []
    for name in names:
        with ExitStack() as stack:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chappe-web-")))
            host = stack.enter_context(Host(directory / "data"))
            rows += await calibrated(host)
            rows += await PARTS[name](host, Side(host, tl.LAYER))
            print(f"{name}: done", file=sys.stderr)
    return rows


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="script/bench-web", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"Of {', '.join(PARTS)}; none: all.")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no part: {', '.join(unknown)}")
    rows = asyncio.run(bench(given.parts or list(PARTS)))
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}\n")
    show(rows)
    if any(row.kept is False for row in rows):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
