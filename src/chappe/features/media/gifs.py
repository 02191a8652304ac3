"""Methods messages.*Gif*: saved GIFs."""

from typing import Final

from chappe.features import files
from chappe.features.files import SavedGif, Where, count_file, find_file
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import Event, Viewer

from .access import NAME_ERRORS, named_file
from .rules import list_hash, right_of_file
from .views import show_document

GIFS_MAX: Final = 200  # GIFs one person keeps at hand; the oldest goes


class GifsChanged(Event, frozen=True):
    """Somebody keeps other GIFs at hand."""

    name = "media.gifs"

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateSavedGifs:
        """See `Event`."""
        return api.UpdateSavedGifs()


@method(api.MessagesGetSavedGifs)
async def get_saved_gifs(
    call: Call, request: api.MessagesGetSavedGifs
) -> api.TypeMessagesSavedGifs:
    """Return the GIFs the caller keeps at hand, the newest first; those that are gone are left out."""
    viewer = call.viewer()
    where = Where(files.SAVED, call.user)
    shown = []
    for saved in await call.look().scan(SavedGif, reverse=True, limit=GIFS_MAX):
        file = await find_file(call.context, saved.owner, saved.number)
        if file is not None:
            shown.append(show_document(viewer, saved.owner, file, where))
    hashed = list_hash(gif.id for gif in shown)
    if hashed and hashed == request.hash:
        return api.MessagesSavedGifsNotModified()
    return api.MessagesSavedGifs(hash=hashed, gifs=shown)


@method(
    api.MessagesSaveGif,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*NAME_ERRORS, errors.GifIdInvalid),
)
async def save_gif(call: Call, request: api.MessagesSaveGif) -> bool:
    """Keep a GIF at hand, on top of the others, or no longer."""
    if not isinstance(request.id, api.InputDocument):
        raise errors.GifIdInvalid
    if request.unsave:
        owner, number = files.owner_and_number(call.context, request.id.id)
    else:
        owner, file = await named_file(call, request.id, copying=True)
        number = file.number
        if right_of_file(file) != "send_gifs":
            raise errors.GifIdInvalid
    async with call.change() as change:
        saved = await change.scan(SavedGif)
        gone = [gif for gif in saved if (gif.owner, gif.number) == (owner, number)]
        if not request.unsave:
            gone += [g for g in saved[: max(0, len(saved) + 1 - GIFS_MAX)] if g not in gone]
            await count_file(change, owner, number, 1)
        for gif in gone:
            change.drop(SavedGif, gif.order)
            await count_file(change, gif.owner, gif.number, -1)
        if not request.unsave:
            order = change.next("saved_gif")
            change.put(SavedGif(order=order, owner=owner, number=number))
        change.announce_without_pts(GifsChanged())
    return True
