"""Films and sounds as apps, browsers and recorders really write them: how long, how wide, and seen."""

import io
from collections.abc import AsyncIterator
from fractions import Fraction

import av
import pytest
import pytest_asyncio
from PIL import Image

from chappe.engines import film_lengths, film_source, filming_worker
from chappe.engines.film_source import FilmSource
from chappe.engines.filming import WorkerFilming
from chappe.ports import Film, FilmRefused
from tests.features.films import film, film_apart, music, turned, voice

from .looking import look

ONE_LOOP = pytest.mark.asyncio(loop_scope="module")  # that of the process that looks at films


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def filming() -> AsyncIterator[WorkerFilming]:
    """The process that looks at films."""
    made = WorkerFilming()
    yield made
    await made.close()


def shade(found: Film) -> float:
    """Return how light a film's picture is."""
    assert found.picture is not None
    image = Image.open(io.BytesIO(found.picture.sizes[-1].jpeg)).convert("L")
    return sum(image.tobytes()) / len(image.tobytes())


# -- how long ---------------------------------------------------------------------------------------

WHOLE = "frag_keyframe+empty_moov+default_base_moof"
ENDLESS = "empty_moov+default_base_moof+frag_every_frame+skip_trailer"
RECORDED = {
    "webm": lambda: film(
        seconds=4, form="webm", codec="libvpx", heard="libopus", rate=48_000, piped=True
    ),
    "webm with vp9": lambda: film(
        seconds=4, form="webm", codec="libvpx-vp9", sound=False, piped=True
    ),
    "matroska": lambda: film(seconds=4, form="matroska", piped=True),
    "mp4 in fragments": lambda: film(seconds=4, flags=WHOLE, piped=True),
    "mp4 in fragments without an end": lambda: film(seconds=4, flags=ENDLESS, piped=True),
    "avi": lambda: film(seconds=4, form="avi", heard="libmp3lame", piped=True),
    "mpegts": lambda: film(seconds=4, form="mpegts", codec="mpeg2video", piped=True),
    "flv": lambda: film(seconds=4, form="flv", codec="flv", heard="libmp3lame", piped=True),
}


@ONE_LOOP
@pytest.mark.parametrize("kind", RECORDED)
async def test_a_film_that_does_not_say_how_long_it_is_is_measured(
    filming: WorkerFilming, kind: str
) -> None:
    """And its picture is of the moment asked for, though it was read to its end before."""
    data = RECORDED[kind]()
    early, late = [await look(filming, data, at_s) for at_s in (0, 3.6)]
    for found in (early, late):
        assert (found.width, found.height) == (64, 48)
        assert found.duration == pytest.approx(4, abs=0.3)
        assert found.exact
    assert shade(early) < 40
    assert shade(late) > 150


@ONE_LOOP
@pytest.mark.parametrize(
    ("form", "codec"),
    [
        ("webm", "libopus"),
        ("ogg", "libopus"),
        ("flac", "flac"),
        ("wav", "pcm_s16le"),
        ("caf", "pcm_s16le"),
        ("adts", "aac"),
        ("mp3", "libmp3lame"),
        ("mp4", "aac"),
    ],
)
@pytest.mark.parametrize("piped", [True, False])
async def test_a_sound_is_as_long_as_it_plays(
    filming: WorkerFilming, form: str, codec: str, piped: bool
) -> None:
    """Whether its writer could go back to say so or not."""
    if form in {"mp4", "caf"} and piped:
        data = music("mp4", "aac", piped=True, options={"movflags": WHOLE})
    else:
        data = music(form, codec, piped=piped)
    found = await look(filming, data, voice=True)
    assert found.duration == pytest.approx(3, abs=0.1)
    assert (found.exact, found.width, len(found.waveform)) == (True, 0, 63)


def uneven(form: str, codec: str, quiet: int, loud: int) -> bytes:
    """Return a second of few bits with three of many behind it: whoever guesses by the first is wrong."""
    bare = {"write_xing": "0", "id3v2_version": "0"} if form == "mp3" else {}
    parts = [(1, quiet), (3, loud)]
    made = [music(form, codec, seconds=s, bits=bits, options=bare) for s, bits in parts]
    return b"".join(made)


