"""What somebody has of stickers: sets in their panel, those used lately, favourites; how others are found."""

from typing import Any

import pytest
from tests.operating import operate

from chappe.core import HOUSE, Kind, Owner
from chappe.features import accounts, export, restrictions
from chappe.features.export.sections import sections_of
from chappe.features.stickers import installed
from chappe.features.stickers.records import InstalledSet
from chappe.tl import api, errors

from .sticking import (
    fetched,
    item,
    make_set,
    named,
    send_sticker,
    set_input,
    set_of,
    still,
)
from .village import Person, village


async def panel(person: Person) -> list[str]:
    """Return the titles of the sets in somebody's panel, but for the server's own."""
    shown = await person(api.MessagesGetAllStickers(hash=0))
    return [s.title for s in shown.sets if not s.official]


async def three_sets(ada: Person, person: Person) -> list[Any]:
    """Let somebody make three sets and another install them; return how that one names them."""
    sets = []
    for name in ("One", "Two", "Three"):
        await make_set(ada, name, title=name)
        sets.append(set_input(await set_of(person, name)))
        await person(api.MessagesInstallStickerSet(stickerset=sets[-1], archived=False))
    return sets


async def test_a_panel_of_sets_is_the_same_on_every_device() -> None:
    """Installed, put in order, archived, shown again, uninstalled: other devices are told of each."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        sets = await three_sets(ada, eve)
        await v.settle()
        assert await panel(eve) == ["Three", "Two", "One"]
        assert [u.stickerset.set.title for u in eve.told(api.UpdateNewStickerSet)] == [
            "One",
            "Two",
            "Three",
        ]
        order = [sets[1].id, sets[0].id, 99]
        await eve(api.MessagesReorderStickerSets(order=order))
        await v.settle()
        assert (await panel(eve))[:2] == ["Two", "One"]
        assert eve.told(api.UpdateStickerSetsOrder)[0].order[:2] == order[:2]
        before = await eve(api.MessagesGetAllStickers(hash=0))
        same = await eve(api.MessagesGetAllStickers(hash=before.hash))
        assert isinstance(same, api.MessagesAllStickersNotModified)
        await eve(api.MessagesToggleStickerSets(archive=True, stickersets=sets[:2]))
        assert await panel(eve) == ["Three"]
        archived = await eve(api.MessagesGetArchivedStickers(offset_id=0, limit=1))
        assert archived.count == 2
        assert archived.sets[0].set.archived
        rest = api.MessagesGetArchivedStickers(offset_id=archived.sets[0].set.id, limit=9)
        assert len((await eve(rest)).sets) == 1
        await eve(api.MessagesToggleStickerSets(unarchive=True, stickersets=sets[:1]))
        assert await panel(eve) == ["One", "Three"]
        await eve(api.MessagesUninstallStickerSet(stickerset=sets[0]))
        await eve(api.MessagesToggleStickerSets(uninstall=True, stickersets=sets))
        await v.settle()
        assert await panel(eve) == []
        assert len(eve.told(api.UpdateStickerSets)) == 4
        assert not (await set_of(eve, "One")).set.installed_date
        gone = api.InputStickerSetShortName(short_name="Nothing")
        for request in (
            api.MessagesInstallStickerSet(stickerset=gone, archived=False),
            api.MessagesUninstallStickerSet(stickerset=gone),
            api.MessagesToggleStickerSets(archive=True, stickersets=[gone]),
        ):
            with pytest.raises(errors.StickersetInvalid):
                await eve(request)


async def test_sets_of_each_kind_lie_apart() -> None:
    """Masks and custom emoji are not among the stickers."""
    async with village() as v:
        ada = await v.person()
        masks = await make_set(ada, "Faces", title="Faces", masks=True)
        small = await item(ada, still(100, 100))
        emoji = await make_set(ada, "Tiny", small, title="Tiny", emojis=True)
        for one in (masks, emoji):
            await ada(api.MessagesInstallStickerSet(stickerset=set_input(one), archived=False))
        assert await panel(ada) == []
        shown = await ada(api.MessagesGetMaskStickers(hash=0))
        assert [s.title for s in shown.sets] == ["Faces"]
        shown = await ada(api.MessagesGetEmojiStickers(hash=0))
        assert [s.title for s in shown.sets if not s.official] == ["Tiny"]
        await ada(api.MessagesReorderStickerSets(order=[], masks=True))
        await ada(api.MessagesToggleStickerSets(archive=True, stickersets=[set_input(masks)]))
        await v.settle()
        assert [(u.masks, u.emojis) for u in ada.told(api.UpdateStickerSets)] == [(True, False)]
        assert ada.told(api.UpdateStickerSetsOrder)[0].masks
        mine = await ada(api.MessagesGetMyStickers(offset_id=0, limit=1))
        assert (mine.count, mine.sets[0].set.title) == (2, "Tiny")
        mine = await ada(api.MessagesGetMyStickers(offset_id=mine.sets[0].set.id, limit=9))
        assert [s.set.title for s in mine.sets] == ["Faces"]


def test_too_many_sets_archive_the_lowest() -> None:
    """And too many archived ones forget the last."""
    many = tuple(InstalledSet(owner=1, number=n, date=n) for n in range(1, 203))
    kept, pushed = installed.with_room(many)
    assert [s.number for s in pushed] == [201, 202]
    assert [s.number for s in kept if s.archived] == [201, 202]
    stored = tuple(InstalledSet(owner=1, number=n, date=n, archived=True) for n in range(1, 1_003))
    kept, pushed = installed.with_room(stored)
    assert (len(kept), pushed) == (1_000, ())


async def recent(person: Person, **kind: bool) -> list[int]:
    """Return the ids of the stickers somebody has used lately."""
    shown = await person(api.MessagesGetRecentStickers(hash=0, **kind))
    assert len(shown.dates) == len(shown.stickers)
    return [d.id for d in shown.stickers]


async def test_what_was_sent_is_at_hand() -> None:
    """In a private chat and a channel, and by hand; other devices are told; nobody else sees it."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        made = await make_set(ada, "Cats", *[await item(ada, still(colour=c)) for c in (1, 2)])
        first, second = made.documents
        await send_sticker(ada, eve, first)
        group = await ada.supergroup("Cats", eve)
        await send_sticker(ada, group, second)
        assert await recent(ada) == [second.id, first.id]
        assert await recent(eve) == []
        assert len(ada.told(api.UpdateRecentStickers)) == 2
        shown = await ada(api.MessagesGetRecentStickers(hash=0))
        assert isinstance(
            await ada(api.MessagesGetRecentStickers(hash=shown.hash)),
            api.MessagesRecentStickersNotModified,
        )
        assert shown.packs[0].documents == [second.id, first.id]
        got = (await eve.history(ada))[0].media.document
        await eve(api.MessagesSaveRecentSticker(id=named(got), unsave=False))
        await eve(api.MessagesSaveRecentSticker(id=named(got), unsave=False, attached=True))
        assert await recent(eve) == await recent(eve, attached=True) == [first.id]
        await eve(api.MessagesSaveRecentSticker(id=named(got), unsave=True))
        await eve(api.MessagesClearRecentStickers(attached=True))
        assert await recent(eve) == await recent(eve, attached=True) == []


