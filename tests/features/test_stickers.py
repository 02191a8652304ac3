"""Sticker sets: made and altered by their makers, seen by everybody, gone with their makers."""

import io
from typing import Any

import pytest
from PIL import Image

from chappe.features import bots
from chappe.tl import api, errors

from .films import film
from .sticking import (
    TGS,
    WEBM,
    WEBP,
    attribute_of,
    fetched,
    item,
    make_set,
    moving,
    named,
    put_up,
    send_sticker,
    set_input,
    set_of,
    still,
)
from .test_bots import let_in
from .test_bots import made as made_bot
from .village import village


def vp9(**other: Any) -> bytes:
    """Return a film as a video sticker is one; `other` says what is otherwise."""
    how = {
        "seconds": 1,
        "width": 512,
        "height": 300,
        "sound": False,
        "codec": "libvpx-vp9",
        **other,
    }
    return film(form="webm", **how)


async def test_a_set_is_seen_by_everybody_who_knows_its_name() -> None:
    """Each kind of sticker; bytes, emoji and words are the same for who made it and who did not."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        made = await make_set(
            ada,
            "Cats",
            await item(ada, still(), emoji="🐈😺", keywords="Cat, tail"),
            await item(ada, moving(), TGS, emoji="👍🏽"),
            await item(ada, still(300, 512, "WEBP"), WEBP, emoji="❤️"),
        )
        assert made.set.creator
        assert (made.set.title, made.set.short_name, made.set.count) == ("Cats", "Cats", 3)
        theirs = await set_of(eve, "cATS")
        assert not theirs.set.creator
        assert [d.id for d in theirs.documents] == [d.id for d in made.documents]
        assert [p.emoticon for p in theirs.packs] == ["🐈", "😺", "👍🏽", "❤"]
        assert theirs.keywords[0].keyword == ["cat", "tail"]
        assert [d.mime_type for d in theirs.documents] == [WEBP, TGS, WEBP]
        for mine, same in zip(made.documents, theirs.documents, strict=True):
            assert attribute_of(same).stickerset == set_input(made)
            assert await fetched(ada, mine) == await fetched(eve, same)
        picture = Image.open(io.BytesIO(await fetched(eve, theirs.documents[0])))
        assert (picture.format, picture.size, picture.mode) == ("WEBP", (512, 400), "RGBA")
        v.clock.time += 40 * 86_400  # sets are public: a reference to one does not age
        assert await fetched(eve, theirs.documents[1])
        again = api.MessagesGetStickerSet(stickerset=set_input(theirs), hash=theirs.set.hash)
        assert isinstance(await eve(again), api.MessagesStickerSetNotModified)


async def test_a_video_sticker_is_measured() -> None:
    """VP9 without sound, three seconds at most; another film is refused."""
    async with village() as v:
        ada = await v.person()
        clip = vp9()
        made = await make_set(ada, "Moves", await item(ada, clip, WEBM))
        assert made.documents[0].mime_type == WEBM
        for bad in (
            vp9(width=300, height=200),
            vp9(seconds=5),
            vp9(sound=True, heard="libopus", rate=48_000),
            vp9(codec="libvpx"),
            b"\x1aE\xdf\xa3 and no film",
        ):
            with pytest.raises(errors.StickerVideoNowebm):
                await make_set(ada, "Bad", await item(ada, bad, WEBM))


@pytest.mark.parametrize(
    ("data", "mime", "error"),
    [
        (still(500, 400), "image/png", errors.StickerPngDimensions),
        (still(513, 512), "image/png", errors.StickerPngDimensions),
        (b"plain words", "image/png", errors.StickerPngNopng),
        (b"\x89PNG\r\n\x1a\n broken", "image/png", errors.StickerFileInvalid),
        (b"plain words", TGS, errors.StickerTgsNotgs),
        (b"\x1f\x8b broken", TGS, errors.StickerTgsNotgs),
        (moving(w=100), TGS, errors.StickerTgsNotgs),
        (moving(op=400), TGS, errors.StickerTgsNotgs),
        (moving(fr=0), TGS, errors.StickerTgsNotgs),
        (moving(layers=[{"ty": 2}]), TGS, errors.StickerTgsNotgs),
        (
            moving(layers=[{"ty": 4, "ks": {"k": 1, "x": "var $bm_rt;"}}]),
            TGS,
            errors.StickerTgsNotgs,
        ),
        (
            moving(assets=[{"id": "1", "p": "https://example.org/x.png"}]),
            TGS,
            errors.StickerTgsNotgs,
        ),
        (moving(nm="x" * 8_000_000), TGS, errors.StickerTgsNotgs),
        (moving(v=[[[]] * 300_000, [[]] * 300_000]), TGS, errors.StickerTgsNotgs),
        (b"plain words", WEBM, errors.StickerPngNopng),
        (b"\x1aE\xdf\xa3" + bytes(300 * 1024), WEBM, errors.StickerVideoBig),
    ],
    ids=range(16),
)
async def test_what_is_no_sticker_is_refused(data: bytes, mime: str, error: Any) -> None:
    """It is looked at, whatever its sender says; nothing is kept of it, and its name stays free."""
    async with village() as v:
        ada = await v.person()
        given = await item(ada, data[: 400 * 1024], mime)
        with pytest.raises(error):
            await make_set(ada, "Cats", given)
        assert await ada(api.StickersCheckShortName(short_name="Cats"))
        assert (await ada(api.MessagesGetMyStickers(offset_id=0, limit=9))).count == 0


async def test_a_set_is_refused_for_what_it_says() -> None:
    """Its title, its name, what its stickers stand for, and how many there are."""
    async with village() as v:
        ada = await v.person()
        one = await item(ada, still())
        for name in ("", "1cat", "a__b", "cat_", "ca t", "x" * 65):
            with pytest.raises(errors.PackShortNameInvalid):
                await make_set(ada, name, one)
        for title in ("", " \n", "x" * 65):
            with pytest.raises(errors.PackTitleInvalid):
                await make_set(ada, "Cats", one, title=title)
        for emoji in ("", "cat", "🐈 ", "5", "🐈" + "😀😃😄😁😆😅🤣😂🙂🙃🫠😉😊😇🥰😍🤩😘😗☺😚"):
            with pytest.raises(errors.StickerEmojiInvalid):
                await make_set(
                    ada, "Cats", api.InputStickerSetItem(document=one.document, emoji=emoji)
                )
        with pytest.raises(errors.StickersEmpty):
            await ada(
                api.StickersCreateStickerSet(
                    user_id=api.InputUserSelf(), title="x", short_name="Cats", stickers=[]
                )
            )
        with pytest.raises(errors.StickersTooMuch):
            await make_set(ada, "Cats", *[one] * 121)
        with pytest.raises(errors.PackTypeInvalid):
            await make_set(ada, "Cats", one, masks=True, emojis=True)
        stolen = api.InputDocument(id=one.document.id, access_hash=1, file_reference=b"")
        with pytest.raises(errors.FileIdInvalid):
            await make_set(ada, "Cats", api.InputStickerSetItem(document=stolen, emoji="🐈"))


async def test_a_name_is_one_sets() -> None:
    """Whoever comes second is told so, in whatever letters; a name is free again with its set."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        made = await make_set(ada, "Cats")
        with pytest.raises(errors.PackShortNameOccupied):
            await make_set(eve, "cats")
        with pytest.raises(errors.ShortNameOccupied):
            await eve(api.StickersCheckShortName(short_name="CATS"))
        with pytest.raises(errors.ShortNameOccupied):
            await eve(api.StickersCheckShortName(short_name="animatedEmojies"))
        with pytest.raises(errors.ShortNameInvalid):
            await eve(api.StickersCheckShortName(short_name="c ats"))
        suggested = await eve(api.StickersSuggestShortName(title="Cats!"))
        assert suggested.short_name == "Cats_2"
        with pytest.raises(errors.StickersetInvalid):
            await eve(api.StickersDeleteStickerSet(stickerset=set_input(made)))
        assert await ada(api.StickersDeleteStickerSet(stickerset=set_input(made)))
        with pytest.raises(errors.StickersetInvalid):
            await set_of(ada, "Cats")
        assert (await make_set(eve, "cats")).set.creator


