"""Files that are refused: what is not served, what a group forbids, whom it removed."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.features.films import voice
from tests.features.post import (
    ADA,
    CLAUDE,
    EVE,
    Post,
    document,
    group_of,
    in_group,
    inner,
    named,
    open_post,
    picture,
    send_there,
)

from chappe.features.media import rules
from chappe.tl import api, errors


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A server without a quota."""
    made = await open_post()
    yield made
    await made.server.stop()


@pytest.mark.parametrize(
    ("media", "refusal"),
    [
        (api.InputMediaEmpty(), errors.MediaEmpty),
        (api.InputMediaPhotoExternal(url="http://127.0.0.1/x.jpg"), errors.ExternalUrlInvalid),
        (api.InputMediaDocumentExternal(url="http://127.0.0.1/x"), errors.ExternalUrlInvalid),
        (api.InputMediaWebPage(url="http://127.0.0.1/"), errors.WebpageMediaEmpty),
        (api.InputMediaDice(emoticon="🎲"), None),
    ],
)
async def test_what_is_not_served_is_refused(
    post: Post, media: Any, refusal: type[Exception] | None
) -> None:
    """Above all, nothing is fetched from an address a client names."""
    if refusal is None:
        assert await post.send(ADA, CLAUDE, media)
        return
    with pytest.raises(refusal):
        await post.send(ADA, CLAUDE, media)


# -- in groups --------------------------------------------------------------------------------------


async def test_who_was_removed_from_a_group_fetches_nothing_more(post: Post) -> None:
    """Not even with a reference that would hold for a day; who was never in it gets none."""
    group = await group_of(post)
    await send_there(post, ADA, group, document(await post.put_up(ADA, b"among us")))
    shown = (await in_group(post, CLAUDE, group)).media.document
    assert await post.fetch(CLAUDE, shown) == b"among us"
    banned = api.ChatBannedRights(view_messages=True, until_date=0)
    await post.ask(
        ADA,
        api.ChannelsEditBanned(
            channel=inner(post, ADA, group),
            participant=post.peer(ADA, CLAUDE),
            banned_rights=banned,
        ),
    )
    await post.server.delivery.relay.settle()
    with pytest.raises(errors.FileReferenceExpired):
        await post.fetch(CLAUDE, shown)
    with pytest.raises(errors.FileReferenceExpired):
        await post.send(CLAUDE, EVE, named(shown))


async def forbid(post: Post, group: int, rights: Any) -> None:
    """Forbid all members something."""
    peer = inner(post, ADA, group, api.InputPeerChannel)
    await post.ask(ADA, api.MessagesEditChatDefaultBannedRights(peer=peer, banned_rights=rights))


async def test_what_a_group_forbids_is_not_taken(post: Post) -> None:
    """Files refused by their kind, before anything is kept of them; a text still goes."""
    group = await group_of(post)
    await forbid(post, group, api.ChatBannedRights(send_docs=True, until_date=0))
    file = await post.put_up(CLAUDE, voice(seconds=1))
    with pytest.raises(errors.ChatSendDocsForbidden):
        await send_there(post, CLAUDE, group, document(file))
    await forbid(post, group, api.ChatBannedRights(send_stickers=True, until_date=0))
    drawn = document(
        await post.put_up(CLAUDE, b"drawn"),
        mime_type="image/webp",
        attributes=[api.DocumentAttributeSticker(alt="🎈", stickerset=api.InputStickerSetEmpty())],
    )
    with pytest.raises(errors.ChatSendStickersForbidden):
        await send_there(post, CLAUDE, group, drawn)
    await forbid(post, group, api.ChatBannedRights(send_docs=True, until_date=0))
    spoken = [api.DocumentAttributeAudio(voice=True, duration=1)]
    await send_there(post, CLAUDE, group, document(file, attributes=spoken))
    assert (await in_group(post, ADA, group)).media.voice
    mine = await post.send(CLAUDE, CLAUDE, document(await post.put_up(CLAUDE, b"other")))
    with pytest.raises(errors.ChatSendDocsForbidden):
        await send_there(post, CLAUDE, group, named(mine.media.document))
    forward = api.MessagesForwardMessages(
        from_peer=api.InputPeerSelf(),
        id=[mine.id],
        random_id=[1],
        to_peer=inner(post, CLAUDE, group, api.InputPeerChannel),
    )
    with pytest.raises(errors.ChatSendDocsForbidden):
        await post.ask(CLAUDE, forward)


async def test_an_upload_used_as_a_photo_can_still_be_told_missing(post: Post) -> None:
    """Its bytes are gone once the photo is made; as a file it has to be uploaded again."""
    file = await post.put_up(ADA, picture(100, 100))
    await post.send(ADA, CLAUDE, api.InputMediaUploadedPhoto(file=file))
    with pytest.raises(errors.FilePartMissing):
        await post.send(ADA, CLAUDE, document(file))
    other = await post.put_up(ADA, picture(120, 100))
    await post.send(ADA, CLAUDE, document(other))
    message = await post.send(ADA, CLAUDE, api.InputMediaUploadedPhoto(file=other))
    assert message.media.photo.sizes[-1].w == 120


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (
            "Screenshot 2026-01-02 at 10.11.12\u202fAM.png",
            "Screenshot 2026-01-02 at 10.11.12 AM.png",
        ),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467 holiday.txt",) * 2,
        ("می\u200cخواهم.pdf",) * 2,
        ("gpj\u202etxt.exe", "gpjtxt.exe"),
        ("\u200b", "file"),
        ("\u3164/..", "file"),
        (
            "é" * 254 + "\U0001f468\u200d\U0001f469.txt",
            "é" * (rules.FILE_NAME_CHARACTERS_MAX - 4) + ".txt",
        ),
    ],
)
def test_a_file_keeps_its_name_with_its_words_apart(given: str, kept: str) -> None:
    """Every space is one, what is joined stays joined; no directory, nothing that turns the writing."""
    assert rules.clean_file_name(given) == kept
