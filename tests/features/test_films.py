"""Films and sounds people send: what they say of them is put right by what they are."""

import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from PIL import Image
from tests.features.films import film, voice
from tests.features.post import CLAUDE, Post, open_post, picture
from tests.features.shown import found, sent

from chappe.features.media import rules
from chappe.tl import api


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A server without a quota."""
    made = await open_post()
    yield made
    await made.server.stop()


async def test_a_film_is_described_and_pictured_by_the_server(post: Post) -> None:
    """Whatever its sender left out or has wrong: length, sides, streaming, a thumbnail."""
    wrong = api.DocumentAttributeVideo(duration=9_999.0, w=1, h=1, supports_streaming=False)
    for said in ([], [wrong]):
        data = film(seconds=2 + len(said))
        media = await sent(post, data, mime_type="video/mp4", attributes=said)
        video = found(media, api.DocumentAttributeVideo)
        assert video.duration == pytest.approx(2 + len(said), abs=0.1)
        assert (video.w, video.h, video.supports_streaming, video.nosound) == (64, 48, True, False)
        assert media.video
        assert found(media, api.DocumentAttributeAnimated) is None
        thumb = await post.fetch(CLAUDE, media.document, "m")
        assert Image.open(io.BytesIO(thumb)).size == (64, 48)
        assert await post.fetch(CLAUDE, media.document) == data


async def test_where_films_are_not_looked_at_they_stay_what_their_sender_says() -> None:
    """An operator without the codecs: true or not, what is said is kept, and nothing is pictured."""
    blind = await open_post(films=False)
    try:
        said = api.DocumentAttributeVideo(duration=9_999.0, w=1, h=1)
        media = await sent(blind, film(), mime_type="video/mp4", attributes=[said])
        video = found(media, api.DocumentAttributeVideo)
        assert (video.duration, video.w, video.h) == (9_999.0, 1, 1)
        assert not media.document.thumbs
        assert await blind.fetch(CLAUDE, media.document) == film()
    finally:
        await blind.server.stop()


async def test_a_length_that_is_nearly_right_is_left(post: Post) -> None:
    """Apps measure a little differently; what they say is what they will compare."""
    said = [api.DocumentAttributeVideo(duration=2.4, w=64, h=48)]
    media = await sent(post, film(), mime_type="video/mp4", attributes=said)
    assert found(media, api.DocumentAttributeVideo).duration == 2.4


async def test_a_silent_film_is_a_gif_unless_it_is_sent_as_a_film(post: Post) -> None:
    """As a file it is neither."""
    silent = film(sound=False)
    media = await sent(post, silent, mime_type="video/mp4")
    assert found(media, api.DocumentAttributeAnimated) is not None
    assert found(media, api.DocumentAttributeVideo).nosound
    media = await sent(post, silent, mime_type="video/mp4", nosound_video=True)
    assert found(media, api.DocumentAttributeAnimated) is None
    assert media.video
    media = await sent(post, silent, mime_type="video/mp4", force_file=True)
    assert found(media, api.DocumentAttributeAnimated) is None
    assert found(media, api.DocumentAttributeVideo) is None
    assert media.document.thumbs


async def test_a_video_note_is_round_only_if_it_is_square(post: Post) -> None:
    """An oblong one is a film."""
    said = [api.DocumentAttributeVideo(duration=2.0, w=64, h=64, round_message=True)]
    media = await sent(post, film(width=64, height=64), mime_type="video/mp4", attributes=said)
    assert media.round
    assert found(media, api.DocumentAttributeVideo).round_message
    said[0].w = 64
    media = await sent(post, film(), mime_type="video/mp4", attributes=said)
    assert not media.round
    assert media.video


async def test_a_voice_message_gets_its_length_and_waveform(post: Post) -> None:
    """Where its sender's app made none; where it made one, that one stays."""
    said = api.DocumentAttributeAudio(voice=True, duration=0)
    media = await sent(post, voice(), mime_type="audio/ogg", attributes=[said])
    audio = found(media, api.DocumentAttributeAudio)
    assert (audio.voice, audio.duration, len(audio.waveform)) == (True, 3, 63)
    assert media.voice
    said.waveform = b"mine"
    media = await sent(post, voice(seconds=2), mime_type="audio/ogg", attributes=[said])
    assert found(media, api.DocumentAttributeAudio).waveform == b"mine"


async def test_music_is_called_what_it_calls_itself(post: Post) -> None:
    """Unless its sender calls it otherwise."""
    data = voice(title="Étude")
    media = await sent(post, data, mime_type="audio/ogg")
    audio = found(media, api.DocumentAttributeAudio)
    assert (audio.title, audio.voice, audio.waveform) == ("Étude", False, None)
    said = [api.DocumentAttributeAudio(duration=3, title="Mine")]
    media = await sent(post, data + b"", mime_type="audio/ogg", attributes=said)
    assert found(media, api.DocumentAttributeAudio).title == "Mine"


@pytest.mark.usefixtures("every_engine")
@pytest.mark.parametrize(
    "said",
    [
        [api.DocumentAttributeVideo(duration=5.0, w=640, h=480)],
        [api.DocumentAttributeVideo(duration=5.0, w=640, h=640, round_message=True)],
        [api.DocumentAttributeAudio(duration=5, voice=True, waveform=b"x")],
        [api.DocumentAttributeAnimated()],
        [],
    ],
)
@pytest.mark.parametrize("data", [b"no film at all", film(streaming=False)[:900], picture(9, 9)])
async def test_what_is_no_film_is_kept_as_a_plain_file(
    post: Post, data: bytes, said: list[Any]
) -> None:
    """Under its name, with its bytes, and with nothing that an app would try to play."""
    name = api.DocumentAttributeFilename(file_name="x.mp4")
    media = await sent(post, data, mime_type="video/mp4", attributes=[*said, name])
    assert media.document.mime_type == rules.PLAIN_MIME
    assert [type(a) for a in media.document.attributes] == [api.DocumentAttributeFilename]
    assert not media.video
    assert not media.round
    assert not media.voice
    assert await post.fetch(CLAUDE, media.document) == data


async def test_the_picture_of_a_film_is_of_the_moment_its_sender_chose(post: Post) -> None:
    """The film goes from black to white."""
    shades: list[int] = []
    for start in (0.0, 3.5):
        said = [api.DocumentAttributeVideo(duration=4.0, w=64, h=48, video_start_ts=start)]
        data = film(seconds=4, sound=bool(start))
        media = await sent(post, data, mime_type="video/mp4", attributes=said)
        thumb = Image.open(io.BytesIO(await post.fetch(CLAUDE, media.document, "m")))
        shades.append(thumb.convert("L").tobytes()[20 * thumb.width + 30])
    assert shades[0] < 60
    assert shades[1] > 180
