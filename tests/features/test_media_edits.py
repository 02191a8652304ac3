"""What takes the place of a medium, and what does not; places that move."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.features.films import film, voice
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
    send_there,
)

from chappe.tl import api, errors


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A server without a quota."""
    made = await open_post()
    yield made
    await made.server.stop()


async def photo(post: Post, side: int = 40) -> Any:
    """Return a photo of Ada's to send."""
    return api.InputMediaUploadedPhoto(file=await post.put_up(ADA, picture(side, side)))


async def edit(post: Post, user: int, peer: Any, number: int, **given: Any) -> Any:
    """Let somebody edit a message; return it as they see it then."""
    updates = await post.ask(user, api.MessagesEditMessage(peer=peer, id=number, **given))
    await post.server.delivery.relay.settle()
    return updates.updates[0].message


async def test_a_photo_becomes_a_document_for_both(post: Post) -> None:
    """The caption stays unless there is another; who saw the old one fetches it no more."""
    mine = await post.send(ADA, CLAUDE, await photo(post), message="look")
    old = (await post.inbox(CLAUDE, ADA))[0]
    file = document(await post.put_up(ADA, b"text"), mime_type="text/plain")
    peer = post.peer(ADA, CLAUDE)
    edited = await edit(post, ADA, peer, mine.id, media=file)
    assert (edited.message, edited.edit_date > 0) == ("look", True)
    theirs = (await post.inbox(CLAUDE, ADA))[0]
    assert theirs.message == "look"
    assert await post.fetch(CLAUDE, theirs.media.document) == b"text"
    with pytest.raises(errors.FileReferenceExpired):
        await post.fetch(CLAUDE, old.media.photo, "s")
    edited = await edit(
        post, ADA, peer, mine.id, media=await photo(post, 50), message="read", invert_media=True
    )
    theirs = (await post.inbox(CLAUDE, ADA))[0]
    assert (theirs.message, theirs.invert_media) == ("read", True)
    assert theirs.media.photo.id == edited.media.photo.id


async def test_a_text_gets_a_medium(post: Post) -> None:
    """And keeps its words."""
    await post.ask(
        ADA,
        api.MessagesSendMessage(peer=post.peer(ADA, CLAUDE), message="wait", random_id=7),
    )
    await post.server.delivery.relay.settle()
    number = (await post.inbox(ADA, CLAUDE))[0].id
    await edit(post, ADA, post.peer(ADA, CLAUDE), number, media=await photo(post))
    theirs = (await post.inbox(CLAUDE, ADA))[0]
    assert theirs.message == "wait"
    assert theirs.media.photo is not None


async def test_nobody_replaces_another_s_medium(post: Post) -> None:
    """Neither the receiver nor a stranger with the number."""
    mine = await post.send(ADA, CLAUDE, await photo(post))
    theirs = (await post.inbox(CLAUDE, ADA))[0]
    for user, other, number, refusal in (
        (CLAUDE, ADA, theirs.id, errors.MessageAuthorRequired),
        (EVE, ADA, mine.id, errors.MessageIdInvalid),
    ):
        given = document(await post.put_up(user, b"other"))
        with pytest.raises(refusal):
            await edit(post, user, post.peer(user, other), number, media=given)


async def test_some_media_stay_what_they_are(post: Post) -> None:
    """Voices, dice and places are not replaced, and nothing becomes one of them."""
    peer = post.peer(ADA, CLAUDE)
    spoken = [api.DocumentAttributeAudio(voice=True, duration=3)]
    said = await post.send_file(ADA, CLAUDE, voice(), mime_type="audio/ogg", attributes=spoken)
    dice = await post.send(ADA, CLAUDE, api.InputMediaDice(emoticon="🎲"))
    for message in (said, dice):
        with pytest.raises(errors.MediaPrevInvalid):
            await edit(post, ADA, peer, message.id, media=await photo(post))
    picture_ = await post.send(ADA, CLAUDE, await photo(post))
    again = document(await post.put_up(ADA, voice()), mime_type="audio/ogg", attributes=spoken)
    for media in (api.InputMediaDice(emoticon="🎲"), again):
        with pytest.raises(errors.MediaNewInvalid):
            await edit(post, ADA, peer, picture_.id, media=media)
    external = api.InputMediaPhotoExternal(url="http://127.0.0.1/")
    with pytest.raises(errors.ExternalUrlInvalid):
        await edit(post, ADA, peer, picture_.id, media=external)


