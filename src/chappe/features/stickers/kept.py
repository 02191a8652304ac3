"""Methods messages.*Recent*, *Faved*: stickers somebody has used lately, and those they like best."""

from typing import Any, Final, NamedTuple

from chappe.core import Owner
from chappe.features import files, media
from chappe.features.files import MediaRef, count_file, find_file
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change, Command, Context, Event, Viewer

from .access import set_attribute, set_of_file
from .records import KeptKind, KeptSticker, KeptStickers
from .rules import bare
from .views import show_kept

STICKER_RIGHT: Final = "send_stickers"


class RecentChanged(Event, frozen=True):
    """Somebody has used a sticker, or has other ones at hand."""

    name = "stickers.recent"

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateRecentStickers:
        """See `Event`."""
        return api.UpdateRecentStickers()


class FavedChanged(Event, frozen=True):
    """Somebody has other favourite stickers."""

    name = "stickers.faved"

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateFavedStickers:
        """See `Event`."""
        return api.UpdateFavedStickers()


class StickerUsed(Command, frozen=True):
    """To the box of who has sent a sticker: it is at hand from now on."""

    name = "stickers.used"

    owner: int
    number: int

    async def apply(self, change: Change, context: Context) -> None:
        """See `Command`."""
        await _keep(change, KeptKind.RECENT, self.owner, self.number)


EVENTS: Final = (RecentChanged, FavedChanged, StickerUsed)


async def remember_sticker(call: Call, home: Owner, sent: MediaRef) -> None:
    """Have the sticker at hand that the caller has sent into a log, whose box is `home`."""
    if sent.right == STICKER_RIGHT and not call.client.bot:
        async with call.context.change(home) as change:
            used = StickerUsed(owner=sent.owner, number=sent.number)
            change.send_command(call.me, used)


async def _keep(
    change: Change, kind: KeptKind, owner: int, number: int, *, gone: bool = False
) -> None:
    """Put a sticker on top of those at hand, or take it away."""
    kept = await change.get(KeptStickers, int(kind)) or KeptStickers(kind=kind)
    others = [s for s in kept.stickers if (s.owner, s.number) != (owner, number)]
    before = len(kept.stickers)
    if not gone:
        others.insert(0, KeptSticker(owner=owner, number=number, date=change.now))
        if len(others) > before:
            await count_file(change, owner, number, 1)
    elif len(others) < before:
        await count_file(change, owner, number, -1)
    for over in others[kind.most :]:
        await count_file(change, over.owner, over.number, -1)
    change.put(KeptStickers(kind=kind, stickers=tuple(others[: kind.most])))
    change.announce_without_pts(FavedChanged() if kind is KeptKind.FAVED else RecentChanged())


async def _named(call: Call, given: Any, *, gone: bool) -> tuple[int, int]:
    """Return the sticker an InputDocument names; one that goes need not be seen anywhere.

    Raises:
        errors.StickerIdInvalid: it is none.
        media.NAME_ERRORS: there is none such.
    """
    if not isinstance(given, api.InputDocument):
        raise errors.StickerIdInvalid
    if gone:
        return files.owner_and_number(call.context, given.id)
    owner, file = await media.named_file(call, given, copying=True)
    if set_attribute(file) is None:
        raise errors.StickerIdInvalid
    return owner, file.number


@method(
    api.MessagesSaveRecentSticker,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*media.NAME_ERRORS, errors.StickerIdInvalid),
)
async def save_recent_sticker(call: Call, request: api.MessagesSaveRecentSticker) -> bool:
    """Have a sticker among those used lately, or no longer."""
    owner, number = await _named(call, request.id, gone=request.unsave)
    kind = KeptKind.ATTACHED if request.attached else KeptKind.RECENT
    async with call.change() as change:
        await _keep(change, kind, owner, number, gone=request.unsave)
    return True


@method(
    api.MessagesFaveSticker,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*media.NAME_ERRORS, errors.StickerIdInvalid),
)
async def fave_sticker(call: Call, request: api.MessagesFaveSticker) -> bool:
    """Have a sticker among one's favourites, or no longer."""
    owner, number = await _named(call, request.id, gone=request.unfave)
    async with call.change() as change:
        await _keep(change, KeptKind.FAVED, owner, number, gone=request.unfave)
    return True


@method(api.MessagesClearRecentStickers, rate=Rate.WRITE, home=Home.CALLER)
async def clear_recent_stickers(call: Call, request: api.MessagesClearRecentStickers) -> bool:
    """Forget which stickers the caller has used lately."""
    kind = KeptKind.ATTACHED if request.attached else KeptKind.RECENT
    async with call.change() as change:
        kept = await change.get(KeptStickers, int(kind))
        if kept is not None and kept.stickers:
            for sticker in kept.stickers:
                await count_file(change, sticker.owner, sticker.number, -1)
            change.put(KeptStickers(kind=kind))
            change.announce_without_pts(RecentChanged())
    return True


class ShownStickers(NamedTuple):
    """Stickers at hand as their owner is shown them; those that are gone are left out."""

    documents: list[api.Document]
    dates: list[int]
    packs: list[api.StickerPack]  # which of them stand for which emoji
    hash: int  # by what clients say which list they have


async def shown_stickers(call: Call, kind: KeptKind) -> ShownStickers:
    """Return the stickers the caller keeps at hand, the newest first."""
    viewer, documents, dates = call.viewer(), [], []
    packs: dict[str, list[int]] = {}
    kept = await call.look().get(KeptStickers, int(kind)) or KeptStickers(kind=kind)
    for sticker in kept.stickers:
        file = await find_file(call.context, sticker.owner, sticker.number)
        said = set_attribute(file) if file is not None else None
        if file is None or said is None:
            continue
        found = await set_of_file(call.context, sticker.owner, file)
        document = await show_kept(viewer, sticker, found, file)
        documents.append(document)
        dates.append(sticker.date)
        if said.alt:
            packs.setdefault(bare(said.alt), []).append(document.id)
    packed = [api.StickerPack(emoticon=e, documents=ids) for e, ids in packs.items()]
    return ShownStickers(documents, dates, packed, media.list_hash(one.id for one in documents))


@method(
    api.MessagesGetRecentStickers,
)
async def get_recent_stickers(
    call: Call, request: api.MessagesGetRecentStickers
) -> api.TypeMessagesRecentStickers:
    """Return the stickers the caller has used lately, the newest first."""
    kind = KeptKind.ATTACHED if request.attached else KeptKind.RECENT
    shown = await shown_stickers(call, kind)
    if shown.hash and shown.hash == request.hash:
        return api.MessagesRecentStickersNotModified()
    return api.MessagesRecentStickers(
        hash=shown.hash, packs=shown.packs, stickers=shown.documents, dates=shown.dates
    )


@method(
    api.MessagesGetFavedStickers,
)
async def get_faved_stickers(
    call: Call, request: api.MessagesGetFavedStickers
) -> api.TypeMessagesFavedStickers:
    """Return the caller's favourite stickers, the newest first."""
    shown = await shown_stickers(call, KeptKind.FAVED)
    if shown.hash and shown.hash == request.hash:
        return api.MessagesFavedStickersNotModified()
    return api.MessagesFavedStickers(hash=shown.hash, packs=shown.packs, stickers=shown.documents)
