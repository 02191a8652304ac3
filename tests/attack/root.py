"""Root on the machine, and another user of it."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from .findings import Finding, caught, got
from .markers import Place
from .stage import Stage

LOOKED_FOR: Final = (Place.TEXT, Place.CAPTION, Place.PHONE, Place.DRAFT, Place.HINT, Place.KEY)
NOBODY: Final = 65_534  # another user
REGION_BYTES_MAX: Final = 1 << 26  # bytes of one region that are read
SPY: Final = """
import sys
for path in sys.argv[1:]:
    try:
        open(path, "rb").read(1)
        print("opened", path)
    except OSError as error:
        print(error.strerror, path)
"""


def play_memory(stage: Stage) -> Finding:
    """Read the memory of the running server, as a debugger does, and look for what was written."""
    pid = stage.server.pid
    wanted = {one.written: one.place for one in stage.sealed.markers if one.place in LOOKED_FOR}
    seen: set[Place] = set()
    try:
        maps = Path(f"/proc/{pid}/maps").read_text()
        with Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
            for line in maps.splitlines():
                region = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
                if region is None:
                    continue
                begin, end = (int(number, 16) for number in region.groups())
                try:
                    memory.seek(begin)
                    content = memory.read(min(end - begin, REGION_BYTES_MAX))
                except (OSError, ValueError, OverflowError):
                    continue
                seen |= {place for word, place in wanted.items() if word in content}
    except OSError as error:
        return got(f"not shown here, since it takes root: {error.strerror}")
    if Place.KEY not in seen or len(seen) < 2:
        return caught(f"found in the memory: {', '.join(sorted(one.value for one in seen))}")
    return got(f"{len(seen)} of {len(wanted)} markers were in the memory, authorisation keys too")


def play_other_user(stage: Stage) -> Finding:
    """Try the same as somebody else who has an account on the machine."""
    if os.getuid() != 0:
        mode = stage.server.data.stat().st_mode & 0o077
        return (
            got("others may enter the folder")
            if mode
            else caught("nobody else may enter the folder")
        )
    data = stage.server.data
    paths = [f"/proc/{stage.server.pid}/mem", str(data / "chappe.db"), str(data / "control.sock")]
    spy = subprocess.run(
        [sys.executable, "-c", SPY, *paths],
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
    )
    if spy.returncode or "opened" in spy.stdout:
        return got(spy.stdout + spy.stderr)
    return caught("memory, store and control socket are shut to others")
