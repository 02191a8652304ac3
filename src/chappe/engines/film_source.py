"""A film or a sound that lies on the other side of a pipe, read as far as it is needed."""

import io
import struct
from collections.abc import Callable
from typing import Final

BLOCK_BYTES: Final = 256 * 1024  # bytes asked for at a time
BLOCKS_HELD_MAX: Final = 8  # blocks kept, for formats that go back and forth
READ_BYTES_MAX: Final = 96 * 1024 * 1024  # bytes read of one file for one purpose


class FilmSource(io.RawIOBase):
    """A file of which ranges can be asked for, within a bound."""

    def __init__(self, fetch: Callable[[int, int], bytes], size: int) -> None:
        super().__init__()
        self.size = size
        self.furthest = 0  # behind the last byte that was read
        self._ask = fetch
        self._place = 0
        self._held: dict[int, bytes] = {}
        self._left = READ_BYTES_MAX

    def allow(self, size: int = READ_BYTES_MAX) -> None:
        """Begin anew to count what is read, up to `size` bytes."""
        self._left = size

    @property
    def spent(self) -> bool:
        """Whether more was wanted than is read."""
        return self._left < 0

    def readable(self) -> bool:
        """See `io.IOBase`."""
        return True

    def seekable(self) -> bool:
        """See `io.IOBase`."""
        return True

    def tell(self) -> int:
        """See `io.IOBase`."""
        return self._place

    def seek(self, offset: int, whence: int = 0) -> int:
        """See `io.IOBase`."""
        base = (0, self._place, self.size)[whence]
        self._place = max(0, base + offset)
        return self._place

    def read(self, size: int = -1) -> bytes:
        """See `io.IOBase`; one block at most."""
        number, skip = divmod(self._place, BLOCK_BYTES)
        if self._place >= self.size or size == 0:
            return b""
        block = self._held.get(number)
        if block is None:
            block = self._fetch(number)
        data = block[skip : skip + size] if size > 0 else block[skip:]
        self._place += len(data)
        self.furthest = max(self.furthest, self._place)
        return data

    def _fetch(self, number: int) -> bytes:
        self._left -= BLOCK_BYTES
        if self._left < 0:
            return b""  # decoders take errors of their source badly, and an end well
        block = self._ask(number * BLOCK_BYTES, BLOCK_BYTES)
        while len(self._held) >= BLOCKS_HELD_MAX:
            self._held.pop(next(iter(self._held)))
        self._held[number] = block
        return block


def is_streamable(source: FilmSource) -> bool:
    """Whether an MP4 has its index before its pictures, so that it plays while it comes."""
    place = 0
    for _ in range(64):  # boxes looked at
        source.seek(place)
        head = source.read(16)
        if len(head) < 16:  # noqa: PLR2004  a box's head
            return False
        length, kind, large = struct.unpack(">I4sQ", head)
        if kind == b"moov":
            return True
        length = large if length == 1 else length
        if kind == b"mdat" or length < 8 or place + length > source.size:  # noqa: PLR2004  a box's head
            return False
        place += length
    return False
