"""The first load, by file, and a reload until the list of chats is painted."""

import asyncio
import re
from importlib import resources
from statistics import median
from typing import Any, Final
from urllib.parse import urlsplit

from bench.client import find
from bench.loads import at_once, write
from bench.sides import Side
from chappe.gateways.web.kept_files import read_files

from .rows import Row, ms_row
from .stage import Host, Watched

FIRST_BYTES_MAX: Final = 350_000
RELOAD_MS_MAX: Final = 600
RELOADS: Final = 9
REST_S: Final = 2.0  # between two reloads, so that the last one is over
CHATS: Final = 100
MARKS: Final = "performance.getEntriesByType('mark').map((one) => [one.name, one.startTime])"
# when the first row of the list was painted: a frame after it is there, and what is done after the frame
PAINTED: Final = """
new Promise((done) => {
  const look = () => {
    if (document.querySelector('.chat-row[data-chat]') === null) {
      return requestAnimationFrame(look)
    }
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => done(performance.now())
      port2.postMessage(0)
    })
  }
  look()
})
"""


async def befriended(host: Host, side: Side, phone: str, chats: int) -> None:
    """Give somebody in a browser so many chats, each with a message."""
    people = await side.people(chats)

    async def one(client: Any) -> None:
        await write(client, await find(client, phone.lstrip("+")), 1)

    await at_once(8, [lambda c=person.client: one(c) for person in people])  # type: ignore[misc]


async def first_load(host: Host) -> list[Row]:
    """Open the client for the first time, until somebody has signed up and sees the chats."""
    async with Watched(host) as ada:
        await ada.browser.page.locator("input[name=number]").wait_for()
        form = dict(ada.requests)
        await ada.browser.sign_up(ada.phone, "Ada")
        early = dict(ada.requests)
    kinds: dict[str, int] = {}
    bodies = 0
    for url, size in early.items():
        path = urlsplit(url).path
        name = re.sub(r"-[A-Z0-9]{8}(?=\.)", "", path.rpartition("/")[2]) or "index.html"
        kinds[name] = kinds.get(name, 0) + size
        bodies += size
    worker = worker_bytes()
    parts = ", ".join(
        f"{name} {size:,}" for name, size in sorted(kinds.items(), key=lambda kind: -kind[1])[:6]
    )
    total = bodies + worker
    return [
        Row(
            "before the first chat, with heads",
            f"{total:,} bytes in {len(early) + 1} files",
            f"{FIRST_BYTES_MAX:,}",
            total <= FIRST_BYTES_MAX,
        ),
        Row("… of it", f"worker.js {worker:,}, {parts}"),
        Row("… of it before the log-in", f"{sum(form.values()) + worker:,} bytes"),
    ]


def worker_bytes() -> int:
    """Return the bytes of the worker's script, whose request belongs to no target that could be watched."""
    files = read_files(resources.files("chappe.gateways.web") / "files")
    (worker,) = [file for name, file in files.items() if name.startswith("/assets/worker-")]
    return len(worker.best("gzip").body)


async def reload(host: Host, side: Side) -> list[Row]:
    """Reload the page of somebody with a hundred chats, whose files and session are in the browser."""
    async with Watched(host) as ada:
        await ada.browser.sign_up(ada.phone, "Ada")
        await befriended(host, side, ada.phone, CHATS)
        await ada.browser.chats.get_by_role("button").first.wait_for()
        await asyncio.sleep(REST_S)
        took: dict[str, list[float]] = {}
        for _ in range(RELOADS):
            await ada.browser.page.reload(wait_until="commit")
            took.setdefault("painted", []).append(await ada.browser.page.evaluate(PAINTED))
            await asyncio.sleep(REST_S)
            for name, at in await ada.browser.page.evaluate(MARKS):
                took.setdefault(name, []).append(at)
    found = {name: median(times) for name, times in took.items()}
    return [
        ms_row(f"reload → list of {CHATS} chats painted, p50", found.pop("painted"), RELOAD_MS_MAX),
        *(ms_row(f"… page's mark “{name}”", at) for name, at in found.items()),
    ]
