"""Pictures made by a process apart."""

from typing import Annotated, Final, Literal

import msgspec

from chappe.ports import ImageRefused, Perceived, Picture, Size

from .needed import require
from .workers import Worker, WorkerFailed

SIDE_MAX: Final = 10_000  # pixels of a side a worker may tell of
SIZES_MAX: Final = 8  # sizes a worker may make of one image
JPEG_BYTES_MAX: Final = 4 * 1024 * 1024  # bytes of one of them
PERCEIVE: Final = "perceive"  # the job of a worker that says what an image looks like
STRIPPED_BYTES_MAX: Final = 4 * 1024  # bytes of a stripped thumbnail

Side = Annotated[int, msgspec.Meta(ge=1, le=SIDE_MAX)]
Sizes = Annotated[
    list[
        tuple[
            Literal["s", "m", "x", "y", "a", "b", "c"],
            Side,
            Side,
            Annotated[bytes, msgspec.Meta(max_length=JPEG_BYTES_MAX)],
        ]
    ],
    msgspec.Meta(max_length=SIZES_MAX),
]
Stripped = Annotated[bytes, msgspec.Meta(max_length=STRIPPED_BYTES_MAX)]


class PictureReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a worker answers, as far as it is believed: what runs there may be an image's doing."""

    width: Side
    height: Side
    sizes: Sizes
    stripped: Stripped


class PerceptionReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Likewise, of what an image looks like."""

    pdq: Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
    quality: Annotated[int, msgspec.Meta(ge=0, le=100)]


class PictureRefusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a worker made nothing."""

    refused: Literal["not an image", "dimensions", "failed"]


class WorkerImaging:
    """See `ports.Imaging`. One image at a time."""

    def __init__(self) -> None:
        require("PIL")
        self.worker = Worker("chappe.engines.imaging_worker")

    async def make(self, data: bytes, form: str) -> Picture:
        """See `ports.Imaging`."""
        try:
            told = await self.worker.do((form, data))
            if "refused" in told:
                raise ImageRefused(msgspec.convert(told, PictureRefusal).refused)
            made = msgspec.convert(told, PictureReport)
        except (WorkerFailed, msgspec.ValidationError):
            raise ImageRefused(ImageRefused.FAILED) from None
        sizes = tuple(Size(*size) for size in made.sizes)
        return Picture(made.width, made.height, sizes, made.stripped)

    async def perceive(self, data: bytes) -> Perceived:
        """See `ports.Imaging`."""
        try:
            told = await self.worker.do((PERCEIVE, data))
            if "refused" in told:
                raise ImageRefused(msgspec.convert(told, PictureRefusal).refused)
            seen = msgspec.convert(told, PerceptionReport)
        except (WorkerFailed, msgspec.ValidationError):
            raise ImageRefused(ImageRefused.FAILED) from None
        return Perceived(int.from_bytes(seen.pdq, "big"), seen.quality)

    async def close(self) -> None:
        """End the process."""
        await self.worker.close()
