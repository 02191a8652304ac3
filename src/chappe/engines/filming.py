"""Films and sounds looked at by a process apart, which reads of them only what it needs."""

from typing import Annotated, Final, Literal

import msgspec

from chappe.ports import THUMB_SIDE, Film, FilmRefused, Picture, Read, Size

from .imaging import SIDE_MAX, Sizes, Stripped
from .needed import require
from .workers import Worker, WorkerFailed

TEXT_CHARACTERS_MAX: Final = 256  # characters of a title a worker may tell of
CODEC_CHARACTERS_MAX: Final = 64  # characters of a codec's name
WAVEFORM_BYTES_MAX: Final = 63  # bytes of a hundred bars of five bits
DURATION_S_MAX: Final = 1e9  # seconds a file may be said to play

Side = Annotated[int, msgspec.Meta(ge=0, le=SIDE_MAX)]
Text = Annotated[str, msgspec.Meta(max_length=TEXT_CHARACTERS_MAX)]


class FilmReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a worker answers, as far as it is believed: what runs there may be a film's doing."""

    duration: Annotated[float, msgspec.Meta(ge=0, le=DURATION_S_MAX)]
    exact: bool
    width: Side
    height: Side
    sound: bool
    streaming: bool
    codec: Annotated[str, msgspec.Meta(max_length=CODEC_CHARACTERS_MAX)]
    waveform: Annotated[bytes, msgspec.Meta(max_length=WAVEFORM_BYTES_MAX)]
    title: Text
    performer: Text
    sizes: Sizes
    stripped: Stripped


class FilmRefusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a worker saw nothing."""

    refused: Literal["not a film", "failed"]


class NoFilming:
    """See `ports.Filming`. Looks at nothing: every film and sound stays as its sender says it is."""

    async def look(
        self,
        read: Read,
        size: int,
        at_s: float,
        *,
        voice: bool,
        side: int = THUMB_SIDE,
        said_s: float = 0.0,
    ) -> Film:
        """See `ports.Filming`."""
        raise FilmRefused(FilmRefused.FAILED)

    async def close(self) -> None:
        """There is nothing to end."""


class WorkerFilming:
    """See `ports.Filming`. One file at a time."""

    def __init__(self) -> None:
        require("av")
        self.worker = Worker("chappe.engines.filming_worker")

    async def look(
        self,
        read: Read,
        size: int,
        at_s: float,
        *,
        voice: bool,
        side: int = THUMB_SIDE,
        said_s: float = 0.0,
    ) -> Film:
        """See `ports.Filming`."""
        try:
            told = await self.worker.do((size, at_s, voice, side, said_s), read)
            if "refused" in told:
                raise FilmRefused(msgspec.convert(told, FilmRefusal).refused)
            seen = msgspec.convert(told, FilmReport)
        except (WorkerFailed, msgspec.ValidationError):
            raise FilmRefused(FilmRefused.FAILED) from None
        sizes = tuple(Size(*size) for size in seen.sizes)
        picture = Picture(seen.width, seen.height, sizes, seen.stripped) if sizes else None
        return Film(
            seen.duration,
            seen.width,
            seen.height,
            seen.sound,
            seen.streaming,
            seen.codec,
            seen.waveform,
            seen.title,
            seen.performer,
            picture,
            seen.exact,
        )

    async def close(self) -> None:
        """End the process."""
        await self.worker.close()
