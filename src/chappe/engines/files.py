"""Blobs as files of a local directory."""

import errno
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from chappe.ports import MARK, EngineError, Mark, StoreFull, StoreReadOnly, unpack_mark

from .threads import Threads

P = ParamSpec("P")
T = TypeVar("T")
UNFINISHED: Final = "unfinished"
THREADS_MAX: Final = 6  # threads that write and read files
# Linux writes through to the disk in the same call, and reads only what it has in memory already.
WRITE_THROUGH: Final = getattr(os, "RWF_DSYNC", 0)
IN_MEMORY: Final = getattr(os, "RWF_NOWAIT", 0)


class FileBlobs:
    """See `ports.Blobs`.

    A blob is written at its place in `unfinished/`, each part through to the disk, and renamed when it is
    finished. Of a part that was cut short by a crash nothing was promised, and its seal does not open.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._threads = Threads(THREADS_MAX, "files")
        self._unlisted: set[str] = set()  # made, and their directory is not on the disk yet
        (directory / UNFINISHED).mkdir(parents=True, exist_ok=True, mode=0o700)

    def _final(self, blob: str) -> Path:
        return self._directory / blob[:2] / blob

    def _unfinished(self, blob: str) -> Path:
        return self._directory / UNFINISHED / blob

    async def put_part(
        self, blob: str, part_bytes: int, number: int, data: bytes | bytearray
    ) -> None:
        """See `ports.Blobs`."""
        await self._in_thread(self._put, blob, part_bytes * number, data)

    def _put(self, blob: str, offset: int, data: bytes | bytearray) -> None:
        path = self._unfinished(blob)
        try:
            file = os.open(path, os.O_WRONLY)
        except FileNotFoundError:
            self._unlisted.add(blob)
            file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            view = memoryview(data)
            while view:
                written = os.pwritev(file, (view,), offset, WRITE_THROUGH)
                view, offset = view[written:], offset + written
            if not WRITE_THROUGH:
                os.fsync(file)
        finally:
            os.close(file)
        if blob in self._unlisted:  # also if another part made it, and has not come here yet
            _sync_directory(path.parent)
            self._unlisted.discard(blob)

    async def commit(self, blob: str) -> None:
        """See `ports.Blobs`."""
        await self._in_thread(self._commit, blob)

    def _commit(self, blob: str) -> None:
        source, target = self._unfinished(blob), self._final(blob)
        if not source.exists():
            return
        if not target.parent.exists():
            target.parent.mkdir(mode=0o700, exist_ok=True)
            _sync_directory(self._directory)
        try:
            source.rename(target)
        except FileNotFoundError:  # somebody else finished or deleted it meanwhile
            return
        _sync_directory(target.parent)
        _sync_directory(source.parent)
        self._unlisted.discard(blob)

    async def read(self, blob: str, part_bytes: int, offset: int, size: int) -> bytes | bytearray:
        """See `ports.Blobs`. What the system has in memory is copied at once: a thread costs more."""
        if IN_MEMORY:
            with _explained():
                found = self._read(blob, offset, size, IN_MEMORY)
            if found is not None:
                return found
        return await self._in_thread(self._read, blob, offset, size, 0) or b""

    def _read(self, blob: str, offset: int, size: int, flags: int) -> bytearray | None:
        """Return a range, empty where there is no blob; None where `IN_MEMORY` and it is not."""
        final = f"{self._directory}/{blob[:2]}/{blob}"  # joined as text: it is done for each part
        for path in (final, f"{self._directory}/{UNFINISHED}/{blob}", final):
            try:
                file = os.open(path, os.O_RDONLY)
            except FileNotFoundError:
                continue
            try:
                return _read_from(file, offset, size, flags)
            except OSError as error:
                if flags and error.errno in {errno.EAGAIN, errno.EOPNOTSUPP, errno.EINVAL}:
                    return None  # it would have to wait, or this file system cannot tell
                raise
            finally:
                os.close(file)
        return bytearray()

    async def delete(self, blob: str) -> None:
        """See `ports.Blobs`."""
        await self._in_thread(self._delete, blob)

    def _delete(self, blob: str) -> None:
        for path in (self._unfinished(blob), self._final(blob)):
            path.unlink(missing_ok=True)
        self._unlisted.discard(blob)

    async def sweep(self, older_s: float) -> int:
        """See `ports.Blobs`."""
        return await self._in_thread(self._sweep, older_s)

    def _sweep(self, older_s: float) -> int:
        count = 0
        with os.scandir(self._directory / UNFINISHED) as entries:
            for entry in entries:
                try:
                    if time.time() - entry.stat().st_mtime < older_s:
                        continue
                    Path(entry.path).unlink()
                except FileNotFoundError:  # it was finished or deleted meanwhile
                    continue
                self._unlisted.discard(entry.name)
                count += 1
        return count

    async def mark(self) -> Mark | None:
        """See `ports.MovableBlobs`."""
        return await self._in_thread(self._mark)

    def _mark(self) -> Mark | None:
        try:
            return unpack_mark((self._directory / MARK).read_bytes())
        except FileNotFoundError:
            return None

    async def set_mark(self, mark: Mark | None) -> None:
        """See `ports.MovableBlobs`."""
        await self._in_thread(self._set_mark, mark)

    def _set_mark(self, mark: Mark | None) -> None:
        path = self._directory / MARK
        if mark is None:
            path.unlink(missing_ok=True)
        else:
            begun = path.with_suffix(".begun")
            with begun.open("w", encoding="utf-8") as file:
                file.write(mark.pack())
                file.flush()
                os.fsync(file.fileno())
            begun.replace(path)
        _sync_directory(self._directory)

    async def is_empty(self) -> bool:
        """See `ports.MovableBlobs`."""
        return await self._in_thread(lambda: next(self._all(), None) is None)

    def _all(self) -> Iterator[Path]:
        """Yield every blob, finished or not."""
        for directory in (*self._directory.glob("??"), self._directory / UNFINISHED):
            yield from directory.iterdir()

    async def clear(self) -> None:
        """See `ports.MovableBlobs`."""

        def remove() -> None:
            for path in self._all():
                path.unlink()

        await self._in_thread(remove)

    async def close(self) -> None:
        """See `ports.Blobs`."""
        self._threads.close()

    async def _in_thread(self, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        with _explained():
            return await self._threads.do(partial(work, *given, **named))


def _sync_directory(path: Path) -> None:
    """Make what is listed in a directory survive a crash."""
    listing = os.open(path, os.O_RDONLY)
    try:
        os.fsync(listing)
    finally:
        os.close(listing)


def _read_from(file: int, offset: int, size: int, flags: int) -> bytearray:
    found = bytearray(size)
    view, reached = memoryview(found), 0
    while reached < size and (count := os.preadv(file, (view[reached:],), offset + reached, flags)):
        reached += count
    view.release()
    del found[reached:]
    return found


@contextmanager
def _explained() -> Iterator[None]:
    """Raise what an operator should read instead of the system's own errors."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StoreFull("There is no room left for files: make room or move them.") from error
        if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
            raise StoreReadOnly("Files cannot be written: check the data directory.") from error
        raise EngineError("The directory of files does not answer: check its disk.") from error