async def test_a_set_is_altered_by_its_maker() -> None:
    """Stickers come, go, move and change; its hash changes each time, and others see it."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        made = await make_set(ada, "Cats", *[await item(ada, still(colour=c)) for c in (1, 2)])
        hashes = {made.set.hash}
        first, second = made.documents
        seen = (await set_of(eve, "Cats")).documents[1]
        assert await fetched(eve, seen)
        given = await item(ada, still(colour=3), emoji="😺")
        added = await ada(api.StickersAddStickerToSet(stickerset=set_input(made), sticker=given))
        third = added.documents[2]
        moved = await ada(api.StickersChangeStickerPosition(sticker=named(third), position=0))
        assert [d.id for d in moved.documents] == [third.id, first.id, second.id]
        changed = await ada(
            api.StickersChangeSticker(sticker=named(first), emoji="👍", keywords="yes,fine")
        )
        assert attribute_of(changed.documents[1]).alt == "👍"
        assert changed.keywords[0].keyword == ["yes", "fine"]
        other = await item(ada, still(colour=4), emoji="🐕")
        replaced = await ada(api.StickersReplaceSticker(sticker=named(first), new_sticker=other))
        assert first.id not in [d.id for d in replaced.documents]
        removed = await ada(api.StickersRemoveStickerFromSet(sticker=named(second)))
        renamed = await ada(api.StickersRenameStickerSet(stickerset=set_input(made), title="Dogs"))
        hashes |= {s.set.hash for s in (added, moved, changed, replaced, removed, renamed)}
        assert len(hashes) == 7
        theirs = await set_of(eve, "Cats")
        assert theirs.set.title == "Dogs"
        assert [p.emoticon for p in theirs.packs] == ["😺", "🐕"]
        with pytest.raises(errors.FileReferenceExpired):
            await fetched(eve, seen)


async def test_nobody_else_alters_a_set() -> None:
    """Neither its stickers nor the set; a sticker that is in no set is none."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        await make_set(ada, "Cats")
        seen = await set_of(eve, "Cats")
        hers, one = set_input(seen), await item(eve, still())
        for request in (
            api.StickersAddStickerToSet(stickerset=hers, sticker=one),
            api.StickersRenameStickerSet(stickerset=hers, title="Mine"),
            api.StickersDeleteStickerSet(stickerset=hers),
            api.StickersSetStickerSetThumb(stickerset=hers, thumb=one.document),
        ):
            with pytest.raises(errors.StickersetInvalid):
                await eve(request)
        sticker = named(seen.documents[0])
        loose = one.document
        for given in (sticker, loose):
            for change in (
                api.StickersRemoveStickerFromSet(sticker=given),
                api.StickersChangeStickerPosition(sticker=given, position=0),
                api.StickersChangeSticker(sticker=given, emoji="👍"),
                api.StickersReplaceSticker(sticker=given, new_sticker=one),
            ):
                with pytest.raises(errors.StickerInvalid):
                    await eve(change)
        guessed = api.InputStickerSetID(id=hers.id, access_hash=hers.access_hash + 1)
        with pytest.raises(errors.StickersetInvalid):
            await eve(api.MessagesGetStickerSet(stickerset=guessed, hash=0))


