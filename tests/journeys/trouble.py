"""What befalls a browser from outside of it: it stands still, or it may keep nothing."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def refuses_storage(profile: Path) -> Path:
    """Make settings by which a browser lets no page keep anything."""
    settings = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (profile / "Default").mkdir(parents=True)
    (profile / "Default" / "Preferences").write_text(json.dumps(settings))
    return profile


@contextmanager
def asleep() -> Iterator[None]:
    """Let every browser of this process stand still, as on a computer that sleeps."""
    browsers = [one for one in descendants(os.getpid()) if "chrom" in name_of(one)]
    try:
        for pid in browsers:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in browsers:
            os.kill(pid, signal.SIGCONT)


def descendants(pid: int) -> list[int]:
    """Return the processes that a process began, and theirs."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found += [child, *descendants(child)]
    return found


def name_of(pid: int) -> str:
    """Return what a process is called."""
    return Path(f"/proc/{pid}/comm").read_text()
