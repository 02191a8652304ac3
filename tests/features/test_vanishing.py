"""Media that vanish once they were opened, and voices that say whether they were heard."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.features.films import voice
from tests.features.post import ADA, CLAUDE, EVE, KIB, Post, document, inner, open_post, picture

from chappe.features.files.records import ONCE
from chappe.features.media import rules
from chappe.tl import api, errors

SPOKEN = api.DocumentAttributeAudio(voice=True, duration=3)


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A server without a quota."""
    made = await open_post()
    yield made
    await made.server.stop()


async def send_photo(post: Post, ttl: int, **other: Any) -> Any:
    """Let Ada send Claude a photo that vanishes; return her message."""
    file = await post.put_up(ADA, picture(64, 64))
    media = api.InputMediaUploadedPhoto(file=file, ttl_seconds=ttl)
    return await post.send(ADA, CLAUDE, media, **other)


async def open_media(post: Post, user: int, *ids: int) -> Any:
    """Let somebody's app say that they opened media."""
    answer = await post.ask(user, api.MessagesReadMessageContents(id=list(ids)))
    await post.server.delivery.relay.settle()
    return answer


async def tick(post: Post, seconds: float) -> None:
    """Let time pass, and what is due be done."""
    post.clock.time += seconds
    await post.server.delivery.scheduler.tick()
    await post.server.delivery.relay.settle()


@pytest.mark.parametrize(("ttl", "lasts"), [(10, 10), (ONCE, rules.ONCE_S)])
async def test_a_photo_vanishes_for_both_once_it_was_opened(
    post: Post, ttl: int, lasts: int
) -> None:
    """Not before, whatever time passes; afterwards nobody fetches it, and its bytes are gone."""
    mine = await send_photo(post, ttl)
    theirs = (await post.inbox(CLAUDE, ADA))[0]
    assert mine.media_unread
    assert theirs.media_unread
    assert theirs.media.ttl_seconds == ttl
    await tick(post, 3600)
    assert await post.fetch(CLAUDE, theirs.media.photo, "s")
    assert len(post.blobs._parts) == 1
    assert (await open_media(post, CLAUDE, theirs.id)).pts_count == 1
    assert not (await post.inbox(ADA, CLAUDE))[0].media_unread
    await tick(post, lasts - 1)
    assert await post.fetch(CLAUDE, theirs.media.photo, "s")
    await tick(post, 2)
    for user, other, before in ((ADA, CLAUDE, mine), (CLAUDE, ADA, theirs)):
        seen = (await post.inbox(user, other))[0]
        assert (seen.media.photo, seen.media.ttl_seconds) == (None, ttl)
        with pytest.raises((errors.FileReferenceExpired, errors.FileIdInvalid)):
            await post.fetch(user, before.media.photo, "s")
    assert post.blobs._parts == {}
    assert await post.used(ADA) == 0


async def test_it_is_hidden_even_before_the_deed_is_done(post: Post) -> None:
    """A server that was down for a while shows nothing it should not."""
    await send_photo(post, 5)
    theirs = (await post.inbox(CLAUDE, ADA))[0]
    await open_media(post, CLAUDE, theirs.id)
    post.clock.time += 6
    assert (await post.inbox(CLAUDE, ADA))[0].media.photo is None
    with pytest.raises(errors.FileReferenceExpired):
        await post.fetch(CLAUDE, theirs.media.photo, "s")


async def test_its_sender_does_not_open_it(post: Post) -> None:
    """Neither does a stranger who guesses its number."""
    mine = await send_photo(post, 5)
    await open_media(post, ADA, mine.id)
    await open_media(post, EVE, mine.id)
    await tick(post, 100)
    assert (await post.inbox(CLAUDE, ADA))[0].media.photo is not None


async def test_it_does_not_leave_its_conversation(post: Post) -> None:
    """Not forwarded, not sent on by its number, not edited."""
    await send_photo(post, 30)
    theirs = (await post.inbox(CLAUDE, ADA))[0]
    forward = api.MessagesForwardMessages(
        from_peer=post.peer(CLAUDE, ADA),
        to_peer=post.peer(CLAUDE, EVE),
        id=[theirs.id],
        random_id=[3],
    )
    with pytest.raises(errors.ChatForwardsRestricted):
        await post.ask(CLAUDE, forward)
    shown = theirs.media.photo
    given = api.InputPhoto(
        id=shown.id, access_hash=shown.access_hash, file_reference=shown.file_reference
    )
    with pytest.raises(errors.FileReferenceExpired):
        await post.send(CLAUDE, EVE, api.InputMediaPhoto(id=given))


