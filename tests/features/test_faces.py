"""Photos of profiles and chats: the one for all others, the one a contact was given, the earlier ones."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.features.films import film
from tests.features.post import (
    ADA,
    CLAUDE,
    EVE,
    Post,
    document,
    group_of,
    in_group,
    inner,
    open_post,
    picture,
    place,
)

from chappe.core import Kind, Owner
from chappe.features import accounts
from chappe.features.accounts import Contact
from chappe.features.files.usage_counts import UNUSED_S
from chappe.tl import api, errors


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A server without a quota."""
    made = await open_post()
    yield made
    await made.server.stop()


async def show_face(post: Post, user: int, side: int, **other: Any) -> Any:
    """Let somebody give their profile a photo; return it."""
    file = await post.put_up(user, picture(side, side))
    answer = await post.ask(user, api.PhotosUploadProfilePhoto(file=file, **other))
    return answer.photo


def named(post: Post, viewer: int, user: int) -> Any:
    """Return how one person names another."""
    hashed = accounts.access_hash(post.context, viewer, Kind.USER, user)
    return api.InputUser(user_id=user, access_hash=hashed)


async def seen(post: Post, viewer: int, user: int) -> tuple[Any, Any]:
    """Return somebody as another sees them: in full, and beside their name."""
    full = await post.ask(viewer, api.UsersGetFullUser(id=named(post, viewer, user)))
    return full.full_user, next(u for u in full.users if u.id == user)


async def hide(post: Post, user: int) -> None:
    """Let somebody show their photos to nobody."""
    await post.ask(
        user,
        api.AccountSetPrivacy(
            key=api.InputPrivacyKeyProfilePhoto(), rules=[api.InputPrivacyValueDisallowAll()]
        ),
    )


async def small(post: Post, viewer: int, user: int, photo: int) -> bytes:
    """Return the small photo beside a name."""
    location = api.InputPeerPhotoFileLocation(peer=post.peer(viewer, user), photo_id=photo)
    got = await post.ask(viewer, api.UploadGetFile(location=location, offset=0, limit=1 << 20))
    return bytes(got.bytes)


async def test_who_may_not_see_the_photos_sees_the_one_for_all_others(post: Post) -> None:
    """Ada sees both; a blocked one sees neither."""
    main = await show_face(post, ADA, 200)
    other = await show_face(post, ADA, 210, fallback=True)
    full, user = await seen(post, EVE, ADA)
    assert (full.profile_photo.id, full.fallback_photo) == (main.id, None)
    await hide(post, ADA)
    full, user = await seen(post, EVE, ADA)
    assert full.profile_photo is None
    assert full.fallback_photo.id == user.photo.photo_id == other.id
    assert await post.fetch(EVE, full.fallback_photo, "a")
    assert await small(post, EVE, ADA, other.id)
    with pytest.raises(errors.LocationInvalid):
        await small(post, EVE, ADA, main.id)
    mine, user = await seen(post, ADA, ADA)
    assert (mine.profile_photo.id, mine.fallback_photo.id) == (main.id, other.id)
    assert user.photo.photo_id == main.id
    await post.ask(ADA, api.ContactsBlock(id=post.peer(ADA, EVE)))
    blocked, user = await seen(post, EVE, ADA)
    assert (blocked.fallback_photo, user.photo) == (None, None)
    with pytest.raises(errors.FileReferenceExpired):
        await post.fetch(EVE, full.fallback_photo, "a")


async def test_the_photo_for_all_others_is_taken_away(post: Post) -> None:
    """Then who may not see the photos sees none."""
    await show_face(post, ADA, 210, fallback=True)
    await hide(post, ADA)
    await post.ask(ADA, api.PhotosUpdateProfilePhoto(fallback=True, id=api.InputPhotoEmpty()))
    full, user = await seen(post, EVE, ADA)
    assert (full.fallback_photo, user.photo) == (None, None)


async def know(post: Post, user: int, other: int) -> None:
    """Let somebody have another among their contacts."""
    async with post.context.change(Owner(Kind.USER, user)) as change:
        change.put(Contact(user=other, first_name="Known"))


async def test_a_contact_is_given_a_photo_only_the_giver_sees(post: Post) -> None:
    """Whatever the contact shows; others see nothing of it, the contact neither."""
    await know(post, CLAUDE, ADA)
    main = await show_face(post, ADA, 200)
    file = await post.put_up(CLAUDE, picture(220, 220))
    given = await post.ask(
        CLAUDE,
        api.PhotosUploadContactProfilePhoto(user_id=named(post, CLAUDE, ADA), save=True, file=file),
    )
    full, user = await seen(post, CLAUDE, ADA)
    assert full.personal_photo.id == user.photo.photo_id == given.photo.id
    assert user.photo.personal
    assert full.profile_photo.id == main.id
    assert await post.fetch(CLAUDE, full.personal_photo, "c")
    assert await small(post, CLAUDE, ADA, given.photo.id)
    for viewer in (ADA, EVE):
        full, user = await seen(post, viewer, ADA)
        assert (full.personal_photo, user.photo.photo_id) == (None, main.id)
        with pytest.raises(errors.LocationInvalid):
            await small(post, viewer, ADA, given.photo.id)
    await post.ask(
        CLAUDE, api.PhotosUploadContactProfilePhoto(user_id=named(post, CLAUDE, ADA), save=True)
    )
    full, user = await seen(post, CLAUDE, ADA)
    assert (full.personal_photo, user.photo.photo_id) == (None, main.id)


async def test_a_stranger_is_given_no_photo(post: Post) -> None:
    """A photo is for one's contacts."""
    file = await post.put_up(EVE, picture(9, 9))
    who = named(post, EVE, ADA)
    with pytest.raises(errors.ContactMissing):
        await post.ask(EVE, api.PhotosUploadContactProfilePhoto(user_id=who, save=True, file=file))


