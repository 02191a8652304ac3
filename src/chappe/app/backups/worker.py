"""The process that makes and tries backups: `python -m chappe.app.backups.worker`.

It gets one piece of work as a line of standard input, and writes lines of JSON: how far it is, and last
what became of it. It ends when standard input does: then its server is gone. It steps back behind whatever
else the machine has to do.
"""

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, BinaryIO, Final

import msgspec

from chappe.gateways.cli import explain
from chappe.ports import EngineError
from chappe.telemetry.logs import where_of

from .job import MAKE, BackupWork
from .making import make
from .trial import attempt

TOLD_EVERY_S: Final = 0.5  # seconds between two lines that say how far it is


def run(
    work: BackupWork, write: Callable[[dict[str, Any]], None], now: Callable[[], float]
) -> None:
    """Do the work and tell of it."""
    told: list[float | str] = [0.0, ""]

    def tell(what: str, done: int, of: int) -> None:
        if what != told[1] or now() - float(told[0]) >= TOLD_EVERY_S:
            told[:] = [now(), what]
            write({"what": what, "done": done, "of": of})

    try:
        done = make(work, tell) if work.do == MAKE else attempt(work, tell)
        write({"ok": msgspec.to_builtins(done)})
    except OSError as error:
        write({"error": explain(error)})
    except EngineError as error:
        write({"error": str(error)})
    except Exception as error:  # noqa: BLE001  our bug: the server logs it
        write({"bug": type(error).__name__, "frames": where_of(error)})


def main(given: BinaryIO, out: BinaryIO) -> None:
    """Do the work that is given."""
    work = msgspec.json.decode(given.readline(), type=BackupWork)
    with contextlib.suppress(OSError):
        os.nice(work.niceness)
    threading.Thread(target=_end_with, args=(given,), daemon=True).start()

    def write(line: dict[str, Any]) -> None:
        out.write(msgspec.json.encode(line) + b"\n")
        out.flush()

    run(work, write, time.monotonic)


def _end_with(given: BinaryIO) -> None:
    given.read()
    os._exit(1)


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
