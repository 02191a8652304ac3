"""Blobs in a bucket that speaks S3: an object for each part, and one that says the blob is finished."""

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

import obstore
from obstore.exceptions import BaseError, NotFoundError

from chappe.core.configuration import S3
from chappe.ports import MARK, EngineError, Mark, unpack_mark

from .bucket_store import open_bucket

T = TypeVar("T")
REQUEST_S: Final = 15  # seconds one request may take; twice that with all its tries
RETRIES_MAX: Final = 4  # tries of one request
FINISHED: Final = "finished"
BEYOND: Final = "416"  # the status of a range that begins behind the end


class S3Blobs:
    """See `ports.Blobs`. Consistency and durability are the bucket's: one that reads what was written."""

    def __init__(self, settings: S3, request_s: float = REQUEST_S) -> None:
        self._patience_s = 2 * request_s
        self._store = open_bucket(settings, request_s, RETRIES_MAX)

    async def put_part(
        self, blob: str, part_bytes: int, number: int, data: bytes | bytearray
    ) -> None:
        """See `ports.Blobs`."""
        await self._asked(obstore.put_async(self._store, f"{blob}/{number:06d}", data))

    async def commit(self, blob: str) -> None:
        """See `ports.Blobs`."""
        await self._asked(obstore.put_async(self._store, f"{blob}/{FINISHED}", b"\n"))

    async def read(self, blob: str, part_bytes: int, offset: int, size: int) -> bytes:
        """See `ports.Blobs`."""
        first, last = offset // part_bytes, (offset + size - 1) // part_bytes
        ranges = []
        for number in range(first, last + 1):
            low = max(offset - number * part_bytes, 0)
            high = min(offset + size - number * part_bytes, part_bytes)
            ranges.append(self._range(f"{blob}/{number:06d}", low, high))
        return b"".join(await asyncio.gather(*ranges))

    async def _range(self, name: str, low: int, high: int) -> bytes:
        """Return a range of one object, cut at its end; nothing if it is not there or shorter."""
        try:
            found = await self._asked(
                obstore.get_async(self._store, name, options={"range": (low, high)})
            )
            return bytes(await self._asked(found.bytes_async()))
        except NotFoundError:
            return b""
        except EngineError as error:
            # The status is told in words only, among which the name may hold anything: ask the size.
            if BEYOND not in str(error.__cause__) or await self._size(name) > low:
                raise
            return b""

    async def _size(self, name: str) -> int:
        """Return how many bytes an object has; 0 if it is not there."""
        try:
            return int((await self._asked(obstore.head_async(self._store, name)))["size"])
        except NotFoundError:
            return 0

    async def delete(self, blob: str) -> None:
        """See `ports.Blobs`."""

        async def listed() -> list[str]:
            pages = obstore.list(self._store, blob)
            return [entry["path"] async for page in pages for entry in page]

        names = await self._asked(listed())
        if names:
            await self._asked(obstore.delete_async(self._store, names))

    async def sweep(self, older_s: float) -> int:
        """See `ports.Blobs`. Does none: give the bucket a rule if clients leave much unfinished."""
        return 0

    async def mark(self) -> Mark | None:
        """See `ports.MovableBlobs`."""
        try:
            found = await self._asked(obstore.get_async(self._store, MARK))
            return unpack_mark(bytes(await self._asked(found.bytes_async())))
        except NotFoundError:
            return None

    async def set_mark(self, mark: Mark | None) -> None:
        """See `ports.MovableBlobs`."""
        if mark is None:
            await self._asked(obstore.delete_async(self._store, MARK))
        else:
            await self._asked(obstore.put_async(self._store, MARK, mark.pack().encode()))

    async def is_empty(self) -> bool:
        """See `ports.MovableBlobs`."""
        return not await self._asked(self._page())

    async def _page(self) -> list[str]:
        """Return the names of some objects, the mark left out; none if there are no others."""
        async for page in obstore.list(self._store):
            names = [entry["path"] for entry in page if entry["path"] != MARK]
            if names:
                return names
        return []

    async def clear(self) -> None:
        """See `ports.MovableBlobs`."""
        while names := await self._asked(self._page()):
            await self._asked(obstore.delete_async(self._store, names))

    async def _asked(self, request: Awaitable[T]) -> T:
        """Return the answer to a request, or what its failure means here."""
        try:
            return await asyncio.wait_for(request, self._patience_s)
        except (NotFoundError, FileNotFoundError):
            raise NotFoundError from None
        except (BaseError, TimeoutError) as error:
            raise EngineError(
                "The bucket of files does not answer: check it and its settings."
            ) from error

    async def close(self) -> None:
        """See `ports.Blobs`."""
