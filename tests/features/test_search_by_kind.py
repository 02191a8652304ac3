"""Messages are found by what they hold, by those who may see them."""

import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.features.films import film, voice
from tests.features.post import ADA, CLAUDE, EVE, Post, document, open_post, picture

from chappe.tl import api

FILM = film()
SQUARE = film(width=64, height=64)


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A server where Ada has sent Claude one medium of each kind, and herself a text."""
    made = await open_post()
    await send_each(made)
    yield made
    await made.server.stop()


async def send_each(post: Post) -> None:
    """Let Ada send Claude a medium of each kind."""
    photo = await post.put_up(ADA, picture(50, 50))
    await post.send(ADA, CLAUDE, api.InputMediaUploadedPhoto(file=photo))
    audio = api.DocumentAttributeAudio
    video = api.DocumentAttributeVideo
    for data, mime, attributes in (
        (FILM, "video/mp4", []),
        (film(sound=False), "video/mp4", []),
        (SQUARE, "video/mp4", [video(duration=2.0, w=64, h=64, round_message=True)]),
        (voice(), "audio/ogg", [audio(voice=True, duration=3)]),
        (voice(seconds=2), "audio/ogg", []),
        (os.urandom(99), "application/pdf", []),
    ):
        await post.send_file(ADA, CLAUDE, data, mime_type=mime, attributes=attributes)
    point = api.InputGeoPoint(lat=1.0, long=2.0)
    await post.send(ADA, CLAUDE, api.InputMediaGeoPoint(geo_point=point))
    contact = api.InputMediaContact(phone_number="+1", first_name="E", last_name="", vcard="")
    await post.send(ADA, CLAUDE, contact)
    link = api.MessageEntityUrl(offset=4, length=19)
    await post.ask(
        ADA,
        api.MessagesSendMessage(
            peer=post.peer(ADA, CLAUDE),
            message="see https://example.org",
            random_id=5,
            entities=[link],
        ),
    )
    await post.server.delivery.relay.settle()


def asked(peer: Any, wanted: Any, **other: Any) -> Any:
    """Return a search."""
    given = {
        "q": "",
        "min_date": 0,
        "max_date": 0,
        "offset_id": 0,
        "add_offset": 0,
        "limit": 50,
        "max_id": 0,
        "min_id": 0,
        "hash": 0,
        **other,
    }
    return api.MessagesSearch(peer=peer, filter=wanted, **given)


KINDS = {
    api.InputMessagesFilterPhotos: 1,
    api.InputMessagesFilterVideo: 1,
    api.InputMessagesFilterPhotoVideo: 2,
    api.InputMessagesFilterGif: 1,
    api.InputMessagesFilterRoundVideo: 1,
    api.InputMessagesFilterVoice: 1,
    api.InputMessagesFilterRoundVoice: 2,
    api.InputMessagesFilterMusic: 1,
    api.InputMessagesFilterDocument: 1,
    api.InputMessagesFilterGeo: 1,
    api.InputMessagesFilterContacts: 1,
    api.InputMessagesFilterUrl: 1,
    api.InputMessagesFilterPinned: 0,
    api.InputMessagesFilterPoll: 0,
    api.InputMessagesFilterChatPhotos: 0,
    api.InputMessagesFilterMyMentions: 0,
    api.InputMessagesFilterPhoneCalls: 0,
}


async def test_each_kind_is_found_and_counted(post: Post) -> None:
    """By the sender and by the receiver; Eve, who talks with neither, finds none of it."""
    for user, other in ((ADA, CLAUDE), (CLAUDE, ADA)):
        peer = post.peer(user, other)
        kinds = [kind() for kind in KINDS]
        for wanted in kinds:
            found = await post.ask(user, asked(peer, wanted))
            assert len(found.messages) == KINDS[type(wanted)], wanted
        counted = await post.ask(user, api.MessagesGetSearchCounters(peer=peer, filters=kinds))
        assert [c.count for c in counted] == list(KINDS.values())
    mine = await post.ask(
        ADA, api.MessagesSearchSentMedia(q="", filter=api.InputMessagesFilterPhotoVideo(), limit=9)
    )
    assert len(mine.messages) == 2
    for user in (CLAUDE, EVE):
        theirs = await post.ask(
            user, api.MessagesSearchSentMedia(q="", filter=api.InputMessagesFilterPhotos(), limit=9)
        )
        assert theirs.messages == []
    peer = post.peer(EVE, ADA)
    assert (await post.ask(EVE, asked(peer, api.InputMessagesFilterPhotos()))).messages == []


async def test_a_deleted_medium_is_found_no_more(post: Post) -> None:
    """Nor counted."""
    peer = post.peer(ADA, CLAUDE)
    found = await post.ask(ADA, asked(peer, api.InputMessagesFilterGif()))
    await post.ask(ADA, api.MessagesDeleteMessages(id=[found.messages[0].id], revoke=True))
    await post.server.delivery.relay.settle()
    for user, other in ((ADA, CLAUDE), (CLAUDE, ADA)):
        counted = await post.ask(
            user,
            api.MessagesGetSearchCounters(
                peer=post.peer(user, other), filters=[api.InputMessagesFilterGif()]
            ),
        )
        assert counted[0].count == 0


async def test_media_have_their_days_and_places(post: Post) -> None:
    """A day for each on which there was some, with the newest of it; places for a scroll bar."""
    post.clock.time += 3 * 86_400
    await post.send_file(ADA, CLAUDE, b"later")
    await post.send_file(ADA, CLAUDE, b"later still")
    peer = post.peer(CLAUDE, ADA)
    wanted = api.InputMessagesFilterDocument()
    days = await post.ask(
        CLAUDE,
        api.MessagesGetSearchResultsCalendar(peer=peer, filter=wanted, offset_id=0, offset_date=0),
    )
    assert days.count == 3
    assert [p.count for p in days.periods] == [2, 1]
    assert [m.id for m in days.messages] == [p.max_msg_id for p in days.periods]
    places = await post.ask(
        CLAUDE,
        api.MessagesGetSearchResultsPositions(peer=peer, filter=wanted, offset_id=0, limit=2),
    )
    assert places.count == 3
    assert [p.offset for p in places.positions] == [0, 2]


async def test_words_and_kind_go_together(post: Post) -> None:
    """A caption is searched like a text."""
    file = await post.put_up(ADA, b"notes")
    await post.send(ADA, CLAUDE, document(file), message="Semaphore plans")
    peer = post.peer(ADA, CLAUDE)
    found = await post.ask(ADA, asked(peer, api.InputMessagesFilterDocument(), q="semaphore"))
    assert [m.message for m in found.messages] == ["Semaphore plans"]
    none = await post.ask(ADA, asked(peer, api.InputMessagesFilterPhotos(), q="semaphore"))
    assert none.messages == []
