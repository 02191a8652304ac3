"""A screen that nobody sees."""

import os
import subprocess

from .system import debian


def open_screen(width: int, height: int) -> tuple[subprocess.Popen[bytes], str]:
    """Open an X server of its own; return it, and its display's name once programs can open windows there."""
    ours, theirs = os.pipe()
    server = subprocess.Popen(
        [
            debian("Xvfb"),
            *("-displayfd", str(theirs)),
            *("-screen", "0", f"{width}x{height}x24"),
            *("-nolisten", "tcp"),
            "-noreset",
        ],
        pass_fds=(theirs,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    with os.fdopen(ours) as told:
        return server, f":{told.readline().strip()}"