@ONE_LOOP
@pytest.mark.parametrize(
    ("form", "codec", "quiet", "loud"),
    [("mp3", "libmp3lame", 32_000, 256_000), ("adts", "aac", 16_000, 256_000)],
)
async def test_a_length_is_measured_rather_than_guessed(
    filming: WorkerFilming, form: str, codec: str, quiet: int, loud: int
) -> None:
    """Of a sound whose first second says little of the rest."""
    data = uneven(form, codec, quiet, loud)
    with av.open(io.BytesIO(data)) as guessing:
        assert guessing.duration is not None
        assert abs(guessing.duration / av.time_base - 4) > 1
    found = await look(filming, data)
    assert found.exact
    assert found.duration == pytest.approx(4, abs=0.3)


@ONE_LOOP
async def test_music_that_counts_its_frames_is_not_read_to_its_end(filming: WorkerFilming) -> None:
    """Behind a name tag of its own as well."""
    data = music("mp3", "libmp3lame", seconds=60, bits=256_000)
    tag = b"ID3\x04\0\0" + bytes((0, 0, 4, 0)) + bytes(512)
    for whole in (data, tag + data):
        asked: list[int] = []

        async def read(offset: int, size: int, whole: bytes = whole) -> bytes:
            asked.append(offset)  # noqa: B023  read within this turn
            return whole[offset : offset + size]

        found = await filming.look(read, len(whole), 0, voice=False)
        assert found.exact
        assert found.duration == pytest.approx(60, abs=0.2)
        assert len(asked) < len(whole) // film_source.BLOCK_BYTES


@ONE_LOOP
async def test_a_guess_that_agrees_with_its_sender_is_not_measured(filming: WorkerFilming) -> None:
    """Which takes long: all of it is read. One that does not agree is."""
    bare = {"write_xing": "0", "id3v2_version": "0"}
    data = music("mp3", "libmp3lame", seconds=60, bits=256_000, options=bare)
    for said_s, blocks in ((60.0, 3), (0.0, 99), (8.0, 99)):
        asked: list[int] = []

        async def read(offset: int, size: int, asked: list[int] = asked) -> bytes:
            asked.append(offset)
            return data[offset : offset + size]

        found = await filming.look(read, len(data), 0, voice=False, said_s=said_s)
        assert found.duration == pytest.approx(60, abs=0.2)
        assert found.exact == (said_s != 60)
        assert len(asked) <= blocks
        assert (len(asked) > 6) == found.exact


def looked_at(data: bytes, at_s: float = 0) -> dict[str, object]:
    """Return what is told of bytes, in this process."""
    return filming_worker.look(
        FilmSource(lambda offset, size: data[offset : offset + size], len(data)),
        at_s,
        voice=False,
        side=320,
    )


def test_what_is_too_long_to_be_measured_is_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    """And said to be a guess; it is seen all the same."""
    monkeypatch.setattr(film_source, "BLOCK_BYTES", 4096)
    monkeypatch.setattr(film_lengths, "MEASURED_BYTES_MAX", 64 * 1024)
    recorded = film(
        seconds=20, form="webm", codec="libvpx", heard="libopus", rate=48_000, piped=True
    )
    assert len(recorded) > 128 * 1024
    told = looked_at(recorded)
    assert not told["exact"]
    assert float(str(told["duration"])) > 5
    assert (told["width"], len(told["sizes"])) == (64, 1)  # type: ignore[arg-type]
    monkeypatch.setattr(film_lengths, "MEASURED_BYTES_MAX", 1 << 30)
    assert looked_at(recorded)["exact"]


