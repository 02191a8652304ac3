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
from collections.abc import Sequence
from fractions import Fraction
from itertools import islice
from typing import Any, BinaryIO, Final

import av
import msgspec
from av.container import InputContainer
from PIL import Image

from .confinement import give_up_calls
from .imaging_worker import RATIO_MAX, SIDES_MAX, RefusedError, exactly, jpeg, stripped, within

MEMORY_BYTES_MAX: Final = 1024 * 1024 * 1024  # bytes of address space
CPU_S_MAX: Final = 300  # seconds of processor time in all; a fresh process follows
BLOCK_BYTES: Final = 256 * 1024  # bytes asked for at a time
BLOCKS_HELD_MAX: Final = 8  # blocks kept, for formats that go back and forth
READ_BYTES_MAX: Final = 96 * 1024 * 1024  # bytes read of one file
STREAMS_MAX: Final = 32  # streams of one file
FRAMES_MAX: Final = 200  # frames decoded on the way to the one that is shown
HEARD_S_MAX: Final = 3600  # seconds of a voice message that are listened to
FRAME_SIDE: Final = 1_280  # pixels a frame is scaled down to before it is turned and made small
BARS: Final = 100  # bars of a waveform, of five bits each
BAR_MAX: Final = 31  # height: the highest a bar is
HEARD_RATE: Final = 8000  # samples a second that are enough to see loud and quiet
FORMATS: Final = "mov,matroska,ogg,mp3,wav,flac,aac,avi,gif,mpeg,mpegts,flv,amr,caf"
TEXT_CHARACTERS_MAX: Final = 256  # characters of a title


class Source(io.RawIOBase):
    """A file on the other side, as far as it is needed."""

    def __init__(self, jobs: BinaryIO, answers: BinaryIO, size: int) -> None:
        super().__init__()
        self._jobs = jobs
        self._answers = answers
        self._size = size
        self._place = 0
        self._held: dict[int, bytes] = {}
        self._left = READ_BYTES_MAX

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
        base = (0, self._place, self._size)[whence]
        self._place = max(0, base + offset)
        return self._place

    def read(self, size: int = -1) -> bytes:
        """See `io.IOBase`; one block at most."""
        number, skip = divmod(self._place, BLOCK_BYTES)
        if self._place >= self._size or size == 0:
            return b""
        block = self._held.get(number)
        if block is None:
            block = self._fetch(number)
        data = block[skip : skip + size] if size > 0 else block[skip:]
        self._place += len(data)
        return data

    def _fetch(self, number: int) -> bytes:
        self._left -= BLOCK_BYTES
        if self._left < 0:
            return b""  # decoders take errors of their source badly, and an end well
        send(self._answers, {"read": (number * BLOCK_BYTES, BLOCK_BYTES)})
        (length,) = struct.unpack("<I", exactly(self._jobs, 4))
        block = exactly(self._jobs, length)
        while len(self._held) >= BLOCKS_HELD_MAX:
            self._held.pop(next(iter(self._held)))
        self._held[number] = block
        return block


def send(answers: BinaryIO, answer: Any) -> None:
    """Write one answer."""
    packed = msgspec.msgpack.encode(answer)
    answers.write(struct.pack("<I", len(packed)) + packed)
    answers.flush()


def refuse_open(*_given: Any, **_named: Any) -> Any:
    """Open nothing a file points at, such as the parts of a playlist."""
    raise OSError("no other files")


def is_streamable(source: Source, size: int) -> bool:
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
        if kind == b"mdat" or length < 8 or place + length > size:  # noqa: PLR2004  a box's head
            return False
        place += length
    return False


def seconds_of(container: InputContainer, stream: Any) -> float:
    """Return how long a file plays; 0 where it does not say."""
    if container.duration:
        return max(0.0, container.duration / av.time_base)
    if stream.duration and stream.time_base:
        return max(0.0, float(stream.duration * stream.time_base))
    end = Fraction(0)
    for packet in container.demux(stream):
        if packet.pts is not None and packet.time_base is not None:
            end = max(end, (packet.pts + (packet.duration or 0)) * packet.time_base)
    return float(end)


