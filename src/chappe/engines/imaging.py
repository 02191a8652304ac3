"""Pictures made by a process apart."""

from typing import Annotated, Final, Literal, TypeVar

import msgspec

from chappe.ports import Animation, ImageRefused, Perceived, Picture, Size

from .needed import require
from .workers import Worker, WorkerFailed

SIDE_MAX: Final = 10_000  # pixels of a side a worker may tell of
SIZES_MAX: Final = 8  # sizes a worker may make of one image
JPEG_BYTES_MAX: Final = 4 * 1024 * 1024  # bytes of one of them
PERCEIVE: Final = "perceive"  # the job of a worker that says what an image looks like
ANIMATION: Final = "animation"  # the job of a worker that looks at an animated sticker
STICKER: Final = "sticker"  # the job of a worker that looks at a still one; its side follows
WEBP_BYTES_MAX: Final = 2 * 1024 * 1024  # bytes of a still sticker a worker may answer with
STRIPPED_BYTES_MAX: Final = 4 * 1024  # bytes of a stripped thumbnail

T = TypeVar("T")
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


class StickerReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Likewise, of a still sticker."""

    webp: Annotated[bytes, msgspec.Meta(min_length=1, max_length=WEBP_BYTES_MAX)]


class AnimationReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Likewise, of an animated one."""

    width: Annotated[int, msgspec.Meta(ge=-SIDE_MAX, le=SIDE_MAX)]
    height: Annotated[int, msgspec.Meta(ge=-SIDE_MAX, le=SIDE_MAX)]
    seconds: Annotated[float, msgspec.Meta(ge=0, le=1e9)]


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
        made = await self._told((form, data), PictureReport)
        sizes = tuple(Size(*size) for size in made.sizes)
        return Picture(made.width, made.height, sizes, made.stripped)

    async def perceive(self, data: bytes) -> Perceived:
        """See `ports.Imaging`."""
        seen = await self._told((PERCEIVE, data), PerceptionReport)
        return Perceived(int.from_bytes(seen.pdq, "big"), seen.quality)

    async def sticker(self, data: bytes, side: int) -> bytes:
        """See `ports.Imaging`."""
        return (await self._told((f"{STICKER} {side}", data), StickerReport)).webp

    async def animation(self, data: bytes) -> Animation:
        """See `ports.Imaging`."""
        found = await self._told((ANIMATION, data), AnimationReport)
        return Animation(found.width, found.height, found.seconds)

    async def _told(self, job: tuple[str, bytes], report: type[T]) -> T:
        """Return what the worker says of a job, as far as it is believed."""
        try:
            told = await self.worker.do(job)
            if "refused" in told:
                raise ImageRefused(msgspec.convert(told, PictureRefusal).refused)
            return msgspec.convert(told, report)
        except (WorkerFailed, msgspec.ValidationError):
            raise ImageRefused(ImageRefused.FAILED) from None

    async def close(self) -> None:
        """End the process."""
        await self.worker.close()
