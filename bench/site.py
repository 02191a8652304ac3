"""The site: what a file costs, and what loading the library and the files costs the loop and the memory.

Loading is measured in a process of its own, by a timer beside it. Time that any of its threads stood in the
kernel's queue for a processor is taken off.
"""

import asyncio
import gc
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import perf_counter
from typing import Final

import uvloop

from chappe import app
from chappe.core.configuration import Configuration

from .loads import Measured, timed
from .machine import Server, resident_bytes
from .table import MIB, Row, row_of

TICK_S: Final = 0.001
BROWSERS: Final = 16  # connections that ask at the same time
HEADERS: Final = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0\r\n"
    "Accept: */*\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-US,en;q=0.9\r\n"
    "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n"
)
PAGES: Final = {"the start page": "/", "/.well-known/chappe.json": "/.well-known/chappe.json"}


def queued_seconds() -> float:
    """Return how long the threads of this process have stood ready without a processor."""
    total = 0
    for thread in Path("/proc/self/task").iterdir():
        try:
            total += int((thread / "schedstat").read_text("ascii").split()[1])
        except (OSError, IndexError, ValueError):
            continue  # it has ended, or the kernel does not tell
    return total / 1e9


async def load(directory: Path) -> dict[str, float]:
    """Start a server here, load its site, and return seconds held, seconds taken, and bytes more."""
    server = await app.start(Configuration(port=0), directory, None)
    await server.listen()
    gc.collect()
    gc.freeze()
    await asyncio.sleep(0.2)
    before, held, began = resident_bytes(os.getpid()), 0.0, perf_counter()
    loading = asyncio.get_running_loop().create_task(server.load_rest())
    while not loading.done():
        queued, started = queued_seconds(), perf_counter()
        await asyncio.sleep(TICK_S)
        held = max(held, perf_counter() - started - TICK_S - (queued_seconds() - queued))
    took = perf_counter() - began
    await loading
    await asyncio.sleep(0.2)
    more = resident_bytes(os.getpid()) - before
    await server.stop()
    return {"held": held, "took": took, "more": more}


def measure_loading(directory: Path) -> list[Row]:
    """Return what loading costs. The first time everything is compiled, so the second is measured."""
    given = [sys.executable, "-m", "bench.site", str(directory)]
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(directory.with_name("compiled"))}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    for _ in range(2):
        done = subprocess.run(given, check=True, stdout=subprocess.PIPE, env=environment)
    found = json.loads(done.stdout)
    held, more = found["held"] * 1000, found["more"] / MIB
    return [
        Row("site loaded, in a thread", 1, f"{found['took']:.2f} s"),
        Row("  loop held meanwhile, at most", 1, f"{held:.1f} ms", target="5 ms", passed=held <= 5),
        Row("  memory then", 1, f"+{more:.1f} MiB", target="16 MiB", passed=more <= 16),
    ]


async def measure_pages(server: Server, seconds: float) -> list[Row]:
    """Return what a file costs that is asked for again and again."""
    return [row_of(name, await _ask(server, path, seconds), 10) for name, path in PAGES.items()]


async def _ask(server: Server, path: str, seconds: float) -> Measured:
    place = server.place
    asked = f"GET {path} HTTP/1.1\r\nHost: localhost:{place.port}\r\n{HEADERS}\r\n".encode()
    browsers = [await asyncio.open_connection(place.host, place.port) for _ in range(BROWSERS)]

    def worker(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            writer.write(asked)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            if not head.startswith(b"http/1.1 200 "):
                raise RuntimeError(head)
            length = head.partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))

        return work

    done = await timed(server, [worker(*browser) for browser in browsers], seconds)
    for _, writer in browsers:
        writer.close()
    return done


if __name__ == "__main__":
    print(json.dumps(uvloop.run(load(Path(sys.argv[1])))))