async def test_favourites() -> None:
    """A favourite stays though its set goes; who was shown it nowhere can have it no favourite."""
    async with village() as v:
        ada, eve, zoe = await v.people_named("Ada", "Eve", "Zoe")
        made = await make_set(ada, "Cats")
        seen = (await set_of(eve, "Cats")).documents[0]
        await eve(api.MessagesFaveSticker(id=named(seen), unfave=False))
        await v.settle()
        assert len(eve.told(api.UpdateFavedStickers)) == 1
        shown = await eve(api.MessagesGetFavedStickers(hash=0))
        assert [d.id for d in shown.stickers] == [seen.id]
        assert isinstance(
            await eve(api.MessagesGetFavedStickers(hash=shown.hash)),
            api.MessagesFavedStickersNotModified,
        )
        by_emoji = await eve(api.MessagesGetStickers(emoticon="🐈", hash=0))
        assert [d.id for d in by_emoji.stickers] == [seen.id]
        await ada(api.StickersDeleteStickerSet(stickerset=set_input(made)))
        await v.wait(7_200)
        kept = (await eve(api.MessagesGetFavedStickers(hash=0))).stickers[0]
        assert await fetched(eve, kept)
        with pytest.raises(errors.FileIdInvalid):
            await zoe(api.MessagesFaveSticker(id=named(kept), unfave=False))
        with pytest.raises(errors.StickerIdInvalid):
            await zoe(api.MessagesFaveSticker(id=api.InputDocumentEmpty(), unfave=False))
        plain = await item(zoe, still())
        with pytest.raises(errors.StickerIdInvalid):
            await zoe(api.MessagesFaveSticker(id=plain.document, unfave=False))
        await eve(api.MessagesFaveSticker(id=named(kept), unfave=True))
        with pytest.raises(errors.FileReferenceExpired):
            await fetched(eve, kept)
        await v.wait(7_200)
        with pytest.raises(errors.FileIdInvalid):
            await fetched(eve, kept)


