"""Films and sounds made on the spot, to be sent in tests."""

import math
import struct
import tempfile
from pathlib import Path
from typing import Any

import av


def film(
    *,
    seconds: int = 2,
    width: int = 64,
    height: int = 48,
    sound: bool = True,
    streaming: bool = True,
    form: str = "mp4",
    codec: str = "mpeg4",
) -> bytes:
    """Return a film of ten frames a second that goes from black to red."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"film.{form}"
        how = {"movflags": "faststart"} if streaming and form == "mp4" else {}
        with av.open(str(path), "w", format=form, options=how) as out:
            pictures = out.add_stream(codec, rate=10)
            pictures.width, pictures.height, pictures.pix_fmt = width, height, "yuv420p"
            heard = out.add_stream("aac", rate=44_100) if sound else None
            for number in range(seconds * 10):
                frame = av.VideoFrame(width, height, "gray")
                shade = number * 255 // (seconds * 10)
                frame.planes[0].update(bytes([shade]) * frame.planes[0].buffer_size)
                out.mux(pictures.encode(frame.reformat(format="yuv420p")))
            out.mux(pictures.encode(None))
            if heard is not None:
                put_tone(out, heard, seconds, 44_100)
        return path.read_bytes()


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
