"""Photos in messages, in albums and in profiles, and images that mean harm."""

import io
import struct
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from PIL import Image
from tests.features.post import ADA, CLAUDE, EVE, KIB, Post, document, open_post, picture

from chappe.core import Kind
from chappe.features import accounts
from chappe.features.files import parts
from chappe.tl import api, errors


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A server without a quota."""
    made = await open_post()
    yield made
    await made.server.stop()


# -- photos -----------------------------------------------------------------------------------------


async def send_photo(post: Post, user: int, to: int, data: bytes) -> Any:
    """Send an image as a photo; return the receiver's message."""
    file = await post.put_up(user, data)
    await post.send(user, to, api.InputMediaUploadedPhoto(file=file), message="look")
    return (await post.inbox(to, user))[0]


async def test_a_photo_is_shown_in_several_sizes(post: Post) -> None:
    """From a handful of bytes to 1,280 pixels, each of the size it says."""
    message = await send_photo(post, ADA, CLAUDE, picture(1600, 1200))
    stripped, *sizes = message.media.photo.sizes
    assert [(s.type, s.w, s.h) for s in sizes] == [
        ("s", 100, 75),
        ("m", 320, 240),
        ("x", 800, 600),
        ("y", 1280, 960),
    ]
    for size in sizes:
        data = await post.fetch(CLAUDE, message.media.photo, size.type)
        assert len(data) == size.size
        assert Image.open(io.BytesIO(data)).size == (size.w, size.h)
    assert stripped.type == "i"
    assert stripped.bytes[:3] == bytes((1, 30, 40))
    assert message.message == "look"


async def test_a_photo_says_nothing_but_what_it_shows(post: Post) -> None:
    """Where and with what it was taken stays with its maker; and it stands upright."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "A camera of mine"
    exif[0x0112] = 6  # turned by 90°
    Image.new("RGB", (400, 200)).save(out, "JPEG", exif=exif)
    message = await send_photo(post, ADA, CLAUDE, out.getvalue())
    largest = message.media.photo.sizes[-1]
    data = await post.fetch(CLAUDE, message.media.photo, largest.type)
    assert (largest.w, largest.h) == (200, 400)
    assert b"camera" not in data
    with pytest.raises(errors.LocationInvalid):
        await post.fetch(CLAUDE, message.media.photo, "w")


def bomb(width: int, height: int) -> bytes:
    """Return a PNG that claims these dimensions."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(bytes(10_000_000)))
    return b"\x89PNG\r\n\x1a\n" + head + data + chunk(b"IEND", b"")


@pytest.mark.usefixtures("every_engine")
@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"no image at all", errors.ImageProcessFailed),
        (picture(600, 400)[:3000], errors.ImageProcessFailed),
        (bomb(60_000, 60_000), errors.PhotoInvalidDimensions),
        (bomb(9_000, 9_000), errors.PhotoInvalidDimensions),
        (bomb(4_900, 4_900), errors.ImageProcessFailed),
        (picture(2_100, 100), errors.PhotoInvalidDimensions),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", errors.ImageProcessFailed),
    ],
)
async def test_hostile_images_are_refused(
    post: Post, data: bytes, refusal: type[Exception]
) -> None:
    """And the next photo is none the worse for it."""
    file = await post.put_up(ADA, data)
    with pytest.raises(refusal):
        await post.send(ADA, CLAUDE, api.InputMediaUploadedPhoto(file=file))
    assert not await post.inbox(CLAUDE, ADA)
    message = await send_photo(post, ADA, CLAUDE, picture(200, 100))
    assert message.media.photo.sizes[-1].w == 200


@pytest.mark.usefixtures("every_engine")
async def test_the_process_of_images_may_die(post: Post) -> None:
    """The photo under way is refused or made, the next one is made."""
    await send_photo(post, ADA, CLAUDE, picture(200, 100))
    process = post.server.imaging.worker.process
    assert process is not None
    process.kill()
    await process.wait()
    message = await send_photo(post, ADA, CLAUDE, picture(210, 100))
    assert message.media.photo.sizes[-1].w == 210


