"""The process that looks at films has given up whatever could do harm, and says what it finds."""

import io
import random
import struct
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from chappe.engines import imaging_worker
from chappe.engines.filming import WorkerFilming
from chappe.engines.workers import Worker, WorkerFailed
from chappe.ports import FilmRefused
from tests.features.films import film, voice

from .looking import look


@pytest.fixture
async def filming() -> AsyncIterator[WorkerFilming]:
    """A process that looks at films."""
    made = WorkerFilming()
    yield made
    await made.close()


@pytest.mark.parametrize("streaming", [True, False])
@pytest.mark.parametrize("sound", [True, False])
async def test_a_film_is_what_it_is(filming: WorkerFilming, sound: bool, streaming: bool) -> None:
    """Its length, sides, sound, whether it plays while it comes, and a picture."""
    found = await look(filming, film(sound=sound, streaming=streaming))
    assert found.duration == pytest.approx(2, abs=0.1)
    assert (found.width, found.height, found.codec) == (64, 48, "mpeg4")
    assert (found.sound, found.streaming) == (sound, streaming)
    assert found.picture is not None
    assert Image.open(io.BytesIO(found.picture.sizes[0].jpeg)).size == (64, 48)


async def test_the_picture_is_of_the_moment_asked_for(filming: WorkerFilming) -> None:
    """A film that goes from black to white is dark at its start and bright at its end."""

    async def brightness(at_s: float) -> float:
        found = await look(filming, film(seconds=4, sound=False), at_s)
        assert found.picture is not None
        image = Image.open(io.BytesIO(found.picture.sizes[0].jpeg)).convert("L")
        return float(sum(image.tobytes())) / len(image.tobytes())

    early, middle, late = [await brightness(at_s) for at_s in (0, 2, 3.9)]
    assert early < 40
    assert 100 < middle < 150
    assert late > 180
    assert await brightness(9_999) > 180


async def test_a_voice_grows_louder_in_its_waveform(filming: WorkerFilming) -> None:
    """A hundred bars of five bits, the first in the lowest bits."""
    found = await look(filming, voice(), voice=True)
    assert found.duration == pytest.approx(3, abs=0.1)
    assert (found.width, found.sound, len(found.waveform)) == (0, True, 63)
    packed = int.from_bytes(found.waveform, "little")
    bars = [packed >> (5 * i) & 31 for i in range(100)]
    assert bars[0] < bars[30] < bars[60] < bars[90]
    assert max(bars) == 31


async def test_of_a_long_film_little_is_read(filming: WorkerFilming) -> None:
    """Of a gigabyte behind its beginning, a few blocks."""
    data = film()
    asked = []

    async def read(offset: int, size: int) -> bytes:
        asked.append(size)
        return data[offset : offset + size].ljust(size, b"\0")

    found = await filming.look(read, 1 << 30, 0, voice=False)
    assert found.width == 64
    assert sum(asked) < 8 << 20


