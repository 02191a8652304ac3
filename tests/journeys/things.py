"""One medium of each kind, and what everybody must see of it."""

import base64
import io
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
from PIL import Image

from tests.features.films import film, put_tone, voice

# what is fetched as it was sent, byte for byte
FILES = frozenset({"video", "round", "gif", "voice", "music", "document"})
WAVEFORM = base64.b64encode(bytes(range(63))).decode()
PLACE = {"lat": 48.8584, "long": 2.2945}
CONTACT = {"phone": "+33600000000", "first": "Claude", "last": "Chappe"}
VENUE = {**PLACE, "title": "Tower", "address": "Champ de Mars"}
SHORT_S = 2  # seconds of the film, the music and the GIF
VOICE_S = 3  # seconds
CLOSE = 1  # seconds and pixels by which what is measured may be off: some round up, some down


@dataclass(frozen=True)
class Thing:
    """Something to be sent: by what it is called, what is given, and what is to be seen."""

    kind: str
    given: dict[str, Any]
    seen: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Where its file is."""
        return Path(self.given["path"])


def image(width: int = 800, height: int = 600, shade: int = 0) -> bytes:
    """Return a JPEG."""
    out = io.BytesIO()
    gradient = Image.linear_gradient("L").resize((width, height))
    Image.merge("RGB", (gradient, gradient, Image.new("L", (width, height), shade))).save(
        out, "JPEG"
    )
    return out.getvalue()


def music(path: Path) -> None:
    """Write a piece of music that says what it is."""
    with av.open(str(path), "w", format="mp3") as out:
        out.metadata.update(title="Overture", artist="Composer")
        put_tone(out, out.add_stream("mp3", rate=44_100, layout="mono"), SHORT_S, 44_100)


def things(place: Path) -> list[Thing]:
    """Write one file of each kind; return all there is to send."""
    made = {
        "photo.jpg": image(),
        "spoiler.jpg": image(400, 300, shade=200),
        "film.mp4": film(seconds=SHORT_S, width=320, height=240),
        "round.mp4": film(seconds=SHORT_S, width=240, height=240),
        "gif.mp4": film(seconds=SHORT_S, width=160, height=120, sound=False),
        "voice.ogg": voice(seconds=VOICE_S),
        "report.bin": random.Random("report").randbytes(200_000),
    }
    for name, content in made.items():
        (place / name).write_bytes(content)
    music(place / "music.mp3")

    def file(name: str) -> dict[str, Any]:
        return {"path": str(place / name), "caption": name}

    spoken = {"duration": VOICE_S, "waveform": WAVEFORM}
    long = {"duration": SHORT_S}
    return [
        Thing("photo", file("photo.jpg"), {"width": 800, "height": 600, "spoiler": False}),
        Thing(
            "photo",
            {**file("spoiler.jpg"), "spoiler": True},
            {"width": 400, "height": 300, "spoiler": True},
        ),
        Thing(
            "video", file("film.mp4"), {**long, "width": 320, "height": 240, "mime": "video/mp4"}
        ),
        Thing("round", {"path": str(place / "round.mp4"), "side": 240}, {**long, "width": 240}),
        Thing("gif", file("gif.mp4"), {**long, "width": 160, "height": 120, "mime": "video/mp4"}),
        Thing("voice", {**file("voice.ogg"), **spoken}, {"duration": VOICE_S, "mime": "audio/ogg"}),
        Thing(
            "music",
            {**file("music.mp3"), **long, "title": "Overture"},
            {**long, "title": "Overture", "performer": "Composer"},
        ),
        Thing("document", file("report.bin")),
        Thing("contact", CONTACT, CONTACT),
        Thing("location", PLACE, PLACE),
        Thing("live_location", {**PLACE, "period": 900}, {**PLACE, "period": 900}),
        Thing("venue", VENUE, VENUE),
        Thing("dice", {"emoji": "🎯"}, {"emoji": "🎯"}),
    ]


def unlike(thing: Thing, seen: dict[str, Any]) -> dict[str, Any]:
    """Return in what somebody sees something else than was sent."""
    wanted = {"kind": thing.kind, "caption": thing.given.get("caption", ""), **thing.seen}
    if thing.kind in FILES:
        wanted["size"] = thing.path.stat().st_size
    return {
        name: (seen.get(name), value)
        for name, value in wanted.items()
        if not is_close(name, seen.get(name), value)
    }


def is_close(name: str, seen: Any, wanted: Any) -> bool:
    """Whether two values are as good as the same: lengths are rounded, places are floats."""
    if name == "duration":
        return seen is not None and abs(seen - wanted) <= CLOSE
    if name in ("lat", "long"):
        return seen is not None and abs(seen - wanted) < 1e-4
    if name == "phone":
        return str(seen).lstrip("+") == wanted.lstrip("+")
    return bool(seen == wanted)
