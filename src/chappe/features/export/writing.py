"""Writing an export into something: file by file, past those that are whole, a page in memory at a time."""

from collections.abc import AsyncIterator, Callable
from typing import NamedTuple, Protocol

from .parts import Part


class Progress(NamedTuple):
    """How far an export got."""

    files: int
    bytes: int
    name: str  # of the file that is whole now


class Sink(Protocol):
    """Where an export goes: a directory, an archive, a box for somebody.

    A file that `has` says is there is whole: between `begin` and `end` it is not, whatever happens.
    """

    async def has(self, name: str) -> bool:
        """Whether a file is there and whole, from an earlier try."""
        ...

    async def begin(self, name: str) -> None:
        """Begin a file."""
        ...

    async def write(self, data: bytes) -> None:
        """Append to the file that was begun."""
        ...

    async def end(self) -> None:
        """Say that the file is whole."""
        ...


async def write(
    found: AsyncIterator[Part], sink: Sink, tell: Callable[[Progress], None] = lambda _: None
) -> Progress:
    """Write an export's files into a sink, and tell of each that is whole; return how much was written.

    To go on with one that was cut off, write it again into the same sink.
    """
    files = size = 0
    name = ""
    async for part in found:
        if await sink.has(part.name):
            continue
        await sink.begin(part.name)
        async for data in part.content():
            size += len(data)
            await sink.write(data)
        await sink.end()
        files, name = files + 1, part.name
        tell(Progress(files, size, name))
    return Progress(files, size, name)
