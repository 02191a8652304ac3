"""Photos that move, of profiles and chats; and photos that are suggested to a contact."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from PIL import Image, ImageStat
from tests.features.films import film, voice
from tests.features.post import ADA, CLAUDE, EVE, Post, group_of, inner, open_post, picture
from tests.features.test_faces import hide, know, named, seen, small

from chappe import tl
from chappe.core import Kind, Owner
from chappe.features.files import references
from chappe.features.files.records import File
from chappe.features.media.avatars import AVATAR_BYTES_MAX, AVATAR_SIDE_MAX
from chappe.rpc import Client
from chappe.tl import api, errors


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A server without a quota."""
    made = await open_post()
    yield made
    await made.server.stop()


def moving(**how: Any) -> bytes:
    """Return a short silent film, square unless told otherwise, that goes from dark to bright."""
    return film(**{"seconds": 2, "width": 320, "height": 320, "sound": False, **how})


def brightness(jpeg: bytes) -> float:
    """Return how bright an image is, from 0 to 255."""
    return float(ImageStat.Stat(Image.open(io.BytesIO(jpeg)).convert("L")).mean[0])


async def face(post: Post, user: int, data: bytes, **other: Any) -> Any:
    """Let somebody give their profile a photo that moves; return it."""
    video = await post.put_up(user, data)
    return (await post.ask(user, api.PhotosUploadProfilePhoto(video=video, **other))).photo


def own(photo: Any) -> Any:
    """Return how somebody names a photo they were shown."""
    return api.InputPhoto(
        id=photo.id, access_hash=photo.access_hash, file_reference=photo.file_reference
    )


async def test_a_photo_moves_beside_a_name(post: Post) -> None:
    """Others fetch the film as it was sent, and the frame it begins with wherever nothing moves."""
    data = moving()
    made = await face(post, ADA, data, video_start_ts=1.8)
    full, user = await seen(post, CLAUDE, ADA)
    shown = full.profile_photo
    assert user.photo.has_video
    assert user.photo.photo_id == shown.id == made.id
    (size,) = shown.video_sizes
    assert (size.type, size.w, size.h, size.size) == ("u", 320, 320, len(data))
    assert size.video_start_ts == 1.8
    assert await post.fetch(CLAUDE, shown, "u") == data
    assert brightness(await post.fetch(CLAUDE, shown, "c")) > 180
    assert brightness(await small(post, CLAUDE, ADA, made.id)) > 180
    kind = await post.ask(
        CLAUDE,
        api.UploadGetFile(
            location=api.InputPhotoFileLocation(
                id=shown.id,
                access_hash=shown.access_hash,
                file_reference=shown.file_reference,
                thumb_size="u",
            ),
            offset=0,
            limit=4096,
        ),
    )
    assert isinstance(kind.type, api.StorageFileMp4)


async def test_an_image_may_stand_for_a_film(post: Post) -> None:
    """It is shown instead of a frame; what was made of both is made once, and takes its room once."""
    given = {
        "video": await post.put_up(ADA, moving()),
        "file": await post.put_up(ADA, picture(300, 300)),
    }
    made = (await post.ask(ADA, api.PhotosUploadProfilePhoto(**given))).photo
    assert 100 < brightness(await post.fetch(ADA, made, "a")) < 150
    assert made.video_sizes[0].video_start_ts is None
    used = await post.used(ADA)
    assert used == made.video_sizes[0].size + sum(getattr(s, "size", 0) for s in made.sizes)
    again = (await post.ask(ADA, api.PhotosUploadProfilePhoto(**given))).photo
    given = {
        "video": await post.put_up(ADA, moving()),
        "file": await post.put_up(ADA, picture(300, 300)),
    }
    anew = (await post.ask(ADA, api.PhotosUploadProfilePhoto(**given))).photo
    assert made.id == again.id == anew.id
    assert await post.used(ADA) == used
    assert await post.fetch(ADA, anew, "u")


@pytest.mark.parametrize("what", ["webm", "slow", "wide", "image", "sound", "noise", "large"])
async def test_what_cannot_move_beside_a_name_is_refused(post: Post, what: str) -> None:
    """And takes no room once the upload is forgotten; the photo from before stays."""
    data = {
        "webm": lambda: moving(form="webm", codec="libvpx"),
        "slow": lambda: moving(seconds=20, width=64, height=64),
        "wide": lambda: moving(width=AVATAR_SIDE_MAX + 16, height=720, seconds=1),
        "image": lambda: picture(200, 200),
        "sound": voice,
        "noise": lambda: b"\0\0\0\x20ftypisom" + bytes(1000),
        "large": lambda: moving() + bytes(AVATAR_BYTES_MAX),
    }[what]()
    before = await face(post, ADA, moving())
    with pytest.raises(errors.VideoFileInvalid):
        await face(post, ADA, data)
    full, _ = await seen(post, CLAUDE, ADA)
    assert full.profile_photo.id == before.id


