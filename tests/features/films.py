"""Films and sounds made on the spot, to be sent in tests."""

import io
import json
import math
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import OutputContainer

ROOT = Path(__file__).resolve().parents[2]


class Pipe(io.RawIOBase):
    """Where what is written goes on at once, so that nothing can be put right afterwards."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        """See `io.IOBase`."""
        return True

    def write(self, data: Any) -> int:
        """See `io.IOBase`."""
        self.data += bytes(data)
        return len(data)


@contextmanager
def written(
    form: str, options: dict[str, str], *, piped: bool
) -> Iterator[tuple[OutputContainer, Pipe]]:
    """Open a container to write to; what was written is in the pipe afterwards."""
    out = Pipe()
    if piped:
        with av.open(out, "w", format=form, options=options) as container:
            yield container, out
        return
    with (
        tempfile.TemporaryDirectory() as place
    ):  # whoever puts an index first reads what was written
        path = Path(place) / f"film.{form}"
        with av.open(str(path), "w", format=form, options=options) as container:
            yield container, out
        out.data = path.read_bytes()


APART = """\
import json, sys
from tests.features.films import film

sys.stdout.buffer.write(film(**json.loads(sys.argv[1])))
"""


def film_apart(**how: Any) -> bytes:
    """Return what `film` makes, made in a process of its own.

    Some encoders change their whole process: SVT-AV1 gives it the highest priority of the system, which
    whatever is started afterwards inherits.
    """
    asked = [sys.executable, "-c", APART, json.dumps(how)]
    return subprocess.run(asked, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


def film(
    *,
    seconds: int = 2,
    width: int = 64,
    height: int = 48,
    sound: bool = True,
    streaming: bool = True,
    form: str = "mp4",
    codec: str = "mpeg4",
    heard: str = "aac",
    rate: int = 44_100,
    piped: bool = False,
    pixel: Fraction | None = None,
    flags: str = "",
) -> bytes:
    """Return a film of ten frames a second that goes from black to red.

    `piped` ones know nothing of themselves that comes out at the end. A `pixel` is so many times as wide as
    it is high. `flags` are those of the writer of MP4.
    """
    faststart = "faststart" if streaming and form == "mp4" and not piped else ""
    how = {"movflags": flags or faststart} if flags or faststart else {}
    with written(form, how, piped=piped) as (container, out):
        pictures: Any = container.add_stream(codec, rate=10)
        pictures.width, pictures.height, pictures.pix_fmt = width, height, "yuv420p"
        if pixel is not None:
            pictures.codec_context.sample_aspect_ratio = pixel
        tone = container.add_stream(heard, rate=rate) if sound else None
        for number in range(seconds * 10):
            frame = av.VideoFrame(width, height, "gray")
            shade = number * 255 // (seconds * 10)
            frame.planes[0].update(bytes([shade]) * frame.planes[0].buffer_size)
            container.mux(pictures.encode(frame.reformat(format="yuv420p")))
        container.mux(pictures.encode(None))
        if tone is not None:
            put_tone(container, tone, seconds, rate)
    return out.data


def music(
    form: str,
    codec: str,
    *,
    seconds: int = 3,
    rate: int = 48_000,
    bits: int = 0,
    piped: bool = False,
    options: dict[str, str] | None = None,
) -> bytes:
    """Return a tone that grows louder, of so many bits a second."""
    with written(form, options or {}, piped=piped) as (container, out):
        heard: Any = container.add_stream(codec, rate=rate)
        if bits:
            heard.bit_rate = bits
        put_tone(container, heard, seconds, rate)
    return out.data


def turned(data: bytes) -> bytes:
    """Return an MP4 that is to be turned by a quarter (ISO/IEC 14496-12, 8.3.2, `matrix`)."""
    one, whole = 1 << 16, 1 << 30
    upright = struct.pack(">9i", one, 0, 0, 0, one, 0, 0, 0, whole)
    place = data.index(upright, data.index(b"tkhd"))
    matrix = struct.pack(">9i", 0, one, 0, -one, 0, 0, 0, 0, whole)
    return data[:place] + matrix + data[place + len(matrix) :]


def put_tone(out: Any, heard: Any, seconds: int, rate: int) -> None:
    """Add a tone that grows louder."""
    total = seconds * rate
    for start in range(0, total, 960):
        frame = av.AudioFrame(format="s16", layout="mono", samples=960)
        frame.sample_rate, frame.pts = rate, start
        samples = (
            int(32_000 * (start + i) / total * math.sin((start + i) / 10)) for i in range(960)
        )
        frame.planes[0].update(struct.pack("<960h", *samples)[: frame.planes[0].buffer_size])
        out.mux(heard.encode(frame))
    out.mux(heard.encode(None))


def voice(*, seconds: int = 3, title: str = "") -> bytes:
    """Return a voice message: Opus in Ogg, growing louder."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "voice.ogg"
        with av.open(str(path), "w", format="ogg") as out:
            if title:
                out.metadata["title"] = title
            put_tone(out, out.add_stream("libopus", rate=48_000, layout="mono"), seconds, 48_000)
        return path.read_bytes()
