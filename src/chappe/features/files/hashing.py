"""SHA-256 of uploads, computed while parts come in."""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, Final

from chappe.ports import Files, SealedFile
from chappe.updates import PerServer

FILES_HASHED_MAX: Final = 1024  # files of which a hash is under way
READ_BYTES: Final = 512 * 1024  # bytes read at a time
CAUGHT_UP_MAX: Final = 4  # parts that came too early and are read back with one that came


class Hashes:
    """Hashes under way, by blob. What is forgotten is read again when it is needed."""

    def __init__(self) -> None:
        self._running: OrderedDict[str, tuple[Any, int]] = OrderedDict()

    def add(self, file: SealedFile, offset: int, data: bytes) -> None:
        """Take a part in, if it is the next one."""
        known = self._running.get(file.blob)
        if known is None:
            if offset:
                return
            known = (hashlib.sha256(), 0)
        hashed, reached = known
        if offset == reached:
            hashed.update(data)
            self._running[file.blob] = (hashed, reached + len(data))
            while len(self._running) > FILES_HASHED_MAX:
                self._running.popitem(last=False)

    def reached(self, file: SealedFile) -> int:
        """Return how many bytes are hashed."""
        return self._running.get(file.blob, (None, 0))[1]

    async def finish(self, files: Files, file: SealedFile, size: int) -> bytes:
        """Return the SHA-256 of a whole file; what is not hashed yet is read."""
        hashed, reached = self._running.pop(file.blob, (hashlib.sha256(), 0))
        for offset, length in _steps(reached, size):
            hashed.update(await files.read(file, offset, length))
        return bytes(hashed.digest())


def _steps(start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        length = min(READ_BYTES - start % READ_BYTES, end - start)
        yield start, length
        start += length


async def md5_of(files: Files, file: SealedFile, size: int) -> str:
    """Return the MD5 of a file in hexadecimal: what clients send along with small files."""
    hashed = hashlib.md5(usedforsecurity=False)
    for offset, length in _steps(0, size):
        hashed.update(await files.read(file, offset, length))
    return hashed.hexdigest()


HASHES: Final[PerServer[Hashes]] = PerServer(lambda _: Hashes())
