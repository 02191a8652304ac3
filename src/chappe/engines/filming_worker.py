"""Looks at films and sounds that may be hostile: runs apart, without network, and may die without harm.

Reads jobs from standard input and writes answers to standard output, each a length and as many bytes of
msgpack. It asks the other side for the ranges it needs of a file. By the time the first byte of one is
read, this process can open no file and no socket.
"""

import array
import contextlib
import importlib
import io
import math
import pkgutil
import resource
import struct
import sys
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import islice
from typing import Any, BinaryIO, Final

import av
import msgspec
from av.container import InputContainer
from PIL import Image

from .confinement import give_up_calls
from .film_lengths import length_of
from .film_source import FilmSource, is_streamable
from .imaging_worker import (
    RATIO_MAX,
    SIDES_MAX,
    PictureRefusedError,
    exactly,
    jpeg,
    stripped,
    within,
)

MEMORY_BYTES_MAX: Final = 1024 * 1024 * 1024  # bytes of address space
CPU_S_MAX: Final = 300  # seconds of processor time in all; a fresh process follows
STREAMS_MAX: Final = 32  # streams of one file
PACKETS_MAX: Final = 2_000  # packets read on the way to a frame
FRAMES_MAX: Final = 200  # frames decoded on the way to the one that is shown
HEARD_S_MAX: Final = 3600  # seconds of a voice message that are listened to
FRAME_SIDE: Final = 1_280  # pixels a frame is scaled down to before it is turned and made small
BARS: Final = 100  # bars of a waveform, of five bits each
BAR_MAX: Final = 31  # height: the highest a bar is
HEARD_RATE: Final = 8000  # samples a second that are enough to see loud and quiet
FORMATS: Final = "mov,matroska,ogg,mp3,wav,flac,aac,avi,gif,mpeg,mpegts,flv,amr,caf"
TEXT_CHARACTERS_MAX: Final = 256  # characters of a title
CODECS: Final = {"hevc": "h265"}  # codecs the API calls otherwise than their decoders
NOT_A_FILM: Final = "not a film"


def send(answers: BinaryIO, answer: Any) -> None:
    """Write one answer."""
    packed = msgspec.msgpack.encode(answer)
    answers.write(struct.pack("<I", len(packed)) + packed)
    answers.flush()


def fetch(jobs: BinaryIO, answers: BinaryIO, offset: int, size: int) -> bytes:
    """Return a range of the file that is looked at; fewer bytes at its end."""
    send(answers, {"read": (offset, size)})
    (length,) = struct.unpack("<I", exactly(jobs, 4))
    return exactly(jobs, length)


def refuse_open(*_given: Any, **_named: Any) -> Any:
    """Open nothing a file points at, such as the parts of a playlist."""
    raise OSError("no other files")


def frames_of(container: InputContainer, stream: Any) -> Iterator[Any]:
    """Return the frames of a stream from where it is; what cannot be decoded is passed over."""
    for packet in islice(container.demux(stream), PACKETS_MAX):
        try:
            yield from packet.decode()
        except av.FFmpegError:
            continue  # a recording may begin in the middle of what it is


def shown_frame(container: InputContainer, stream: Any, at_s: float, duration: float) -> Any:
    """Return the frame at a moment, the nearest before it if it cannot be reached; None for none."""
    moment = min(at_s, max(0.0, duration - 0.1)) if duration else at_s
    if moment > 0:
        with contextlib.suppress(av.FFmpegError):
            container.seek(int(moment * av.time_base))
    found = None
    for frame in islice(frames_of(container, stream), FRAMES_MAX):
        found = frame
        if frame.time is None or frame.time >= moment:
            break
    if found is None and moment > 0:
        container.seek(0)
        found = next(frames_of(container, stream), None)
    return found


def shown_sides(width: int, height: int, pixel: Fraction | None) -> tuple[int, int]:
    """Return the sides of a film as it is seen, whose pixels may be wider than they are high.

    A shape of pixels that makes a film no screen has is passed over.
    """
    if pixel is None or pixel <= 0:
        return width, height
    wide = round(width * pixel)
    return (wide, height) if is_bearable(wide, height) else (width, height)


