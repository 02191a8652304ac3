"""Pictures made by a process apart."""

from chappe.ports import ImageRefused, Picture, Size

from .needed import require
from .workers import Worker, WorkerFailed


class WorkerImaging:
    """See `ports.Imaging`. One image at a time."""

    def __init__(self) -> None:
        require("PIL")
        self.worker = Worker("chappe.engines.imaging_worker")

    async def make(self, data: bytes, form: str) -> Picture:
        """See `ports.Imaging`."""
        try:
            told = await self.worker.do((form, data))
        except WorkerFailed:
            raise ImageRefused(ImageRefused.FAILED) from None
        if "refused" in told:
            raise ImageRefused(told["refused"])
        return Picture(
            told["width"],
            told["height"],
            tuple(Size(*size) for size in told["sizes"]),
            told["stripped"],
        )

    async def close(self) -> None:
        """End the process."""
        await self.worker.close()
