"""Renders sticker sets for one viewer."""

from typing import Any, Final

from chappe.core import Kind, Owner
from chappe.features import files, media
from chappe.features.files import File, Where, file_of
from chappe.tl import api
from chappe.updates import Viewer

from .access import FoundSet, sticker_set_id
from .records import InstalledSet, KeptSticker
from .rules import SetKind, bare

THUMB_TYPES: Final = {"image/webp": "s", "application/x-tgsticker": "a", "video/webm": "v"}
THUMB_SIDE: Final = 100  # pixels
COVERS: Final = 5  # stickers shown of a set in a list of sets


async def files_in(viewer: Viewer, one: FoundSet) -> list[File | None]:
    """Return the files of a set's stickers, in order; None for each that is gone."""
    if one.owner == files.OWNER:
        return [file_of(viewer.context, sticker.number) for sticker in one.stickers]
    look = viewer.look(Owner(Kind.USER, one.owner))
    return await look.get_each(*((File, sticker.number) for sticker in one.stickers))


async def show_stickers(viewer: Viewer, one: FoundSet, most: int | None = None) -> list[Any]:
    """Return the documents of a set, or the first of them."""
    where = Where(files.IN_SET, one.owner, one.number)
    return [
        media.show_document(viewer, one.owner, file, where)
        for file in (await files_in(viewer, one))[:most]
        if file is not None
    ]


async def _thumb(viewer: Viewer, one: FoundSet) -> dict[str, Any]:
    """Return what a set says of the picture that is shown for it."""
    kept = one.kept
    if kept is None or not (kept.thumb or kept.thumb_emoji):
        return {}
    if kept.thumb_emoji:
        shown = files.file_id(viewer.context, one.owner, kept.thumb_emoji)
        return {"thumb_document_id": shown}
    file = await files.find_file(viewer.context, one.owner, kept.thumb)
    if file is None:
        return {}
    type_ = THUMB_TYPES[file.mime]
    size = api.PhotoSize(type=type_, w=THUMB_SIDE, h=THUMB_SIDE, size=file.size)
    return {"thumbs": [size], "thumb_dc_id": media.DC, "thumb_version": kept.thumb_version}


async def show_set(viewer: Viewer, one: FoundSet, installed: InstalledSet | None) -> api.StickerSet:
    """Return the `api.StickerSet` of a set, which the viewer has installed or not."""
    given = one.input(viewer.context)
    kinds = {file.mime for file in await files_in(viewer, one) if file is not None}
    return api.StickerSet(
        official=one.owner == files.OWNER,
        masks=one.kind is SetKind.MASKS,
        emojis=one.kind is SetKind.EMOJI,
        animated=kinds == {"application/x-tgsticker"},
        videos=kinds == {"video/webm"},
        archived=installed is not None and installed.archived,
        installed_date=installed.date if installed is not None else None,
        id=given.id,
        access_hash=given.access_hash,
        title=one.title,
        short_name=one.short_name,
        count=len(one.stickers),
        hash=one.hash,
        text_color=one.kept is not None and one.kept.recoloured,
        creator=one.owner == viewer.user,
        **await _thumb(viewer, one),
    )


def show_packs(viewer: Viewer, one: FoundSet) -> list[api.StickerPack]:
    """Return which stickers of a set stand for which emoji."""
    packs: dict[str, list[int]] = {}
    for sticker in one.stickers:
        shown = files.file_id(viewer.context, one.owner, sticker.number)
        for emoji in sticker.emoji:
            packs.setdefault(bare(emoji), []).append(shown)
    return [api.StickerPack(emoticon=emoji, documents=ids) for emoji, ids in packs.items()]


def show_words(viewer: Viewer, one: FoundSet) -> list[api.StickerKeyword]:
    """Return by which words the stickers of a set are found."""
    return [
        api.StickerKeyword(
            document_id=files.file_id(viewer.context, one.owner, sticker.number),
            keyword=list(sticker.words),
        )
        for sticker in one.stickers
        if sticker.words
    ]


async def show_whole(
    viewer: Viewer, one: FoundSet, installed: InstalledSet | None
) -> api.MessagesStickerSet:
    """Return a set with everything in it."""
    return api.MessagesStickerSet(
        set=await show_set(viewer, one, installed),
        packs=show_packs(viewer, one),
        keywords=show_words(viewer, one),
        documents=await show_stickers(viewer, one),
    )


async def show_covered(
    viewer: Viewer, one: FoundSet, installed: InstalledSet | None
) -> api.TypeStickerSetCovered:
    """Return a set with some of what is in it, for a list of sets."""
    shown = await show_set(viewer, one, installed)
    if one.kind is SetKind.EMOJI:
        return api.StickerSetFullCovered(
            set=shown,
            packs=show_packs(viewer, one),
            keywords=show_words(viewer, one),
            documents=await show_stickers(viewer, one),
        )
    covers = await show_stickers(viewer, one, COVERS)
    if not covers:
        return api.StickerSetNoCovered(set=shown)
    return api.StickerSetMultiCovered(set=shown, covers=covers)


async def show_kept(
    viewer: Viewer, kept: KeptSticker, found: FoundSet | None, file: File
) -> api.Document:
    """Return a sticker somebody keeps at hand: seen in its set if it is in one."""
    where = Where(files.KEPT, viewer.user)
    if found is not None:
        where = Where(files.IN_SET, found.owner, found.number)
    return media.show_document(viewer, kept.owner, file, where)


def ids_in_order(viewer: Viewer, sets: tuple[InstalledSet, ...]) -> list[int]:
    """Return the ids of the sets that are shown in a panel."""
    return [sticker_set_id(viewer.context, s.owner, s.number) for s in sets if not s.archived]