def turned(frame: Any, width: int, height: int) -> Image.Image:
    """Return a frame that is seen with these sides as an image, turned as it is meant to be seen."""
    scale = min(1.0, FRAME_SIDE / max(width, height))
    width, height = max(1, int(width * scale)), max(1, int(height * scale))
    image: Image.Image = frame.to_image(width=width, height=height)
    turn = quarters_of(frame)
    return image.rotate(90 * turn, expand=True) if turn else image


def quarters_of(frame: Any) -> int:
    """Return by how many quarters of a circle a frame is to be turned, against the clock."""
    turned: int = round(frame.rotation / 90) % 4
    return turned


def waveform_of(container: InputContainer, stream: Any) -> bytes:
    """Return the loudness of a sound as 100 bars of five bits, the first in the lowest bits."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=HEARD_RATE)
    step, peaks = HEARD_RATE // 50, array.array("i")
    rest = array.array("h")
    for frame in container.decode(stream):
        for heard in resampler.resample(frame):
            rest.frombytes(bytes(heard.planes[0])[: 2 * heard.samples])
        while len(rest) >= step:
            peaks.append(loudest(rest[:step]))
            del rest[:step]
        if len(peaks) > HEARD_S_MAX * 50:
            break
    if rest:
        peaks.append(loudest(rest))
    return bars_of(peaks)


def loudest(samples: Sequence[int]) -> int:
    """Return the height of the highest sample."""
    return max(*samples, -min(samples))


def bars_of(peaks: Sequence[int]) -> bytes:
    """Return peaks as 100 bars of five bits; the loudest is the highest."""
    if not peaks:
        return b""
    bars = [
        max(
            peaks[
                i * len(peaks) // BARS : max(
                    (i + 1) * len(peaks) // BARS, i * len(peaks) // BARS + 1
                )
            ]
        )
        for i in range(BARS)
    ]
    top = max(*bars, 1)
    packed = 0
    for index, bar in enumerate(bars):
        packed |= (bar * BAR_MAX // top) << (5 * index)
    return packed.to_bytes(math.ceil(5 * BARS / 8), "little")


def is_bearable(width: int, height: int) -> bool:
    """Whether a frame of these sides is decoded and shown."""
    if width < 1 or height < 1 or width + height > SIDES_MAX:
        return False
    return max(width, height) <= RATIO_MAX * min(width, height)


def opened(source: FilmSource) -> InputContainer:
    """Return a file as a container; of one whose index is too long to be read, its beginning.

    Raises:
        RefusedError: it is neither film nor sound.
    """
    options = {"format_whitelist": FORMATS, "max_streams": str(STREAMS_MAX)}
    try:
        source.seek(0)
        container = av.open(source, "r", container_options=options, io_open=refuse_open)
        if source.spent:
            container.close()
            source.allow()
            source.seek(0)
            hasty = {**options, "fflags": "+ignidx"}
            container = av.open(source, "r", container_options=hasty, io_open=refuse_open)
            source.allow(-1)  # remembered as spent until a frame is wanted
    except av.FFmpegError as error:
        raise PictureRefusedError(NOT_A_FILM) from error
    return container


def look(
    source: FilmSource, at_s: float, *, voice: bool, side: int, said_s: float = 0.0
) -> dict[str, Any]:
    """Return what `ports.Film` holds, as plain values.

    Raises:
        RefusedError: it is neither film nor sound.
    """
    streaming = is_streamable(source)
    with contextlib.ExitStack() as held:
        container = held.enter_context(opened(source))
        length = length_of(source, container, main_of(container), said_s)
        source.allow()
        if length.measured:
            container = held.enter_context(opened(source))
        told = {
            "duration": length.seconds,
            "exact": length.exact,
            "width": 0,
            "height": 0,
            "sound": bool(container.streams.audio),
            "streaming": streaming,
            "codec": "",
            "waveform": b"",
            "title": text_of(container, "title"),
            "performer": text_of(container, "artist"),
            "sizes": [],
            "stripped": b"",
        }
        main = main_of(container)
        main.codec_context.thread_count = 1
        if main.type == "video":
            return told | seen(container, main, at_s, length.seconds, side)
        covers = [s for s in container.streams.video if is_cover(s)]
        if voice:
            told["waveform"] = waveform_of(container, main)
        elif covers:
            with contextlib.suppress(Exception):
                told |= cover_of(container, covers[0], side)
        return told


def main_of(container: InputContainer) -> Any:
    """Return the stream that says what a file is: its first film, or else its first sound.

    Raises:
        RefusedError: it has neither.
    """
    films = [s for s in container.streams.video if not is_cover(s)]
    main = next(iter([*films, *container.streams.audio]), None)
    if main is None:
        raise PictureRefusedError(NOT_A_FILM)
    return main


def seen(
    container: InputContainer, film: Any, at_s: float, duration: float, side: int
) -> dict[str, Any]:
    """Return what is seen of a film. Of one whose frames are too large to be decoded, there is no picture.

    Raises:
        RefusedError: nothing is.
    """
    context = film.codec_context
    name = context.codec.canonical_name
    told: dict[str, Any] = {"codec": CODECS.get(name, name)}
    if min(context.width, context.height) < 1:
        raise PictureRefusedError(NOT_A_FILM)
    if not is_bearable(context.width, context.height):
        return told | {"width": context.width, "height": context.height}
    frame = shown_frame(container, film, at_s, duration)
    if frame is None:
        raise PictureRefusedError(NOT_A_FILM)
    width, height = shown_sides(context.width, context.height, film.sample_aspect_ratio)
    told |= picture_of(turned(frame, width, height), side)
    upright = not quarters_of(frame) % 2
    told["width"], told["height"] = (width, height) if upright else (height, width)
    return told


def cover_of(container: InputContainer, cover: Any, side: int) -> dict[str, Any]:
    """Return the picture on a piece of music; none if it is too large."""
    width, height = cover.codec_context.width, cover.codec_context.height
    if not is_bearable(width, height):
        return {}
    return picture_of(turned(next(frames_of(container, cover)), width, height), side)


def is_cover(stream: Any) -> bool:
    """Whether what looks like a film is the picture on a piece of music."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def text_of(container: InputContainer, name: str) -> str:
    """Return a line of text a file, or its sound, says of itself."""
    told = [container.metadata, *(stream.metadata for stream in container.streams.audio)]
    return next((said[name] for said in told if said.get(name)), "")[:TEXT_CHARACTERS_MAX]


