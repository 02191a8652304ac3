"""Method messages.getStickerSet: what is in a set."""

from chappe.rpc import Call, Needs, method
from chappe.tl import api, errors

from .access import require_set
from .installed import installed_one
from .views import show_whole


@method(api.MessagesGetStickerSet, needs=Needs.LOGIN, raises=(errors.StickersetInvalid,))
async def get_sticker_set(
    call: Call, request: api.MessagesGetStickerSet
) -> api.TypeMessagesStickerSet:
    """Return a set with all that is in it: somebody's, or one the server has drawn; some are empty."""
    one = await require_set(call.context, request.stickerset)
    if request.hash == one.hash:
        return api.MessagesStickerSetNotModified()
    return await show_whole(call.viewer(), one, await installed_one(call, one))