async def test_the_same_picture_sent_to_stay_stays(post: Post) -> None:
    """The one that vanishes shares its bytes with none."""
    file = await post.put_up(ADA, picture(64, 64))
    kept = await post.send(ADA, CLAUDE, api.InputMediaUploadedPhoto(file=file))
    await send_photo(post, 5)
    theirs = (await post.inbox(CLAUDE, ADA))[0]
    await open_media(post, CLAUDE, theirs.id)
    await tick(post, 10)
    assert await post.fetch(ADA, kept.media.photo, "s")
    again = await post.put_up(ADA, picture(64, 64))
    message = await post.send(ADA, CLAUDE, api.InputMediaUploadedPhoto(file=again))
    assert message.media.photo.id == kept.media.photo.id


async def test_sending_again_is_one_message_that_vanishes(post: Post) -> None:
    """An app that did not hear the answer asks again with the same upload."""
    file = await post.put_up(ADA, picture(64, 64))
    media = api.InputMediaUploadedPhoto(file=file, ttl_seconds=5)
    first = await post.send(ADA, CLAUDE, media, random_id=11)
    again = await post.send(ADA, CLAUDE, media, random_id=11)
    assert (first.id, first.media.photo.id) == (again.id, again.media.photo.id)


@pytest.mark.parametrize("ttl", [-1, 61, 3600])
async def test_nothing_vanishes_later_than_in_a_minute(post: Post, ttl: int) -> None:
    """Nor in the past."""
    with pytest.raises(errors.TtlMediaInvalid):
        await send_photo(post, ttl)


async def test_only_what_is_looked_at_vanishes_and_only_between_two(post: Post) -> None:
    """No document does, and nothing in Saved Messages or in a group."""
    with pytest.raises(errors.TtlMediaInvalid):
        await post.send(ADA, CLAUDE, document(await post.put_up(ADA, b"x"), ttl_seconds=5))
    file = await post.put_up(ADA, picture(9, 9))
    media = api.InputMediaUploadedPhoto(file=file, ttl_seconds=5)
    with pytest.raises(errors.TtlMediaInvalid):
        await post.send(ADA, ADA, media)
    made = await post.ask(ADA, api.ChannelsCreateChannel(title="T", about="", megagroup=True))
    peer = inner(post, ADA, made.chats[0].id, api.InputPeerChannel)
    with pytest.raises(errors.TtlMediaInvalid):
        await post.ask(ADA, api.MessagesSendMedia(peer=peer, media=media, message="", random_id=4))


async def test_a_voice_says_whether_it_was_heard(post: Post) -> None:
    """It stays; its sender is told by what the difference holds too."""
    message = await post.send_file(ADA, CLAUDE, voice(), mime_type="audio/ogg", attributes=[SPOKEN])
    assert message.media_unread
    before = await post.ask(ADA, api.UpdatesGetState())
    theirs = (await post.inbox(CLAUDE, ADA))[0]
    await open_media(post, CLAUDE, theirs.id)
    await tick(post, 3600)
    for user, other in ((ADA, CLAUDE), (CLAUDE, ADA)):
        seen = (await post.inbox(user, other))[0]
        assert not seen.media_unread
        assert seen.media.voice
    asked = api.UpdatesGetDifference(pts=before.pts, date=before.date, qts=0)
    difference = await post.ask(ADA, asked)
    told = [u for u in difference.other_updates if isinstance(u, api.UpdateReadMessagesContents)]
    assert [u.messages for u in told] == [[message.id]]
    assert (await open_media(post, CLAUDE, theirs.id)).pts_count == 0


async def test_a_voice_to_oneself_is_heard(post: Post) -> None:
    """There is nobody else to hear it."""
    message = await post.send_file(ADA, ADA, voice(), mime_type="audio/ogg", attributes=[SPOKEN])
    assert not message.media_unread


async def test_a_vanishing_voice_takes_its_bytes_along(post: Post) -> None:
    """A quota has its room again."""
    data = voice()
    await post.send_file(
        ADA, CLAUDE, data, mime_type="audio/ogg", attributes=[SPOKEN], ttl_seconds=ONCE
    )
    assert 0 < await post.used(ADA) < 100 * KIB
    theirs = (await post.inbox(CLAUDE, ADA))[0]
    assert await post.fetch(CLAUDE, theirs.media.document) == data
    await open_media(post, CLAUDE, theirs.id)
    await tick(post, rules.ONCE_S + 1)
    assert await post.used(ADA) == 0
    assert post.blobs._parts == {}