async def test_masks_and_custom_emoji_say_what_they_are() -> None:
    """A mask lies on a face; a custom emoji is small, found by its id, and free to everybody."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        place = api.MaskCoords(n=1, x=0.5, y=-0.25, zoom=2.0)
        masks = await make_set(
            ada, "Faces", await item(ada, still(), mask_coords=place), masks=True
        )
        assert masks.set.masks
        assert attribute_of(masks.documents[0]).mask_coords == place
        moved = api.MaskCoords(n=3, x=0.0, y=0.0, zoom=1.0)
        changed = await ada(
            api.StickersChangeSticker(sticker=named(masks.documents[0]), mask_coords=moved)
        )
        assert attribute_of(changed.documents[0]).mask_coords == moved
        small = await item(ada, still(100, 100))
        emoji = await make_set(ada, "Tiny", small, emojis=True, text_color=True)
        assert emoji.set.emojis
        said = attribute_of(emoji.documents[0])
        assert isinstance(said, api.DocumentAttributeCustomEmoji)
        assert said.free
        assert said.text_color
        found = await eve(
            api.MessagesGetCustomEmojiDocuments(
                document_id=[emoji.documents[0].id, 77, masks.documents[0].id]
            )
        )
        assert [d.id for d in found] == [emoji.documents[0].id]
        assert await fetched(eve, found[0]) == await fetched(ada, emoji.documents[0])
        with pytest.raises(errors.StickerPngDimensions):
            await make_set(ada, "Big", await item(ada, still()), emojis=True)


async def test_a_set_has_a_picture_of_its_own() -> None:
    """A small one, fetched by the name of the set; or one of its custom emoji; or neither."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        made = await make_set(ada, "Cats")
        small = named(await put_up(ada, still(100, 100)))
        large = named(await put_up(ada, still()))
        with pytest.raises(errors.StickerPngDimensions):
            await ada(api.StickersSetStickerSetThumb(stickerset=set_input(made), thumb=large))
        shown = await ada(api.StickersSetStickerSetThumb(stickerset=set_input(made), thumb=small))
        assert shown.set.thumbs[0].type == "s"
        version = shown.set.thumb_version
        place = api.InputStickerSetThumb(stickerset=set_input(made), thumb_version=version)
        got = await eve(api.UploadGetFile(location=place, offset=0, limit=1024 * 1024))
        assert Image.open(io.BytesIO(got.bytes)).size == (100, 100)
        none = await ada(api.StickersSetStickerSetThumb(stickerset=set_input(made)))
        assert none.set.thumbs is None
        with pytest.raises(errors.LocationInvalid):
            await eve(api.UploadGetFile(location=place, offset=0, limit=4096))
        tiny = await make_set(ada, "Tiny", await item(ada, still(100, 100)), emojis=True)
        chosen = tiny.documents[0].id
        shown = await ada(
            api.StickersSetStickerSetThumb(stickerset=set_input(tiny), thumb_document_id=chosen)
        )
        assert shown.set.thumb_document_id == chosen