@pytest.mark.usefixtures("every_engine")
async def test_a_photo_too_large_to_read_is_refused(post: Post) -> None:
    """It can be sent as a file."""
    file = await post.put_up(ADA, bytes(parts.PHOTO_BYTES_MAX + 1), 512 * KIB)
    with pytest.raises(errors.PhotoSaveFileInvalid):
        await post.send(ADA, CLAUDE, api.InputMediaUploadedPhoto(file=file))
    message = await post.send(ADA, CLAUDE, document(file))
    assert message.media.document.size == parts.PHOTO_BYTES_MAX + 1


# -- albums -----------------------------------------------------------------------------------------


async def album_of(post: Post, media: list[Any]) -> Any:
    """Send an album from Ada to Claude."""
    singles = [
        api.InputSingleMedia(media=m, random_id=100 + n, message=f"no. {n}")
        for n, m in enumerate(media)
    ]
    updates = await post.ask(
        ADA, api.MessagesSendMultiMedia(peer=post.peer(ADA, CLAUDE), multi_media=singles)
    )
    await post.server.delivery.relay.settle()
    return updates


async def test_an_album_is_one_group_for_both(post: Post) -> None:
    """Made as clients make it: uploaded first, then sent by name; sent again it is the same."""
    media = []
    for turn in range(3):
        file = await post.put_up(ADA, picture(200, 100, turn=turn))
        kept = await post.ask(
            ADA,
            api.MessagesUploadMedia(
                peer=post.peer(ADA, CLAUDE), media=api.InputMediaUploadedPhoto(file=file)
            ),
        )
        photo = kept.photo
        given = api.InputPhoto(
            id=photo.id, access_hash=photo.access_hash, file_reference=photo.file_reference
        )
        media.append(api.InputMediaPhoto(id=given))
    await album_of(post, media)
    await album_of(post, media)
    theirs = await post.inbox(CLAUDE, ADA)
    assert [m.message for m in reversed(theirs)] == ["no. 0", "no. 1", "no. 2"]
    assert len({m.grouped_id for m in theirs}) == 1
    assert theirs[0].grouped_id
    mine = await post.inbox(ADA, CLAUDE)
    assert {m.grouped_id for m in mine} == {theirs[0].grouped_id}


async def test_an_album_holds_what_goes_together(post: Post) -> None:
    """No dice among photos, no more than ten, none without anything; and then nothing is sent."""
    photo = api.InputMediaUploadedPhoto(file=await post.put_up(ADA, picture(50, 50)))
    dice = api.InputMediaDice(emoticon="🎲")
    for media, refusal in (
        ([photo, dice], errors.GroupedMediaInvalid),
        ([photo] * 11, errors.MultiMediaTooLong),
        ([], errors.MediaEmpty),
        ([photo, api.InputMediaEmpty()], errors.MediaEmpty),
    ):
        with pytest.raises(refusal):
            await album_of(post, media)
    assert not await post.inbox(CLAUDE, ADA)


async def test_a_caption_has_its_bound(post: Post) -> None:
    """Longer ones are refused before anything is kept."""
    file = await post.put_up(ADA, b"words")
    with pytest.raises(errors.MediaCaptionTooLong):
        await post.send(ADA, CLAUDE, document(file), message="x" * 1025)
    assert (await post.send(ADA, CLAUDE, document(file), message="x" * 1024)).message


# -- profiles ---------------------------------------------------------------------------------------


async def new_face(post: Post, user: int, turn: int = 0) -> Any:
    """Give somebody's profile a photo; return it."""
    file = await post.put_up(user, picture(800, 600, "PNG", turn))
    return (await post.ask(user, api.PhotosUploadProfilePhoto(file=file))).photo


async def user_as_seen(post: Post, viewer: int, user: int) -> Any:
    """Return somebody's full profile as another sees it."""
    given = api.InputUser(
        user_id=user, access_hash=accounts.access_hash(post.context, viewer, Kind.USER, user)
    )
    return await post.ask(viewer, api.UsersGetFullUser(id=given))


