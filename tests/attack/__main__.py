"""The command line: `script/attack`."""

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from pathlib import Path

from chappe.telemetry import configure

from .play import play
from .report import report


def main() -> int:
    """Play every attack and report; return 1 if anything was a surprise."""
    reader = argparse.ArgumentParser(prog="script/attack", description=__doc__)
    reader.add_argument("--long", action="store_true", help="also play what takes minutes")
    long = reader.parse_args().long
    for noisy in ("telethon", "asyncio"):  # they say much while a server dies
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    configure("error", "console")  # of the server's program in this process
    begun = time.monotonic()
    print("A server is started and attacked, on this machine alone…", flush=True)  # noqa: T201
    with tempfile.TemporaryDirectory(prefix="chappe-attack-") as folder:
        found = asyncio.run(play(Path(folder), long=long))
    code = report(found, print)
    print(f"{time.monotonic() - begun:.0f} s.")  # noqa: T201
    return code


if __name__ == "__main__":
    sys.exit(main())