async def test_nothing_is_made_of_emoji(post: Post) -> None:
    """There are none of anybody's own, nor stickers; and of nothing at all comes no photo."""
    markup = api.VideoSizeEmojiMarkup(emoji_id=1, background_colors=[0])
    with pytest.raises(errors.VideoFileInvalid):
        await post.ask(ADA, api.PhotosUploadProfilePhoto(video_emoji_markup=markup))
    with pytest.raises(errors.PhotoFileMissing):
        await post.ask(ADA, api.PhotosUploadProfilePhoto())


async def test_a_film_is_hidden_with_its_photo(post: Post) -> None:
    """From whom it is hidden, by a link kept from before as well."""
    await face(post, ADA, moving())
    before = (await seen(post, EVE, ADA))[0].profile_photo
    assert await post.fetch(EVE, before, "u")
    await hide(post, ADA)
    with pytest.raises(errors.FileReferenceExpired):
        await post.fetch(EVE, before, "u")
    other = await face(post, ADA, moving(seconds=1), fallback=True)
    full, user = await seen(post, EVE, ADA)
    assert (full.fallback_photo.id, user.photo.has_video) == (other.id, True)
    assert await post.fetch(EVE, full.fallback_photo, "u")


async def test_a_photo_that_does_not_move_has_no_film(post: Post) -> None:
    """Whoever asks for one is told that it is not there."""
    file = await post.put_up(ADA, picture(200, 200))
    made = (await post.ask(ADA, api.PhotosUploadProfilePhoto(file=file))).photo
    assert made.video_sizes is None
    with pytest.raises(errors.LocationInvalid):
        await post.fetch(ADA, made, "u")


async def test_the_photo_of_a_group_moves(post: Post) -> None:
    """For its members, in what says that it changed as well; not for who never was one."""
    group = await group_of(post)
    data = moving()
    given = api.InputChatUploadedPhoto(video=await post.put_up(ADA, data), video_start_ts=0.5)
    told = await post.ask(ADA, api.ChannelsEditPhoto(channel=inner(post, ADA, group), photo=given))
    assert told.chats[0].photo.has_video
    full = await post.ask(CLAUDE, api.ChannelsGetFullChannel(channel=inner(post, CLAUDE, group)))
    shown = full.full_chat.chat_photo
    assert await post.fetch(CLAUDE, shown, "u") == data
    action = next(u.message.action for u in told.updates if hasattr(u, "message"))
    assert action.photo.video_sizes[0].size == len(data)
    with pytest.raises(errors.FileIdInvalid):
        await post.fetch(EVE, shown, "u")


async def test_a_contact_is_given_a_photo_that_moves(post: Post) -> None:
    """Which only the giver sees."""
    await know(post, CLAUDE, ADA)
    video = await post.put_up(CLAUDE, moving())
    await post.ask(
        CLAUDE,
        api.PhotosUploadContactProfilePhoto(
            user_id=named(post, CLAUDE, ADA), save=True, video=video
        ),
    )
    full, user = await seen(post, CLAUDE, ADA)
    assert user.photo.has_video
    assert await post.fetch(CLAUDE, full.personal_photo, "u")
    full, user = await seen(post, ADA, ADA)
    assert (full.personal_photo, user.photo) == (None, None)


# -- suggestions ------------------------------------------------------------------------------------


async def suggest(post: Post, user: int, other: int, **given: Any) -> Any:
    """Let somebody suggest a photo to another; return what each is shown of it in their messages."""
    await post.ask(
        user,
        api.PhotosUploadContactProfilePhoto(
            user_id=named(post, user, other), suggest=True, **given
        ),
    )
    await post.server.delivery.relay.settle()
    return (await post.inbox(user, other))[0], (await post.inbox(other, user))[0]