def hostile() -> list[tuple[str, bytes]]:
    """Return bytes that are not what they say, or that mean harm."""
    whole = film(streaming=False)
    index = film(streaming=True)
    out = io.BytesIO()
    Image.new("P", (8, 8)).save(out, "GIF")
    wide = out.getvalue().replace(struct.pack("<HH", 8, 8), struct.pack("<HH", 65_000, 65_000))
    return [
        ("empty", b""),
        ("noise", random.Random(1).randbytes(100_000)),
        ("text", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"),
        ("playlist", b"ffconcat version 1.0\nfile /etc/passwd\n"),
        ("an MP4 without its index", whole[: len(whole) // 2]),
        ("an index without its pictures", index[:400]),
        ("a picture", picture()),
        ("a box that holds itself", b"\0\0\0\x08moov" * 10_000),
        ("boxes without end", struct.pack(">I4sQ", 1, b"free", 1 << 62) + bytes(1000)),
        ("huge", wide),
    ]


def picture() -> bytes:
    """Return a text in the shape of an SVG."""
    return b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1/"/></svg>'


@pytest.mark.parametrize(("name", "data"), hostile(), ids=lambda value: str(value)[:30])
async def test_hostile_bytes_are_refused(filming: WorkerFilming, name: str, data: bytes) -> None:
    """And the next film is looked at as before."""
    with pytest.raises(FilmRefused):
        await look(filming, data)
    assert (await look(filming, film(sound=False))).width == 64


async def test_damaged_films_are_refused_or_looked_at(filming: WorkerFilming) -> None:
    """Whatever byte is wrong, there is an answer, and within bounds."""
    chance = random.Random(7)
    whole = film(seconds=1)
    for _ in range(40):
        broken = bytearray(whole)
        for _ in range(chance.randrange(1, 30)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            found = await look(filming, bytes(broken), voice=True)
        except FilmRefused:
            continue
        assert found.width + found.height <= imaging_worker.SIDES_MAX


NO_CALLS = "Operation not permitted"
REFUSED = NO_CALLS if sys.platform == "linux" else "Too many open files"


def confined(program: str) -> str:
    """Run a program the way films are looked at; return the error it ends with."""
    done = subprocess.run(
        [sys.executable, "-c", f"from chappe.engines.filming_worker import confine\n{program}"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("import socket\nconfine()\nsocket.socket()", REFUSED),
        ("confine()\nopen('/etc/passwd')", REFUSED),
        ("confine()\nbytearray(2 << 30)", "MemoryError"),
        ("import av\nconfine()\nav.open('/etc/passwd')", REFUSED),
    ],
)
def test_it_reaches_nothing(program: str, error: str) -> None:
    """No network, no file, no memory without bound."""
    assert error in confined(program)
    assert error not in confined(program.replace("confine()", "pass"))


SEEN = {
    "duration": 1.0,
    "exact": True,
    "width": 4,
    "height": 4,
    "sound": True,
    "streaming": True,
    "codec": "h264",
    "waveform": b"",
    "title": "",
    "performer": "",
    "sizes": [],
    "stripped": b"",
}


@pytest.mark.parametrize(
    "lie",
    [
        {"duration": -1.0},
        {"duration": float("nan")},
        {"duration": float("inf")},
        {"width": 1 << 40},
        {"sound": "yes"},
        {"codec": "x" * 99},
        {"waveform": bytes(1 << 20)},
        {"title": "x" * 999},
        {"sizes": [["m", 0, 0, b""]]},
        {"stripped": bytes(1 << 20)},
        {"more": 1},
        {"refused": "x"},
        {"exact": 1},
    ],
)
async def test_an_answer_that_is_none_is_no_film(
    filming: WorkerFilming, lie: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A film that took over its process is refused like any other that is none."""
    answer = dict(SEEN)

    async def tell(*_: object) -> dict[str, object]:
        return answer

    async def read(offset: int, size: int) -> bytes:
        return b""

    monkeypatch.setattr(filming.worker, "do", tell)
    assert (await filming.look(read, 1, 0, voice=False)).codec == "h264"
    answer |= lie
    with pytest.raises(FilmRefused):
        await filming.look(read, 1, 0, voice=False)


async def test_a_process_that_dies_or_lies_is_replaced(filming: WorkerFilming) -> None:
    """The film in hand is refused, the next one looked at by another process."""
    await look(filming, film(sound=False))
    process = filming.worker.process
    assert process is not None

    async def read(offset: int, size: int) -> bytes:
        process.kill()
        await process.wait()
        return b""

    with pytest.raises(FilmRefused):
        await filming.look(read, 1000, 0, voice=False)
    assert (await look(filming, film(sound=False))).width == 64
    liar = Worker("tests.contracts.liar")
    sys.path.append(str(Path.cwd()))
    try:
        with pytest.raises(WorkerFailed):
            await liar.do("job", read)
    finally:
        sys.path.remove(str(Path.cwd()))
        await liar.close()
