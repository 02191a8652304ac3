"""Blobs kept in memory: for tests, and for trying things out."""

from chappe.ports import Mark


class MemoryBlobs:
    """See `ports.Blobs`. Durable only as long as the process."""

    def __init__(self) -> None:
        self._parts: dict[str, dict[int, bytes]] = {}
        self._finished: set[str] = set()
        self._mark: Mark | None = None

    async def put_part(
        self, blob: str, part_bytes: int, number: int, data: bytes | bytearray
    ) -> None:
        """See `ports.Blobs`."""
        self._parts.setdefault(blob, {})[number] = bytes(data)

    async def commit(self, blob: str) -> None:
        """See `ports.Blobs`."""
        self._finished.add(blob)

    async def read(self, blob: str, part_bytes: int, offset: int, size: int) -> bytes:
        """See `ports.Blobs`."""
        parts = self._parts.get(blob, {})
        out = b""
        while len(out) < size:
            number, skip = divmod(offset + len(out), part_bytes)
            piece = parts.get(number, b"")[skip : skip + size - len(out)]
            if not piece:
                break
            out += piece
        return out

    async def delete(self, blob: str) -> None:
        """See `ports.Blobs`."""
        self._parts.pop(blob, None)
        self._finished.discard(blob)

    async def sweep(self, older_s: float) -> int:
        """See `ports.Blobs`. Knows no ages: with 0 seconds everything unfinished goes."""
        if older_s > 0:
            return 0
        gone = [blob for blob in self._parts if blob not in self._finished]
        for blob in gone:
            del self._parts[blob]
        return len(gone)

    async def mark(self) -> Mark | None:
        """See `ports.MovableBlobs`."""
        return self._mark

    async def set_mark(self, mark: Mark | None) -> None:
        """See `ports.MovableBlobs`."""
        self._mark = mark

    async def is_empty(self) -> bool:
        """See `ports.MovableBlobs`."""
        return not self._parts

    async def clear(self) -> None:
        """See `ports.MovableBlobs`."""
        self._parts.clear()
        self._finished.clear()

    async def close(self) -> None:
        """See `ports.Blobs`."""