async def test_the_earlier_pictures_of_a_group_are_found_and_fetched(post: Post) -> None:
    """By its members; who left fetches none of them."""
    group = await group_of(post)
    channel = inner(post, ADA, group)
    for side in (100, 110):
        file = await post.put_up(ADA, picture(side, side))
        given = api.InputChatUploadedPhoto(file=file)
        await post.ask(ADA, api.ChannelsEditPhoto(channel=channel, photo=given))
    found = await post.ask(
        CLAUDE,
        api.MessagesSearch(
            peer=inner(post, CLAUDE, group, api.InputPeerChannel),
            q="",
            hash=0,
            min_date=0,
            max_date=0,
            offset_id=0,
            add_offset=0,
            limit=10,
            max_id=0,
            min_id=0,
            filter=api.InputMessagesFilterChatPhotos(),
        ),
    )
    photos = [m.action.photo for m in found.messages]
    assert len({p.id for p in photos}) == 2
    for photo in photos:
        assert await post.fetch(CLAUDE, photo, "a")
    await post.ask(CLAUDE, api.ChannelsLeaveChannel(channel=inner(post, CLAUDE, group)))
    await post.server.delivery.relay.settle()
    for photo in photos:
        with pytest.raises(errors.FileReferenceExpired):
            await post.fetch(CLAUDE, photo, "a")
    assert (await in_group(post, ADA, group)).action


async def gifs(post: Post, user: int, hash_: int = 0) -> Any:
    """Return the GIFs somebody keeps at hand."""
    return await post.ask(user, api.MessagesGetSavedGifs(hash=hash_))


async def test_gifs_are_kept_at_hand(post: Post) -> None:
    """The newest first, each once; they stay when the message goes, and are sent on from there."""
    for seconds in (1, 2):
        data = film(sound=False, seconds=seconds)
        await post.send_file(ADA, CLAUDE, data, mime_type="video/mp4")
    shown = [m.media.document for m in await post.inbox(CLAUDE, ADA)]
    inputs = [place(s) for s in shown]
    given = [
        api.InputDocument(id=i.id, access_hash=i.access_hash, file_reference=i.file_reference)
        for i in inputs
    ]
    for gif in (*given, given[0]):
        assert await post.ask(CLAUDE, api.MessagesSaveGif(id=gif, unsave=False))
    kept = await gifs(post, CLAUDE)
    assert [g.id for g in kept.gifs] == [given[0].id, given[1].id]
    assert isinstance(await gifs(post, CLAUDE, kept.hash), api.MessagesSavedGifsNotModified)
    assert (await gifs(post, EVE)).gifs == []
    ids = [m.id for m in await post.inbox(CLAUDE, ADA)]
    await post.ask(CLAUDE, api.MessagesDeleteMessages(id=ids, revoke=False))
    assert await post.fetch(CLAUDE, kept.gifs[0])
    first = kept.gifs[0]
    again = api.InputDocument(
        id=first.id, access_hash=first.access_hash, file_reference=first.file_reference
    )
    await post.send(CLAUDE, EVE, api.InputMediaDocument(id=again))
    assert (await post.inbox(EVE, CLAUDE))[0].media.document.id == first.id
    await post.ask(CLAUDE, api.MessagesSaveGif(id=again, unsave=True))
    assert [g.id for g in (await gifs(post, CLAUDE)).gifs] == [given[1].id]
    with pytest.raises(errors.FileReferenceExpired):
        await post.fetch(CLAUDE, first)


async def test_a_gif_at_hand_outlives_every_message_with_it(post: Post) -> None:
    """Its bytes go when nobody keeps it at hand any more, either."""
    await post.send_file(ADA, CLAUDE, film(sound=False, seconds=1), mime_type="video/mp4")
    shown = (await post.inbox(CLAUDE, ADA))[0].media.document
    given = api.InputDocument(
        id=shown.id, access_hash=shown.access_hash, file_reference=shown.file_reference
    )
    for _ in range(2):
        await post.ask(CLAUDE, api.MessagesSaveGif(id=given, unsave=False))
    ids = [m.id for m in await post.inbox(ADA, CLAUDE)]
    await post.ask(ADA, api.MessagesDeleteMessages(id=ids, revoke=True))

    async def later() -> None:
        await post.server.delivery.relay.settle()
        post.clock.time += 10 * UNUSED_S
        await post.server.delivery.scheduler.tick()
        await post.server.delivery.relay.settle()

    await later()
    (kept,) = (await gifs(post, CLAUDE)).gifs
    assert await post.fetch(CLAUDE, kept)
    await post.ask(CLAUDE, api.MessagesSaveGif(id=given, unsave=True))
    await later()
    assert post.blobs._parts == {}
    assert await post.used(ADA) == 0


async def test_only_a_gif_one_sees_is_kept_at_hand(post: Post) -> None:
    """No document, and not what another was shown."""
    await post.send(ADA, CLAUDE, document(await post.put_up(ADA, b"text")))
    text = (await post.inbox(CLAUDE, ADA))[0].media.document
    given = api.InputDocument(
        id=text.id, access_hash=text.access_hash, file_reference=text.file_reference
    )
    with pytest.raises(errors.GifIdInvalid):
        await post.ask(CLAUDE, api.MessagesSaveGif(id=given, unsave=False))
    with pytest.raises(errors.FileIdInvalid):
        await post.ask(EVE, api.MessagesSaveGif(id=given, unsave=False))
    with pytest.raises(errors.GifIdInvalid):
        await post.ask(CLAUDE, api.MessagesSaveGif(id=api.InputDocumentEmpty(), unsave=False))