async def test_an_album_stays_an_album(post: Post) -> None:
    """A photo in it becomes a film, not a document."""
    singles = [
        api.InputSingleMedia(media=await photo(post, 20 + i), random_id=i, message="")
        for i in (1, 2)
    ]
    peer = post.peer(ADA, CLAUDE)
    sent = await post.ask(ADA, api.MessagesSendMultiMedia(peer=peer, multi_media=singles))
    await post.server.delivery.relay.settle()
    message = sent.updates[-1].message
    with pytest.raises(errors.MediaGroupedInvalid):
        await edit(post, ADA, peer, message.id, media=document(await post.put_up(ADA, b"text")))
    moving = document(await post.put_up(ADA, film()), mime_type="video/mp4")
    edited = await edit(post, ADA, peer, message.id, media=moving)
    assert edited.grouped_id == message.grouped_id
    assert (await post.inbox(CLAUDE, ADA))[0].media.video


async def test_in_a_group_a_medium_is_replaced_by_what_may_be_sent_there(post: Post) -> None:
    """Everybody sees the new one; what the group forbids is refused."""
    group = await group_of(post)
    await send_there(
        post,
        CLAUDE,
        group,
        api.InputMediaUploadedPhoto(file=await post.put_up(CLAUDE, picture(30, 30))),
    )
    number = (await in_group(post, CLAUDE, group)).id
    there = inner(post, CLAUDE, group, api.InputPeerChannel)
    given = document(await post.put_up(CLAUDE, b"notes"))
    await edit(post, CLAUDE, there, number, media=given)
    assert (await in_group(post, ADA, group)).media.document.size == 5
    await post.ask(
        ADA,
        api.MessagesEditChatDefaultBannedRights(
            peer=inner(post, ADA, group, api.InputPeerChannel),
            banned_rights=api.ChatBannedRights(send_photos=True, until_date=0),
        ),
    )
    face = api.InputMediaUploadedPhoto(file=await post.put_up(CLAUDE, picture(31, 31)))
    with pytest.raises(errors.ChatSendPhotosForbidden):
        await edit(post, CLAUDE, there, number, media=face)


def place(lat: float, **other: Any) -> Any:
    """Return a place that moves."""
    return api.InputMediaGeoLive(geo_point=api.InputGeoPoint(lat=lat, long=0.0), **other)


async def test_a_place_moves_until_it_is_stopped(post: Post) -> None:
    """The receiver sees each move; after it stopped there is none."""
    mine = await post.send(ADA, CLAUDE, place(1.0, period=900, heading=400))
    assert (mine.media.period, mine.media.heading) == (900, 360)
    peer = post.peer(ADA, CLAUDE)
    post.clock.time += 60
    await edit(post, ADA, peer, mine.id, media=place(2.0, heading=90))
    theirs = (await post.inbox(CLAUDE, ADA))[0]
    assert (theirs.media.geo.lat, theirs.media.heading, theirs.media.period) == (2.0, 90, 900)
    assert theirs.edit_hide
    with pytest.raises(errors.MessageAuthorRequired):
        await edit(post, CLAUDE, post.peer(CLAUDE, ADA), theirs.id, media=place(3.0))
    still = api.InputMediaGeoPoint(geo_point=api.InputGeoPoint(lat=1.0, long=0.0))
    await post.send(ADA, CLAUDE, still)
    assert await moving(post, CLAUDE, ADA) == [theirs.id]
    assert await moving(post, EVE, ADA) == []
    stop = api.InputMediaGeoLive(stopped=True, geo_point=api.InputGeoPointEmpty())
    await edit(post, ADA, peer, mine.id, media=stop)
    assert (await post.inbox(CLAUDE, ADA))[1].media.period == 60
    with pytest.raises(errors.MessageEditTimeExpired):
        await edit(post, ADA, peer, mine.id, media=place(4.0))
    assert await moving(post, CLAUDE, ADA) == []


