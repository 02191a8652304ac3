"""Which blobs the records of one box name: what is copied when files move to another store."""

from collections.abc import AsyncIterator
from typing import Final, NamedTuple

from chappe.ports import SealedFile
from chappe.updates import View

from .records import Content, File, Upload
from .usage_counts import PendingDelete

PAGE_RECORDS: Final = 1_000  # records looked at in one go


class KeptBlob(NamedTuple):
    """One blob: what it is found by, and how much of it there is."""

    file: SealedFile
    parts: tuple[int, ...] | None = None  # those that came, of an upload; None of a finished file


async def kept_blobs(look: View) -> AsyncIterator[list[KeptBlob]]:
    """Yield the blobs of a box by pages, each once; uploads that are under way come last."""
    seen: set[bytes] = set()

    def fresh(named: list[KeptBlob]) -> list[KeptBlob]:
        """Leave out what was yielded before: several records may name one blob."""
        found = {bytes.fromhex(one.file.blob): one for one in named}
        new = {name: one for name, one in found.items() if name not in seen}
        seen.update(new)
        return list(new.values())

    async for contents in look.pages(Content, size=PAGE_RECORDS):
        yield fresh([KeptBlob(content.file) for content in contents])
    async for made in look.pages(File, size=PAGE_RECORDS):
        named = [sealed for file in made for sealed in (file.file, file.pieces_file)]
        yield fresh([KeptBlob(sealed) for sealed in named if sealed is not None])
    yield fresh([KeptBlob(one.file) for one in await look.scan(PendingDelete)])
    yield fresh(
        [
            KeptBlob(one.file, tuple(n for n in range(one.highest + 1) if one.has(n)))
            for one in await look.scan(Upload)
            if one.file is not None
        ]
    )