async def test_a_profile_shows_its_newest_photo(post: Post) -> None:
    """Beside the name, in the profile, and as a file that others fetch."""
    await new_face(post, ADA)
    photo = await new_face(post, ADA, turn=90)
    seen = await user_as_seen(post, CLAUDE, ADA)
    assert seen.users[0].photo.photo_id == photo.id
    assert seen.full_user.profile_photo.id == photo.id
    for big, side in ((False, 160), (True, 640)):
        location = api.InputPeerPhotoFileLocation(
            big=big, peer=post.peer(CLAUDE, ADA), photo_id=photo.id
        )
        got = await post.ask(CLAUDE, api.UploadGetFile(location=location, offset=0, limit=1 << 20))
        assert Image.open(io.BytesIO(got.bytes)).size == (side, side)
    data = await post.fetch(CLAUDE, seen.full_user.profile_photo, "c")
    assert Image.open(io.BytesIO(data)).size == (640, 640)


async def test_an_earlier_photo_is_shown_again_and_photos_are_deleted(post: Post) -> None:
    """The list has the newest first; what is deleted is fetched by nobody any more."""
    first = await new_face(post, ADA)
    second = await new_face(post, ADA, turn=90)
    given = api.InputPhoto(
        id=first.id, access_hash=first.access_hash, file_reference=first.file_reference
    )
    await post.ask(ADA, api.PhotosUpdateProfilePhoto(id=given))
    me = api.InputUser(
        user_id=ADA, access_hash=accounts.access_hash(post.context, CLAUDE, Kind.USER, ADA)
    )
    asked = api.PhotosGetUserPhotos(user_id=me, offset=0, max_id=0, limit=10)
    listed = (await post.ask(CLAUDE, asked)).photos
    assert [p.id for p in listed] == [first.id, second.id]
    assert await post.ask(ADA, api.PhotosDeletePhotos(id=[given])) == [first.id]
    seen = await user_as_seen(post, CLAUDE, ADA)
    assert seen.users[0].photo.photo_id == second.id
    with pytest.raises(errors.FileReferenceExpired):
        await post.fetch(CLAUDE, listed[0], "a")
    await post.ask(ADA, api.PhotosUpdateProfilePhoto(id=api.InputPhotoEmpty()))
    seen = await user_as_seen(post, CLAUDE, ADA)
    assert seen.users[0].photo is None
    assert seen.full_user.profile_photo is None


async def test_nobody_deletes_or_shows_another_s_photo(post: Post) -> None:
    """What is not one's own is not there."""
    await new_face(post, ADA)
    seen = (await user_as_seen(post, EVE, ADA)).full_user.profile_photo
    given = api.InputPhoto(
        id=seen.id, access_hash=seen.access_hash, file_reference=seen.file_reference
    )
    assert await post.ask(EVE, api.PhotosDeletePhotos(id=[given])) == []
    with pytest.raises(errors.PhotoIdInvalid):
        await post.ask(EVE, api.PhotosUpdateProfilePhoto(id=given))
    assert (await user_as_seen(post, EVE, ADA)).full_user.profile_photo


async def test_a_hidden_photo_is_hidden_on_every_road(post: Post) -> None:
    """In the profile, beside the name, in the list, and by a link kept from before."""
    photo = await new_face(post, ADA)
    before = (await user_as_seen(post, EVE, ADA)).full_user.profile_photo
    assert await post.fetch(EVE, before, "a")
    await post.ask(
        ADA,
        api.AccountSetPrivacy(
            key=api.InputPrivacyKeyProfilePhoto(), rules=[api.InputPrivacyValueDisallowAll()]
        ),
    )
    seen = await user_as_seen(post, EVE, ADA)
    assert seen.users[0].photo is None
    assert seen.full_user.profile_photo is None
    with pytest.raises(errors.FileReferenceExpired):
        await post.fetch(EVE, before, "a")
    location = api.InputPeerPhotoFileLocation(peer=post.peer(EVE, ADA), photo_id=photo.id)
    with pytest.raises(errors.LocationInvalid):
        await post.ask(EVE, api.UploadGetFile(location=location, offset=0, limit=1 << 20))
    me = api.InputUser(
        user_id=ADA, access_hash=accounts.access_hash(post.context, EVE, Kind.USER, ADA)
    )
    asked = api.PhotosGetUserPhotos(user_id=me, offset=0, max_id=0, limit=10)
    assert (await post.ask(EVE, asked)).photos == []
    assert (await user_as_seen(post, ADA, ADA)).full_user.profile_photo
