"""Methods messages.*StickerSet: the sets drawn for this server."""

from chappe.features import files, media
from chappe.rpc import Call, Needs, method
from chappe.tl import api, errors

from .rules import CUSTOM_EMOJI, drawings_of, kit_of


@method(api.MessagesGetStickerSet, needs=Needs.LOGIN, raises=(errors.StickersetInvalid,))
async def get_sticker_set(
    call: Call, request: api.MessagesGetStickerSet
) -> api.TypeMessagesStickerSet:
    """Return a set of drawings: moving emoji, what they do when tapped, dice; some are empty."""
    kit = kit_of(request.stickerset)
    if kit is None:
        raise errors.StickersetInvalid
    drawings = drawings_of(kit)
    hashed = files.drawings_hash(tuple(drawing.number for drawing in drawings))
    if request.hash == hashed:
        return api.MessagesStickerSetNotModified()
    viewer = call.viewer()
    documents = [media.show_drawn(viewer, drawing.number) for drawing in drawings]
    shown = api.StickerSet(
        official=True,
        emojis=kit.number in CUSTOM_EMOJI,
        id=files.set_id(kit.number),
        access_hash=files.set_hash(call.context, kit.number),
        title=kit.title,
        short_name=kit.short_name,
        count=len(documents),
        hash=hashed,
    )
    packs = [
        api.StickerPack(emoticon=drawing.emoji, documents=[document.id])
        for drawing, document in zip(drawings, documents, strict=True)
    ]
    return api.MessagesStickerSet(set=shown, packs=packs, keywords=[], documents=documents)