async def test_a_contact_takes_a_photo_that_was_suggested(post: Post) -> None:
    """It becomes their own: whatever the other does, it stays."""
    await know(post, ADA, CLAUDE)
    data = moving()
    mine, theirs = await suggest(post, ADA, CLAUDE, video=await post.put_up(ADA, data))
    assert (mine.out, theirs.out) == (True, False)
    for message, who in ((mine, ADA), (theirs, CLAUDE)):
        assert isinstance(message.action, api.MessageActionSuggestProfilePhoto)
        assert await post.fetch(who, message.action.photo, "u") == data
    full, _ = await seen(post, EVE, CLAUDE)
    assert full.profile_photo is None
    given = own(theirs.action.photo)
    took = (await post.ask(CLAUDE, api.PhotosUpdateProfilePhoto(id=given))).photo
    again = (await post.ask(CLAUDE, api.PhotosUpdateProfilePhoto(id=given))).photo
    assert took.id == again.id != theirs.action.photo.id
    await post.ask(ADA, api.MessagesDeleteMessages(id=[mine.id], revoke=True))
    await post.ask(ADA, api.AccountDeleteAccount(reason="gone"))
    full, user = await seen(post, EVE, CLAUDE)
    assert full.profile_photo.id == user.photo.photo_id == took.id
    assert await post.fetch(EVE, full.profile_photo, "u") == data
    assert await post.fetch(EVE, full.profile_photo, "c")
    assert (await post.ask(CLAUDE, api.PhotosDeletePhotos(id=[own(took)]))) == [took.id]


async def test_a_photo_whose_film_is_gone_is_not_half_taken(post: Post) -> None:
    """Ada deletes her account while Claude takes what she suggested: he keeps what he had."""
    await know(post, ADA, CLAUDE)
    _, theirs = await suggest(post, ADA, CLAUDE, video=await post.put_up(ADA, moving()))
    owner, number = references.owner_and_number(post.context, theirs.action.photo.id)
    file = await post.context.look(Owner(Kind.USER, owner)).get(File, number)
    assert file is not None
    assert file.file is not None
    await post.context.ports.files.delete(file.file)
    before = dict(post.blobs._parts)
    with pytest.raises(errors.FilePartMissing):
        await post.ask(CLAUDE, api.PhotosUpdateProfilePhoto(id=own(theirs.action.photo)))
    assert post.blobs._parts == before
    assert (await seen(post, EVE, CLAUDE))[0].profile_photo is None


async def test_who_suggests_a_photo_is_told_of_the_message(post: Post) -> None:
    """The answer has no updates: the device that asked hears of it like the others."""
    await know(post, ADA, CLAUDE)
    heard: list[bytes] = []
    device = Client(ADA, ADA, heard.append)  # the one `Post.ask` asks by
    device.layer, device.user = tl.LAYER, ADA
    post.server.delivery.hub.subscribe(ADA, device)
    mine, _ = await suggest(post, ADA, CLAUDE, file=await post.put_up(ADA, picture(200, 200)))
    await asyncio.sleep(0.01)
    told = [update for body in heard for update in getattr(tl.decode(body), "updates", ())]
    (new,) = [update.message for update in told if isinstance(update, api.UpdateNewMessage)]
    assert (new.id, new.action.photo.id) == (mine.id, mine.action.photo.id)


async def test_nobody_suggests_anything_to_a_stranger_or_to_who_blocked_them(post: Post) -> None:
    """Nor to themselves; and nobody takes what was suggested to somebody else."""
    file = await post.put_up(ADA, picture(200, 200))
    with pytest.raises(errors.ContactMissing):
        await suggest(post, ADA, CLAUDE, file=file)
    for other in (ADA, CLAUDE):
        await know(post, ADA, other)
    with pytest.raises(errors.UserIdInvalid):
        await suggest(post, ADA, ADA, file=file)
    with pytest.raises(errors.PhotoFileMissing):
        await suggest(post, ADA, CLAUDE)
    _, theirs = await suggest(post, ADA, CLAUDE, file=file)
    with pytest.raises(errors.FileIdInvalid):
        await post.ask(EVE, api.PhotosUpdateProfilePhoto(id=own(theirs.action.photo)))
    await post.ask(CLAUDE, api.MessagesDeleteMessages(id=[theirs.id], revoke=False))
    with pytest.raises(errors.FileReferenceExpired):
        await post.ask(CLAUDE, api.PhotosUpdateProfilePhoto(id=own(theirs.action.photo)))
    await post.ask(CLAUDE, api.ContactsBlock(id=post.peer(CLAUDE, ADA)))
    other = await post.put_up(ADA, picture(210, 210))
    before = dict(post.blobs._parts)
    with pytest.raises(errors.UserIdInvalid):
        await suggest(post, ADA, CLAUDE, file=other)
    assert post.blobs._parts == before
