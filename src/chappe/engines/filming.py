"""Films and sounds looked at by a process apart, which reads of them only what it needs."""

from chappe.ports import Film, FilmRefused, Picture, Read, Size

from .needed import require
from .workers import Worker, WorkerFailed


class WorkerFilming:
    """See `ports.Filming`. One file at a time."""

    def __init__(self) -> None:
        require("av")
        self.worker = Worker("chappe.engines.filming_worker")

    async def look(self, read: Read, size: int, at_s: float, *, voice: bool) -> Film:
        """See `ports.Filming`."""
        try:
            told = await self.worker.do((size, at_s, voice), read)
        except WorkerFailed:
            raise FilmRefused from None
        if "refused" in told:
            raise FilmRefused
        sizes = tuple(Size(*size) for size in told.pop("sizes"))
        stripped = told.pop("stripped")
        picture = Picture(told["width"], told["height"], sizes, stripped) if sizes else None
        return Film(**told, picture=picture)

    async def close(self) -> None:
        """End the process."""
        await self.worker.close()