async def test_a_sticker_that_was_sent_outlives_its_set() -> None:
    """What a message shows stays as long as the message does; then its bytes are gone."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        made = await make_set(ada, "Cats")
        seen = await set_of(eve, "Cats")
        await send_sticker(eve, ada, seen.documents[0])
        await eve(api.MessagesClearRecentStickers())
        await ada(api.StickersDeleteStickerSet(stickerset=set_input(made)))
        await v.wait(7_200)
        message = (await ada.history(eve))[0]
        assert await fetched(ada, message.media.document)
        await eve(api.MessagesDeleteMessages(id=[(await eve.history(ada))[0].id], revoke=True))
        await v.wait(7_200)
        with pytest.raises(errors.FileIdInvalid):
            await fetched(ada, message.media.document)


async def test_sets_go_with_their_maker() -> None:
    """Whoever has one installed has it no more, and its name is free."""
    async with village(twins=False) as v:
        ada, eve = await v.people_named("Ada", "Eve")
        await make_set(ada, "Cats")
        seen = await set_of(eve, "Cats")
        await eve(api.MessagesInstallStickerSet(stickerset=set_input(seen), archived=False))
        await ada(api.AccountDeleteAccount(reason=""))
        await v.settle()
        sets = await eve(api.MessagesGetAllStickers(hash=0))
        assert "Cats" not in [s.title for s in sets.sets]
        with pytest.raises(errors.StickersetInvalid):
            await set_of(eve, "Cats")
        assert (await make_set(eve, "Cats")).set.creator


async def test_a_bot_makes_sets_under_its_own_name() -> None:
    """Its sets end as it is called; they are the bot's, and the person they are for alters none."""
    async with village() as v:
        ada = await v.person()
        await bots.settle(v.context)
        device = await let_in(v, await made_bot(ada))
        bot = (await ada(api.ContactsResolveUsername(username="shop_bot"))).users[0]
        who = api.InputUser(user_id=bot.id, access_hash=bot.access_hash)
        peer = api.InputPeerUser(user_id=bot.id, access_hash=bot.access_hash)
        await ada(api.MessagesStartBot(bot=who, peer=peer, random_id=5, start_param=""))
        await v.settle()
        hers = api.InputUser(user_id=ada.id, access_hash=0)
        one = await item(device, still())
        with pytest.raises(errors.PackShortNameInvalid):
            await make_set(device, "Cats", one)
        for wrong in ("_by_shop_bot", "Cats_by_other_bot"):
            with pytest.raises(errors.PackShortNameInvalid):
                await make_set(device, wrong, one)
        given = {"title": "Cats", "short_name": "Cats_by_shop_bot", "stickers": [one]}
        made = await device(api.StickersCreateStickerSet(user_id=hers, **given))
        assert made.set.creator
        theirs = await set_of(ada, "Cats_by_shop_bot")
        assert not theirs.set.creator
        with pytest.raises(errors.StickersetInvalid):
            await ada(api.StickersDeleteStickerSet(stickerset=set_input(theirs)))
        again = await device(
            api.StickersAddStickerToSet(
                stickerset=api.InputStickerSetShortName(short_name="cats_by_SHOP_bot"),
                sticker=await item(device, still(colour=9)),
            )
        )
        assert again.set.count == 2