def shown_frame(container: InputContainer, stream: Any, at_s: float, duration: float) -> Any:
    """Return the frame at a moment, the nearest before it if it cannot be reached; None for none."""
    moment = min(at_s, max(0.0, duration - 0.1))
    if moment > 0:
        with contextlib.suppress(av.FFmpegError):
            container.seek(int(moment * av.time_base))
    found = None
    for frame in islice(container.decode(stream), FRAMES_MAX):
        found = frame
        if frame.time is None or frame.time >= moment:
            break
    if found is None and moment > 0:
        container.seek(0)
        found = next(iter(container.decode(stream)), None)
    return found


def turned(frame: Any) -> Image.Image:
    """Return a frame as an image, turned as it is meant to be seen."""
    largest = max(frame.width, frame.height)
    scale = min(1.0, FRAME_SIDE / largest)
    width, height = max(1, int(frame.width * scale)), max(1, int(frame.height * scale))
    image: Image.Image = frame.to_image(width=width, height=height)
    return image.rotate(frame.rotation, expand=True) if frame.rotation else image


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
        max(peaks[i * len(peaks) // BARS : max((i + 1) * len(peaks) // BARS, i * len(peaks) // BARS + 1)])
        for i in range(BARS)
    ]  # fmt: skip
    top = max(*bars, 1)
    packed = 0
    for index, bar in enumerate(bars):
        packed |= (bar * BAR_MAX // top) << (5 * index)
    return packed.to_bytes(math.ceil(5 * BARS / 8), "little")


def checked(stream: Any) -> tuple[int, int]:
    """Return the sides of a film, if they are bearable.

    Raises:
        RefusedError: they are not.
    """
    width, height = stream.codec_context.width, stream.codec_context.height
    if width < 1 or height < 1 or width + height > SIDES_MAX:
        raise RefusedError("dimensions")
    if max(width, height) > RATIO_MAX * min(width, height):
        raise RefusedError("dimensions")
    return width, height


def look(source: Source, size: int, at_s: float, *, voice: bool, side: int) -> dict[str, Any]:
    """Return what `ports.Film` holds, as plain values.

    Raises:
        RefusedError: it is neither film nor sound.
    """
    streaming = is_streamable(source, size)
    source.seek(0)
    options = {"format_whitelist": FORMATS, "max_streams": str(STREAMS_MAX)}
    with av.open(source, "r", container_options=options, io_open=refuse_open) as container:
        films = [s for s in container.streams.video if not is_cover(s)]
        covers = [s for s in container.streams.video if is_cover(s)]
        sounds = container.streams.audio
        told: dict[str, Any] = {
            "duration": 0.0, "width": 0, "height": 0, "sound": bool(sounds), "streaming": streaming,
            "codec": "", "waveform": b"", "title": text_of(container, "title"),
            "performer": text_of(container, "artist"), "sizes": [], "stripped": b"",
        }  # fmt: skip
        if not films and not sounds:
            raise RefusedError("no stream")
        main: Any = films[0] if films else sounds[0]
        main.codec_context.thread_count = 1
        told["duration"] = seconds_of(container, main)
        if films:
            told["width"], told["height"] = checked(main)
            told["codec"] = main.codec_context.name
            frame = shown_frame(container, main, at_s, told["duration"])
            if frame is None:
                raise RefusedError("no frame")
            if frame.rotation % 180:
                told["width"], told["height"] = told["height"], told["width"]
            told |= picture_of(turned(frame), side)
        elif voice:
            told["waveform"] = waveform_of(container, main)
        elif covers:
            with contextlib.suppress(Exception):
                checked(covers[0])
                told |= picture_of(turned(next(iter(container.decode(covers[0])))), side)
        return told


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
        size, at_s, voice, side = given
        try:
            answer = look(Source(jobs, answers, size), size, at_s, voice=voice, side=side)
        except Exception:  # noqa: BLE001  a decoder broke, or memory ran out: the file's fault
            answer = {"refused": "failed"}
        send(answers, answer)


if __name__ == "__main__":
    main()
