"""Pictures, films and sounds are shown as what they are, and never worse than their sender said."""

import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from PIL import Image
from tests.features.films import film, music
from tests.features.post import ADA, CLAUDE, Post, document, group_of, inner, open_post, picture
from tests.features.shown import found, sent

from chappe.features.media import rules
from chappe.ports import Film
from chappe.tl import api

RED = (220, 30, 30)


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A server without a quota."""
    made = await open_post()
    yield made
    await made.server.stop()


def gif() -> bytes:
    """Return a GIF that is red first, and green later."""
    out = io.BytesIO()
    later = Image.new("RGB", (300, 200), (0, 200, 0))
    Image.new("RGB", (300, 200), RED).save(out, "GIF", save_all=True, append_images=[later])
    return out.getvalue()


def is_red(jpeg: bytes) -> bool:
    """Whether an image is red in its middle."""
    image = Image.open(io.BytesIO(jpeg)).convert("RGB")
    colour = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(colour, tuple)
    return all(abs(x - y) < 20 for x, y in zip(colour, RED, strict=True))


# -- pictures ---------------------------------------------------------------------------------------


async def test_a_gif_is_a_photo_of_its_first_frame(post: Post) -> None:
    """In a message, beside a name, and beside that of a group."""
    file = await post.put_up(ADA, gif())
    await post.send(ADA, CLAUDE, api.InputMediaUploadedPhoto(file=file))
    photo = (await post.inbox(CLAUDE, ADA))[0].media.photo
    assert [(s.type, s.w, s.h) for s in photo.sizes[1:]] == [("s", 100, 67), ("m", 300, 200)]
    assert is_red(await post.fetch(CLAUDE, photo, "m"))
    face = await post.ask(ADA, api.PhotosUploadProfilePhoto(file=await post.put_up(ADA, gif())))
    assert is_red(await post.fetch(ADA, face.photo, "c"))
    group = await group_of(post)
    given = api.InputChatUploadedPhoto(file=await post.put_up(ADA, gif()))
    await post.ask(ADA, api.ChannelsEditPhoto(channel=inner(post, ADA, group), photo=given))
    full = await post.ask(CLAUDE, api.ChannelsGetFullChannel(channel=inner(post, CLAUDE, group)))
    assert is_red(await post.fetch(CLAUDE, full.full_chat.chat_photo, "a"))


async def test_a_gif_sent_as_a_file_has_a_thumbnail(post: Post) -> None:
    """And moves, unless it was sent as a file."""
    for as_file in (True, False):
        media = await sent(post, gif(), mime_type="image/gif", force_file=as_file)
        size = found(media, api.DocumentAttributeImageSize)
        assert (size.w, size.h) == (300, 200)
        assert is_red(await post.fetch(CLAUDE, media.document, "m"))
        assert (found(media, api.DocumentAttributeAnimated) is None) == as_file


async def test_an_image_sent_as_a_file_has_the_sides_it_has(post: Post) -> None:
    """However far its thumbnail is smaller; where its camera was held upright, as it is seen."""
    exif = Image.Exif()
    exif[0x0112] = 6
    for said, sides in (({}, (4000, 3000)), ({"exif": exif}, (3000, 4000))):
        out = io.BytesIO()
        Image.new("RGB", (4000, 3000), RED).save(out, "JPEG", **said)
        media = await sent(post, out.getvalue(), mime_type="image/jpeg", force_file=True)
        size = found(media, api.DocumentAttributeImageSize)
        assert (size.w, size.h) == sides


def drawn(form: str, side: int = 64) -> bytes:
    """Return a small picture."""
    out = io.BytesIO()
    Image.new("RGBA", (side, side), (*RED, 90)).save(out, form)
    return out.getvalue()


async def test_a_small_picture_of_some_formats_can_be_a_sticker(post: Post) -> None:
    """It stands for an emoji, in no set whatever its sender says; large or of another format it is a file."""
    claims = api.DocumentAttributeSticker(
        alt="🎈" * 40, stickerset=api.InputStickerSetShortName(short_name="of_others")
    )

    async def kept(data: bytes, mime: str) -> Any:
        media = await sent(post, data, mime_type=mime, attributes=[claims])
        return found(media, api.DocumentAttributeSticker)

    none = api.InputStickerSetEmpty()
    cut = "🎈" * rules.STICKER_EMOJI_CHARACTERS_MAX
    wanted = api.DocumentAttributeSticker(alt=cut, stickerset=none)
    assert await kept(drawn("WEBP"), "image/webp") == wanted
    assert await kept(drawn("PNG"), "image/png") is None
    large = drawn("WEBP") + bytes(rules.STICKER_BYTES_MAX)
    assert await kept(large, "image/webp") is None


# -- films and sounds -------------------------------------------------------------------------------


def recorded() -> bytes:
    """Return a film as a browser records it: without a length."""
    return film(seconds=2, form="webm", codec="libvpx", heard="libopus", rate=48_000, piped=True)


async def test_a_film_a_browser_recorded_is_a_film(post: Post) -> None:
    """Also beside a photo in an album."""
    said = [api.DocumentAttributeVideo(duration=0.0, w=64, h=48)]
    data = recorded()
    media = await sent(post, data, mime_type="video/webm", attributes=said)
    shown = found(media, api.DocumentAttributeVideo)
    assert media.document.mime_type == "video/webm"
    assert (shown.w, shown.h, shown.video_codec) == (64, 48, "vp8")
    assert shown.duration == pytest.approx(2, abs=0.1)
    thumb = Image.open(io.BytesIO(await post.fetch(CLAUDE, media.document, "m")))
    assert thumb.size == (64, 48)
    photo = api.InputMediaUploadedPhoto(file=await post.put_up(ADA, picture(50, 50)))
    given = document(await post.put_up(ADA, data), mime_type="video/webm", attributes=said)
    singles = [
        api.InputSingleMedia(media=medium, random_id=number, message="")
        for number, medium in enumerate((photo, given), 1)
    ]
    await post.ask(
        ADA, api.MessagesSendMultiMedia(peer=post.peer(ADA, CLAUDE), multi_media=singles)
    )
    await post.server.delivery.relay.settle()
    album = (await post.inbox(CLAUDE, ADA))[:2]
    assert album[0].grouped_id
    assert album[0].grouped_id == album[1].grouped_id


async def test_music_is_as_long_as_it_plays(post: Post) -> None:
    """Though its first second has fewer bits than the rest, and whatever its sender says."""
    bare = {"write_xing": "0", "id3v2_version": "0"}
    data = b"".join(
        music("mp3", "libmp3lame", seconds=seconds, bits=bits, options=bare)
        for seconds, bits in ((1, 32_000), (3, 256_000))
    )
    for said in (4, 0, 99):
        attributes = [api.DocumentAttributeAudio(duration=said)]
        media = await sent(post, data, mime_type="audio/mpeg", attributes=attributes)
        assert found(media, api.DocumentAttributeAudio).duration == 4


@pytest.mark.parametrize(
    ("said", "exact", "shown"),
    [(8, False, 8), (8, True, 31), (0, False, 31), (0, True, 31), (30, True, 30)],
)
def test_a_guess_gives_way_to_what_a_sender_says(said: int, exact: bool, shown: int) -> None:
    """What was measured does not."""
    heard = Film(31.4, 0, 0, True, False, "", b"", "", "", None, exact)  # noqa: FBT003
    given = [api.DocumentAttributeAudio(duration=said)]
    (audio,) = rules.settle_attributes("audio/mpeg", given, heard, as_file=False, still=False)
    assert audio.duration == shown


def claims() -> list[Any]:
    """Return what apps say of a film, and of a piece of music."""
    return [
        api.DocumentAttributeFilename(file_name="x"),
        api.DocumentAttributeAudio(duration=5, title="Mine"),
        api.DocumentAttributeVideo(duration=5.0, w=640, h=480),
    ]


@pytest.mark.parametrize(
    "mime",
    [
        "audio/midi",
        "audio/ac3",
        "audio/x-mpegurl",
        "video/x-ms-wmv",
        "audio/vnd.dts.hd",
        "video/x-y+z.1",
    ],
)
async def test_a_format_nobody_opens_here_stays_what_it_is_called(post: Post, mime: str) -> None:
    """Its sender knows better than the server."""
    media = await sent(post, b"MThd\0\0\0\6" + bytes(40), mime_type=mime, attributes=claims())
    assert media.document.mime_type == mime
    assert found(media, api.DocumentAttributeAudio).title == "Mine"
    assert found(media, api.DocumentAttributeVideo).w == 640


@pytest.mark.parametrize("mime", sorted(rules.LOOKED_AT)[::5])
async def test_a_format_that_is_opened_here_is_no_other(post: Post, mime: str) -> None:
    """Who calls something a film that is none sends a file."""
    media = await sent(post, b"no film at all", mime_type=mime, attributes=claims())
    assert media.document.mime_type == rules.PLAIN_MIME
    assert [type(a) for a in media.document.attributes] == [api.DocumentAttributeFilename]


@pytest.mark.parametrize(
    "mime",
    ["audio", "a/b/c", "audio/", "/midi", "audio/mi di", "x/" + "y" * 200, "text/html; charset=x"],
)
async def test_a_type_that_is_none_promises_nothing(post: Post, mime: str) -> None:
    """It has two words, and no more than 128 characters."""
    media = await sent(post, b"x" * len(mime), mime_type=mime)
    assert media.document.mime_type == rules.PLAIN_MIME


async def test_a_film_nobody_can_look_at_stays_what_its_sender_says(post: Post) -> None:
    """Wider than anything that is looked at here."""
    data = film(seconds=1, width=10_240, height=16, codec="rawvideo", form="matroska", sound=False)
    said = [api.DocumentAttributeVideo(duration=1.0, w=1_024, h=2)]
    media = await sent(post, data, mime_type="video/x-matroska", attributes=said)
    shown = found(media, api.DocumentAttributeVideo)
    assert media.document.mime_type == "video/x-matroska"
    assert (shown.w, shown.h, shown.duration) == (1_024, 2, 1.0)
    assert media.document.thumbs is None