def picture_of(image: Image.Image, side: int) -> dict[str, Any]:
    """Return the sizes of a thumbnail."""
    image = image.convert("RGB")
    small = within(image, side)
    return {
        "sizes": [("m", small.width, small.height, jpeg(small))],
        "stripped": stripped(image),
    }


def confine() -> None:
    """Give up whatever looking at films does not need."""
    for module in pkgutil.walk_packages(
        av.__path__, "av."
    ):  # whatever is loaded late, is loaded now
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    av.logging.set_level(None)
    out = io.BytesIO()
    Image.new("RGB", (2, 2)).save(out, "JPEG")
    frame: Any = av.VideoFrame(16, 16, "yuv420p")
    frame.to_image(width=8, height=8)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S_MAX, CPU_S_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))  # three are open: no more, sockets included
    give_up_calls()  # no limit on processes: a decoder's threads count as such


def main() -> None:
    """Do jobs until there are none."""
    confine()
    jobs, answers = sys.stdin.buffer, sys.stdout.buffer
    while len(head := exactly(jobs, 4)) == 4:  # noqa: PLR2004  a length
        given = msgspec.msgpack.decode(exactly(jobs, struct.unpack("<I", head)[0]))
        size, at_s, voice, side, said_s = given
        try:
            source = FilmSource(partial(fetch, jobs, answers), size)
            answer = look(source, at_s, voice=voice, side=side, said_s=said_s)
        except PictureRefusedError as error:
            answer = {"refused": str(error)}
        except Exception:  # noqa: BLE001  a decoder broke, or memory ran out: the file's fault
            answer = {"refused": "failed"}
        send(answers, answer)


if __name__ == "__main__":
    main()
