"""An export as one ZIP file that is made while it is read: nothing of it is kept here."""

import zipfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import IO, Final

FILES_MAX: Final = 100_000  # files in one archive: its table of contents is in memory till the end
TOO_MANY: Final = "incomplete.txt"
TOO_MANY_TEXT: Final = (
    b"One archive takes no more files than there are in this one. Choose dates, and make another.\n"
)
EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the earliest moment a ZIP file can name; ours has none
PACKED_WELL: Final = frozenset({"json", "txt", "html"})  # what is worth compressing


class _Pipe:
    """What was written and not taken yet."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        """See `io.RawIOBase`."""
        self._held += data
        return len(data)

    def flush(self) -> None:
        """See `io.RawIOBase`."""

    def take(self) -> bytes:
        """Return what was written since."""
        data = bytes(self._held)
        self._held.clear()
        return data


class Archive:
    """A sink that sends a ZIP file on as it grows. See `Sink`; it cannot be gone on with."""

    def __init__(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        self._send = send
        self._pipe = _Pipe()
        self._zip = zipfile.ZipFile(self._pipe, "w", allowZip64=True)  # type: ignore[call-overload]
        self._file: IO[bytes] | None = None
        self._files = 0

    async def has(self, name: str) -> bool:
        """See `Sink`: what does not fit in any more is passed over."""
        return self._files >= FILES_MAX

    async def begin(self, name: str) -> None:
        """See `Sink`."""
        entry = zipfile.ZipInfo(name, EPOCH)
        worth = name.rpartition(".")[2] in PACKED_WELL
        entry.compress_type = zipfile.ZIP_DEFLATED if worth else zipfile.ZIP_STORED
        entry.external_attr = 0o600 << 16
        self._file = self._zip.open(entry, "w", force_zip64=True)
        self._files += 1

    async def write(self, data: bytes) -> None:
        """See `Sink`."""
        if self._file is not None:
            self._file.write(data)
        await self._flush()

    async def end(self) -> None:
        """See `Sink`."""
        if self._file is not None:
            self._file.close()
            self._file = None
        await self._flush()

    async def finish(self) -> None:
        """Write the table of contents: only with it is the archive whole."""
        if self._files >= FILES_MAX:
            self._zip.writestr(TOO_MANY, TOO_MANY_TEXT)
        self._zip.close()
        await self._flush()

    def abandon(self) -> None:
        """Let go of what was begun: whoever reads has gone, or may not go on."""
        with suppress(ValueError, OSError):
            if self._file is not None:
                self._file.close()
            self._zip.close()

    async def _flush(self) -> None:
        data = self._pipe.take()
        if data:
            await self._send(data)
