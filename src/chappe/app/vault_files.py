"""Files of the vault: sealed bytes below a folder of the data directory, or in memory where there is none."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

READ_BYTES: Final = 1 << 20  # bytes read at a time
_NEW: Final = ".new"  # behind the name of a file that is being written


class FolderVault:
    """See `orders.VaultFiles`. Names are of the program: numbers and hexadecimal digits."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @asynccontextmanager
    async def writing(self, name: str) -> AsyncIterator[Callable[[bytes], Awaitable[None]]]:
        """See `VaultFiles`."""
        path = self._root / name
        beside = path.with_name(path.name + _NEW)
        await asyncio.to_thread(path.parent.mkdir, 0o700, parents=True, exist_ok=True)
        flags = os.O_CREAT | os.O_TRUNC | os.O_WRONLY
        with os.fdopen(await asyncio.to_thread(os.open, beside, flags, 0o600), "wb") as file:

            async def write(content: bytes) -> None:
                await asyncio.to_thread(file.write, content)

            yield write
            await asyncio.to_thread(_settle, file.fileno(), file.flush)
        await asyncio.to_thread(beside.replace, path)
        await asyncio.to_thread(_sync, path.parent)

    async def read(self, name: str) -> AsyncIterator[bytes]:
        """See `VaultFiles`."""
        with await asyncio.to_thread((self._root / name).open, "rb") as file:
            while piece := await asyncio.to_thread(file.read, READ_BYTES):
                yield piece

    async def drop(self, name: str) -> None:
        """See `VaultFiles`."""
        await asyncio.to_thread(_drop, self._root / name)

    async def hand_out(self, name: str) -> str:
        """See `VaultFiles`."""
        return str((self._root / name).absolute())


def _drop(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _settle(handle: int, flush: Callable[[], None]) -> None:
    flush()
    os.fsync(handle)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