async def moving(post: Post, user: int, other: int) -> list[int]:
    """Return the messages whose places move, as somebody sees them."""
    asked = api.MessagesGetRecentLocations(peer=post.peer(user, other), limit=9, hash=0)
    return [m.id for m in (await post.ask(user, asked)).messages]


async def test_a_place_moves_no_longer_than_it_said(post: Post) -> None:
    """Nor is it shown for too short or too long, and a still place does not begin to move."""
    mine = await post.send(ADA, CLAUDE, place(1.0, period=60))
    post.clock.time += 61
    with pytest.raises(errors.MessageEditTimeExpired):
        await edit(post, ADA, post.peer(ADA, CLAUDE), mine.id, media=place(2.0))
    for period in (1, 90_000, -5):
        with pytest.raises(errors.MediaInvalid):
            await post.send(ADA, CLAUDE, place(1.0, period=period))
    still = api.InputMediaGeoPoint(geo_point=api.InputGeoPoint(lat=1.0, long=0.0))
    fixed = await post.send(ADA, CLAUDE, still)
    with pytest.raises(errors.MediaPrevInvalid):
        await edit(post, ADA, post.peer(ADA, CLAUDE), fixed.id, media=place(2.0))


async def test_a_film_has_its_cover_and_its_beginning(post: Post) -> None:
    """The receiver fetches the cover as well; a stranger's photo is no cover."""
    cover = (await post.send(ADA, ADA, await photo(post, 60))).media.photo
    given = api.InputPhoto(
        id=cover.id, access_hash=cover.access_hash, file_reference=cover.file_reference
    )
    moving = document(
        await post.put_up(ADA, film()),
        mime_type="video/mp4",
        video_cover=given,
        video_timestamp=1,
    )
    await post.send(ADA, CLAUDE, moving)
    theirs = (await post.inbox(CLAUDE, ADA))[0].media
    assert theirs.video_timestamp == 1
    assert await post.fetch(CLAUDE, theirs.video_cover, "s")
    stolen = document(await post.put_up(EVE, film()), mime_type="video/mp4", video_cover=given)
    with pytest.raises(errors.FileIdInvalid):
        await post.send(EVE, CLAUDE, stolen)


async def test_a_stale_reference_in_an_album_is_told_with_its_place(post: Post) -> None:
    """So that the app fetches that one anew."""
    shown = (await post.send(ADA, ADA, await photo(post, 60))).media.photo
    stale = api.InputMediaPhoto(
        id=api.InputPhoto(
            id=shown.id, access_hash=shown.access_hash, file_reference=shown.file_reference
        )
    )
    post.clock.time += 3 * 86_400
    fresh = await photo(post, 61)
    for reference, refusal in (
        (shown.file_reference, "FILE_REFERENCE_1_EXPIRED"),
        (b"", "FILE_REFERENCE_1_EMPTY"),
        (b"x", "FILE_REFERENCE_1_INVALID"),
    ):
        stale.id.file_reference = reference
        singles = [
            api.InputSingleMedia(media=media, random_id=i + 1, message="")
            for i, media in enumerate((fresh, stale))
        ]
        asked = api.MessagesSendMultiMedia(peer=post.peer(ADA, CLAUDE), multi_media=singles)
        with pytest.raises(errors.RpcError) as refused:
            await post.ask(ADA, asked)
        assert refused.value.token == refusal
