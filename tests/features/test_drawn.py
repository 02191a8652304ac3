"""What the server has drawn is shown to everybody, and is what apps can play."""

import gzip
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from PIL import Image
from tests.features.post import ADA, CLAUDE, Post, open_post, place
from tests.features.sticking import attribute_of
from tools import draw, drawn_stickers, shapes

from chappe.features.files import drawings, references
from chappe.features.reactions.records import USUAL
from chappe.tl import api, errors
from chappe.updates import Viewer

TGS_BYTES_MAX = 64 * 1024


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A server without a quota."""
    made = await open_post()
    yield made
    await made.server.stop()


def test_the_files_show_what_is_drawn() -> None:
    """They are made by tools/draw.py, and no other is there."""
    assert draw.main(["--check"]) == 0
    assert {d.name for d in drawings.DRAWINGS.values()} == {f.name for f in draw.FOLDER.iterdir()}
    assert [r[:3] for r in shapes.REACTIONS] == list(drawings.REACTIONS)
    assert list(drawn_stickers.STICKERS) == [name for name, _, _ in drawings.STICKERS_DRAWN]
    assert list(drawn_stickers.EMOJI) == [name for name, _, _ in drawings.EMOJI_DRAWN]


async def test_everybody_is_offered_the_drawn_reactions(post: Post) -> None:
    """Each may be sent, has a picture and six animations, and its bytes are those of the file."""
    offered = await post.ask(ADA, api.MessagesGetAvailableReactions(hash=0))
    assert len(offered.reactions) == len(drawings.REACTIONS)
    for reaction in offered.reactions:
        assert reaction.reaction in USUAL
        icon = await post.fetch(ADA, reaction.static_icon)
        assert Image.open(io.BytesIO(icon)).size == (512, 512)
        assert reaction.static_icon.mime_type == "image/webp"
        for moving in (
            reaction.appear_animation,
            reaction.select_animation,
            reaction.activate_animation,
            reaction.effect_animation,
            reaction.around_animation,
            reaction.center_icon,
        ):
            check_animation(moving, await post.fetch(ADA, moving))
    again = await post.ask(ADA, api.MessagesGetAvailableReactions(hash=offered.hash))
    assert isinstance(again, api.MessagesAvailableReactionsNotModified)


def check_animation(document: Any, data: bytes) -> None:
    """Check that bytes are an animation within what apps take."""
    assert document.mime_type == "application/x-tgsticker"
    assert len(data) == document.size <= TGS_BYTES_MAX
    lottie = json.loads(gzip.decompress(data))
    assert (lottie["w"], lottie["h"], lottie["fr"], lottie["tgs"]) == (512, 512, 60, 1)
    assert 0 < lottie["op"] <= 180
    assert attribute_of(document).alt


@pytest.mark.parametrize(
    ("given", "count"),
    [
        (api.InputStickerSetAnimatedEmoji(), 10),
        (api.InputStickerSetAnimatedEmojiAnimations(), 10),
        (api.InputStickerSetEmojiGenericAnimations(), 10),
        (api.InputStickerSetDice(emoticon="🎲"), 7),
        (api.InputStickerSetDice(emoticon="🎰"), 0),
        (api.InputStickerSetEmojiDefaultTopicIcons(), 16),
        (api.InputStickerSetEmojiChannelDefaultStatuses(), 0),
        (api.InputStickerSetShortName(short_name="chappe"), 30),
        (api.InputStickerSetShortName(short_name="chappeemoji"), 16),
    ],
)
async def test_sets_hold_what_is_drawn(post: Post, given: Any, count: int) -> None:
    """Found by what they are for, by their number and by their name; their documents name them."""
    found = await post.ask(ADA, api.MessagesGetStickerSet(stickerset=given, hash=0))
    assert found.set.count == len(found.documents) == count
    assert {d for p in found.packs for d in p.documents} == {d.id for d in found.documents}
    by_number = api.InputStickerSetID(id=found.set.id, access_hash=found.set.access_hash)
    by_name = api.InputStickerSetShortName(short_name=found.set.short_name)
    for other in (by_number, by_name):
        again = await post.ask(ADA, api.MessagesGetStickerSet(stickerset=other, hash=0))
        assert again.set.id == found.set.id
    for document in found.documents:
        assert attribute_of(document).stickerset == by_number
        check_animation(document, await post.fetch(ADA, document))
    same = api.MessagesGetStickerSet(stickerset=given, hash=found.set.hash)
    assert isinstance(await post.ask(ADA, same), api.MessagesStickerSetNotModified)


async def test_lists_of_reactions_have_the_hash_that_apps_reckon(post: Post) -> None:
    """TDLib compares it with its own; who has the list is told so."""
    top = await post.ask(ADA, api.MessagesGetTopReactions(limit=69, hash=0))
    assert [r.emoticon for r in top.reactions] == list(USUAL)
    assert top.hash == -4675379604478790355  # what TDLib 1.8.67 makes of this list
    again = await post.ask(ADA, api.MessagesGetTopReactions(limit=69, hash=top.hash))
    assert isinstance(again, api.MessagesReactionsNotModified)


async def test_the_moving_emoji_are_found_by_the_id_built_into_tdlib(post: Post) -> None:
    """It asks by nothing else."""
    given = api.InputStickerSetID(id=1258816259751983, access_hash=5100237018658464041)
    found = await post.ask(ADA, api.MessagesGetStickerSet(stickerset=given, hash=0))
    assert (found.set.id, found.set.count) == (given.id, 10)


async def test_there_is_no_other_set(post: Post) -> None:
    """A set nobody made is refused."""
    for given in (
        api.InputStickerSetShortName(short_name="Cats"),
        api.InputStickerSetID(id=77, access_hash=0),
        api.InputStickerSetDice(emoticon="🦀"),
        api.InputStickerSetEmpty(),
    ):
        with pytest.raises(errors.StickersetInvalid):
            await post.ask(ADA, api.MessagesGetStickerSet(stickerset=given, hash=0))


async def test_a_drawing_can_be_sent_and_its_reference_does_not_age(post: Post) -> None:
    """As a sticker; who receives it fetches it too, a week later."""
    found = await post.ask(
        ADA, api.MessagesGetStickerSet(stickerset=api.InputStickerSetAnimatedEmoji(), hash=0)
    )
    mine = found.documents[0]
    given = api.InputDocument(
        id=mine.id, access_hash=mine.access_hash, file_reference=mine.file_reference
    )
    await post.send(ADA, CLAUDE, api.InputMediaDocument(id=given))
    theirs = (await post.inbox(CLAUDE, ADA))[0].media.document
    post.clock.time += 7 * 86_400
    assert await post.fetch(ADA, mine)
    with pytest.raises(errors.FileReferenceExpired):
        await post.fetch(CLAUDE, theirs)  # seen in a message: fetched anew with it
    theirs = (await post.inbox(CLAUDE, ADA))[0].media.document
    assert await post.fetch(CLAUDE, theirs) == await post.fetch(ADA, mine)


async def test_a_reference_to_a_drawing_opens_no_other_file(post: Post) -> None:
    """Neither somebody's document, nor a drawing that is not there."""
    message = await post.send_file(ADA, ADA, b"hers")
    shown = message.media.document
    where = drawings.where_seen()
    shown.file_reference = references.reference(Viewer(post.context, ADA), shown.id, where)
    with pytest.raises(errors.FileReferenceExpired):
        await post.fetch(ADA, shown)
    shown.id = references.file_id(post.context, drawings.OWNER, 999)
    shown.access_hash = references.file_access_hash(post.context, ADA, shown.id)
    shown.file_reference = references.reference(Viewer(post.context, ADA), shown.id, where)
    with pytest.raises(errors.FileIdInvalid):
        await post.ask(ADA, api.UploadGetFile(location=place(shown), offset=0, limit=4096))
