"""Previews of pages, fetched by processes apart, and remembered for a while."""

import asyncio
import sys
import time
from collections import OrderedDict
from typing import Final

from chappe.ports import Preview

from .workers import Worker, WorkerFailed

PROCESSES_MAX: Final = 3  # pages fetched at the same time
WAITING_MAX: Final = 64  # pages that wait to be fetched; for others there is no preview
REMEMBERED_MAX: Final = 16  # previews that are not fetched again
REMEMBERED_BYTES_MAX: Final = 8 * 1024 * 1024  # bytes of their images and texts
REMEMBERED_S: Final = 600  # seconds they are remembered


class WorkerPreviews:
    """See `ports.Previews`."""

    def __init__(self, also: tuple[str, ...] = ()) -> None:
        """`also` are places, as host:port, it may go to beyond the public internet."""
        self._also = also
        self._free: asyncio.Queue[Worker] = asyncio.Queue()
        self._workers = [Worker("chappe.engines.previews_worker") for _ in range(PROCESSES_MAX)]
        for worker in self._workers:
            self._free.put_nowait(worker)
        self._waiting = 0
        self._known: OrderedDict[str, tuple[float, Preview | None]] = OrderedDict()
        self._known_bytes = 0

    async def fetch(self, url: str) -> Preview | None:
        """See `ports.Previews`."""
        known = self._known.get(url)
        if known is not None and time.monotonic() - known[0] < REMEMBERED_S:
            return known[1]
        if self._waiting >= WAITING_MAX:
            return None
        self._waiting += 1
        try:
            found = await self._fetch(url)
        finally:
            self._waiting -= 1
        self._remember(url, found)
        return found

    def _remember(self, url: str, found: Preview | None) -> None:
        if (earlier := self._known.pop(url, None)) is not None:
            self._known_bytes -= _size(url, earlier[1])
        self._known[url] = (time.monotonic(), found)
        self._known_bytes += _size(url, found)
        while len(self._known) > REMEMBERED_MAX or self._known_bytes > REMEMBERED_BYTES_MAX:
            oldest, (_, known) = self._known.popitem(last=False)
            self._known_bytes -= _size(oldest, known)

    async def _fetch(self, url: str) -> Preview | None:
        worker = await self._free.get()
        try:
            told = await worker.do((url, self._also))
        except WorkerFailed:
            return None
        finally:
            self._free.put_nowait(worker)
        return None if "refused" in told else Preview(**told)

    async def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            await worker.close()


def _size(url: str, found: Preview | None) -> int:
    """Return about how many bytes a preview takes in memory."""
    if found is None:
        return len(url)
    texts = (url, found.url, found.kind, found.site, found.title, found.description)
    return sum(map(sys.getsizeof, texts)) + len(found.image)