async def test_stickers_and_sets_are_found() -> None:
    """By emoji and word among one's own and the server's; a set of anybody's only by its whole name."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        one = await item(ada, still(), emoji="🐈", keywords="whiskers")
        made = await make_set(ada, "Cats_of_Ada", one, title="Purring")
        small = await item(ada, still(100, 100), emoji="🐈")
        tiny = await make_set(ada, "Tiny_Cats", small, title="Purr", emojis=True)
        for q, found in (("Purr", []), ("cats_of_ada", ["Purring"]), ("cats", [])):
            shown = await eve(api.MessagesSearchStickerSets(q=q, hash=0))
            assert [s.set.title for s in shown.sets] == found
        assert (await eve(api.MessagesSearchCustomEmoji(emoticon="🐈", hash=0))).document_id == []
        for given in (set_input(made), set_input(tiny)):
            await eve(api.MessagesInstallStickerSet(stickerset=given, archived=False))
        shown = await eve(api.MessagesSearchStickerSets(q="purr", hash=0))
        assert [s.set.title for s in shown.sets] == ["Purring"]
        assert isinstance(
            await eve(api.MessagesSearchStickerSets(q="purr", hash=shown.hash)),
            api.MessagesFoundStickerSetsNotModified,
        )
        shown = await eve(api.MessagesSearchEmojiStickerSets(q="purr", hash=0))
        assert [s.documents[0].id for s in shown.sets] == [tiny.documents[0].id]
        ids = (await eve(api.MessagesSearchCustomEmoji(emoticon="🐈", hash=0))).document_id
        assert ids == [tiny.documents[0].id]
        for q, emoticon in (("whisk", ""), ("", "🐈"), ("🐈", "")):
            found_ones = await eve(
                api.MessagesSearchStickers(
                    q=q, emoticon=emoticon, lang_code=["en"], offset=0, limit=9, hash=0
                )
            )
            assert [d.id for d in found_ones.stickers] == [made.documents[0].id]
        none = await eve(
            api.MessagesSearchStickers(
                q="hisk", emoticon="", lang_code=[], offset=0, limit=9, hash=0
            )
        )
        assert none.stickers == []


async def test_what_the_server_offers_is_featured() -> None:
    """Sets everybody has from the beginning; who has the list is told so."""
    async with village() as v:
        ada = await v.person()
        for request in (api.MessagesGetFeaturedStickers, api.MessagesGetFeaturedEmojiStickers):
            shown = await ada(request(hash=1))
            assert shown.count == len(shown.sets)
            assert all(s.set.official for s in shown.sets)
            again = await ada(request(hash=shown.hash))
            assert isinstance(again, api.MessagesFeaturedStickersNotModified)


async def test_sets_of_who_is_suspended_or_restricted_are_withheld() -> None:
    """Nobody is shown them, the name stays theirs, and nothing is made meanwhile; then all is as before."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        made = await make_set(ada, "Cats", title="Cats")
        seen = await set_of(eve, "Cats")
        hers = set_input(seen)
        await eve(api.MessagesInstallStickerSet(stickerset=hers, archived=False))
        await send_sticker(eve, ada, seen.documents[0])
        await operate(v.server, "suspend", user=ada.id, reason="spam", days=7)
        assert await panel(eve) == []
        for request in (
            api.MessagesGetStickerSet(stickerset=hers, hash=0),
            api.MessagesInstallStickerSet(stickerset=hers, archived=False),
        ):
            with pytest.raises(errors.StickersetInvalid):
                await eve(request)
        with pytest.raises(errors.FileReferenceExpired):
            await fetched(eve, seen.documents[0])
        with pytest.raises(errors.PackShortNameOccupied):
            await make_set(eve, "Cats")
        with pytest.raises(errors.RpcError, match="FROZEN_METHOD_INVALID"):
            await ada(api.StickersDeleteStickerSet(stickerset=set_input(made)))
        message = (await eve.history(ada))[0]  # what was sent is a message, and stays one
        assert await fetched(eve, message.media.document)
        await v.wait(8 * 86_400)
        assert await panel(eve) == ["Cats"]
        async with v.context.change(HOUSE) as change:
            owner = Owner(Kind.USER, ada.id)
            restrictions.restrict(change, owner, 5, accounts.Restriction.LAW)
        await v.settle()
        with pytest.raises(errors.StickersetInvalid):
            await set_of(eve, "Cats")


async def test_an_export_names_the_sets_somebody_has_made() -> None:
    """With what their stickers stand for; who has made none has no such section."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        await make_set(ada, "Cats", await item(ada, still(), keywords="tail"), title="Purring")
        made = await sections_of(v.context, ada.id, export.DataClass.SETTINGS)
        assert made["sticker_sets"] == [
            {
                "title": "Purring",
                "short_name": "Cats",
                "created": int(v.clock.time),
                "stickers": [{"emoji": "🐈", "words": ("tail",)}],
            }
        ]
        none = await sections_of(v.context, eve.id, export.DataClass.SETTINGS)
        assert "sticker_sets" not in none