def test_an_index_too_long_to_be_read_leaves_a_film_that_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Thousands of fragments are spread over gigabytes."""
    data = film(seconds=30, flags=ENDLESS, width=320, height=240)
    whole = looked_at(data)
    assert whole["exact"]
    monkeypatch.setattr(film_source, "BLOCK_BYTES", 4096)
    monkeypatch.setattr(film_source, "READ_BYTES_MAX", 64 * 1024)
    monkeypatch.setattr(film_source.FilmSource.allow, "__defaults__", (64 * 1024,))
    told = looked_at(data)
    assert not told["exact"]
    assert (told["width"], told["height"], len(told["sizes"])) == (320, 240, 1)  # type: ignore[arg-type]


# -- how wide ---------------------------------------------------------------------------------------


@ONE_LOOP
@pytest.mark.parametrize("form", ["mp4", "matroska"])
async def test_a_film_is_as_wide_as_it_is_seen(filming: WorkerFilming, form: str) -> None:
    """Its pixels may be wider than they are high, or higher than they are wide."""
    for pixel, sides in (
        (Fraction(64, 45), (256, 144)),
        (Fraction(1, 2), (90, 144)),
        (Fraction(1), (180, 144)),
    ):
        found = await look(
            filming, film(width=180, height=144, pixel=pixel, form=form, sound=False)
        )
        assert (found.width, found.height) == sides
        assert found.picture is not None
        (size,) = found.picture.sizes
        assert (size.width, size.height) == sides
        assert Image.open(io.BytesIO(size.jpeg)).size == sides


@ONE_LOOP
async def test_a_film_that_is_turned_is_turned_with_its_pixels(filming: WorkerFilming) -> None:
    """First they are made square, then it is turned."""
    data = turned(film(width=180, height=144, pixel=Fraction(64, 45), sound=False))
    found = await look(filming, data)
    assert (found.width, found.height) == (144, 256)
    assert found.picture is not None
    assert Image.open(io.BytesIO(found.picture.sizes[0].jpeg)).size == (144, 256)
    plain = await look(filming, turned(film(sound=False)))
    assert (plain.width, plain.height) == (48, 64)


@ONE_LOOP
async def test_pixels_no_screen_has_are_passed_over(filming: WorkerFilming) -> None:
    """A thousand times as wide as high: a slip of the writer, or harm."""
    found = await look(filming, film(pixel=Fraction(1000), sound=False))
    assert (found.width, found.height) == (64, 48)


@ONE_LOOP
async def test_a_film_too_large_to_be_decoded_is_a_film_all_the_same(
    filming: WorkerFilming,
) -> None:
    """Its sides and length are told; there is no picture of it."""
    found = await look(filming, film(seconds=1, width=5_008, height=5_008, sound=False))
    assert (found.width, found.height, found.picture) == (5_008, 5_008, None)
    assert found.duration == pytest.approx(1, abs=0.1)


# -- what it is called, and where it begins -----------------------------------------------------------


@ONE_LOOP
@pytest.mark.parametrize(
    ("name", "encoders", "form"),
    [
        ("h264", ("libx264", "libopenh264"), "mp4"),
        ("h265", ("libx265",), "mp4"),
        ("av1", ("libsvtav1", "libaom-av1", "librav1e"), "mp4"),
        ("vp9", ("libvpx-vp9",), "webm"),
        ("vp8", ("libvpx",), "webm"),
        ("mpeg4", ("mpeg4",), "mp4"),
    ],
)
async def test_codecs_are_called_what_apps_call_them(
    filming: WorkerFilming, name: str, encoders: tuple[str, ...], form: str
) -> None:
    """And not what decodes them here."""
    encoder = next((one for one in encoders if one in av.codecs_available), None)
    if encoder is None:
        pytest.skip(f"nothing here writes {name}")
    found = await look(filming, film_apart(codec=encoder, form=form, sound=False))
    assert found.codec == name


@ONE_LOOP
async def test_a_recording_may_begin_in_the_middle(filming: WorkerFilming) -> None:
    """What cannot be decoded at its beginning is passed over."""
    data = film(seconds=8, form="mpegts", codec="mpeg2video", sound=False)
    found = await look(filming, data[188 * (len(data) // 188 // 3) :])
    assert found.width == 64
    assert found.picture is not None


@ONE_LOOP
async def test_what_is_no_film_and_what_cannot_be_looked_at_are_told_apart(
    filming: WorkerFilming,
) -> None:
    """Of the one it is known, of the other nothing is."""
    with pytest.raises(FilmRefused) as refused:
        await look(filming, b"no film at all")
    assert refused.value.reason == FilmRefused.NOT_A_FILM
    with pytest.raises(FilmRefused) as refused:
        await filming.look(dies, 1000, 0, voice=False)
    assert refused.value.reason == FilmRefused.FAILED
    assert (await look(filming, voice())).sound


async def dies(_offset: int, _size: int) -> bytes:
    """Fail as a disk does."""
    raise OSError
