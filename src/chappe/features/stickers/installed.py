"""Methods messages.*StickerSet(s): which sets somebody has in their panel, in which order."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from chappe.core import Kind, Owner
from chappe.features import files, media
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change, Event, View, Viewer

from .access import FoundSet, find_set, require_set, set_at, sticker_set_id
from .drawn_sets import OFFERED
from .records import ARCHIVED_MAX, INSTALLED_MAX, InstalledSet, InstalledSets, StickerSet
from .rules import SetKind
from .views import ids_in_order, show_covered, show_set, show_whole

REORDERED_MAX: Final = 1_000  # sets one call may name
PAGE_MAX: Final = 100  # archived or made sets in one answer

Sets = tuple[InstalledSet, ...]


class SetsChanged(Event, frozen=True):
    """Somebody has installed other sets of a kind, or archived some."""

    name = "stickers.sets"

    kind: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateStickerSets:
        """See `Event`."""
        return api.UpdateStickerSets(**_flags(self.kind))


class SetsOrdered(Event, frozen=True):
    """Somebody has put their sets of a kind in another order."""

    name = "stickers.order"

    kind: int

    async def render(self, viewer: Viewer, pts: int) -> api.UpdateStickerSetsOrder:
        """See `Event`."""
        sets = await installed(viewer.look(Owner(Kind.USER, viewer.user)), SetKind(self.kind))
        return api.UpdateStickerSetsOrder(order=ids_in_order(viewer, sets), **_flags(self.kind))


class NewSet(Event, frozen=True):
    """Somebody has installed a set."""

    name = "stickers.new_set"

    owner: int
    number: int

    async def render(self, viewer: Viewer, pts: int) -> Any:
        """See `Event`."""
        one = await set_at(viewer.context, self.owner, self.number)
        if one is None:
            return None
        sets = await installed(viewer.look(Owner(Kind.USER, viewer.user)), one.kind)
        mine = _one_of(sets, one)
        return api.UpdateNewStickerSet(stickerset=await show_whole(viewer, one, mine))


EVENTS: Final = (SetsChanged, SetsOrdered, NewSet)


def _flags(kind: int) -> dict[str, bool]:
    return {"masks": kind == SetKind.MASKS, "emojis": kind == SetKind.EMOJI}


def _kind_asked(request: Any) -> SetKind:
    if request.masks:
        return SetKind.MASKS
    return SetKind.EMOJI if request.emojis else SetKind.STICKERS


# -- which are installed ----------------------------------------------------------------------------


def offered(kind: SetKind) -> Sets:
    """Return what everybody has who has chosen nothing: the sets of the server."""
    return tuple(
        InstalledSet(owner=files.OWNER, number=kit.number, date=files.DRAWN_AT)
        for kit in OFFERED
        if kit.is_emoji == (kind is SetKind.EMOJI) and kind is not SetKind.MASKS
    )


async def installed(look: View, kind: SetKind) -> Sets:
    """Return the sets of a kind that the owner of a box knows, archived ones too, in their order."""
    kept = await look.get(InstalledSets, int(kind))
    return offered(kind) if kept is None else kept.sets


async def installed_one(call: Call, one: FoundSet) -> InstalledSet | None:
    """Return since when the caller has a set; None if they have not."""
    return _one_of(await installed(call.look(), one.kind), one)


def _one_of(sets: Iterable[InstalledSet], one: FoundSet) -> InstalledSet | None:
    return next((s for s in sets if (s.owner, s.number) == (one.owner, one.number)), None)


def _without(sets: Sets, one: FoundSet) -> Sets:
    return tuple(s for s in sets if (s.owner, s.number) != (one.owner, one.number))


def with_room(sets: Sets) -> tuple[Sets, Sets]:
    """Return sets of which no more are shown than may be, and those that were archived for it: the lowest."""
    shown = [s for s in sets if not s.archived]
    over = shown[INSTALLED_MAX:]
    pushed = {(s.owner, s.number) for s in over}
    kept = tuple(
        msgspec.structs.replace(s, archived=True) if (s.owner, s.number) in pushed else s
        for s in sets
    )
    archived = [s for s in kept if s.archived]
    gone = {(s.owner, s.number) for s in archived[ARCHIVED_MAX:]}
    return tuple(s for s in kept if (s.owner, s.number) not in gone), tuple(over)


def sets_in_order(sets: Sets, wanted: list[tuple[int, int]]) -> Sets:
    """Return sets as somebody would have them; those they do not name come behind, as they were."""
    rank = {key: place for place, key in enumerate(wanted)}
    return tuple(sorted(sets, key=lambda s: rank.get((s.owner, s.number), len(rank))))


async def _found(
    viewer: Viewer, sets: Iterable[InstalledSet]
) -> list[tuple[InstalledSet, FoundSet]]:
    """Return sets with what is known of them; those that were deleted are left out."""
    known = [(s, await set_at(viewer.context, s.owner, s.number)) for s in sets]
    return [(s, one) for s, one in known if one is not None]


async def _list(call: Call, kind: SetKind, hashed: int) -> api.TypeMessagesAllStickers:
    shown = [s for s in await installed(call.look(), kind) if not s.archived]
    viewer = call.viewer()
    known = await _found(viewer, shown)
    now = media.list_hash(one.hash for _, one in known)
    if now and now == hashed:
        return api.MessagesAllStickersNotModified()
    sets = [await show_set(viewer, one, mine) for mine, one in known]
    return api.MessagesAllStickers(hash=now, sets=sets)


@method(
    api.MessagesGetAllStickers,
)
async def get_all_stickers(
    call: Call, request: api.MessagesGetAllStickers
) -> api.TypeMessagesAllStickers:
    """Return the sticker sets the caller has installed, in the order of their panel."""
    return await _list(call, SetKind.STICKERS, request.hash)


@method(
    api.MessagesGetMaskStickers,
)
async def get_mask_stickers(
    call: Call, request: api.MessagesGetMaskStickers
) -> api.TypeMessagesAllStickers:
    """Return the sets of masks the caller has installed."""
    return await _list(call, SetKind.MASKS, request.hash)


@method(
    api.MessagesGetEmojiStickers,
)
async def get_emoji_stickers(
    call: Call, request: api.MessagesGetEmojiStickers
) -> api.TypeMessagesAllStickers:
    """Return the sets of custom emoji the caller has installed."""
    return await _list(call, SetKind.EMOJI, request.hash)


@method(
    api.MessagesGetArchivedStickers,
)
async def get_archived_stickers(
    call: Call, request: api.MessagesGetArchivedStickers
) -> api.MessagesArchivedStickers:
    """Return the sets the caller has archived, the latest first, by pages."""
    viewer, kind = call.viewer(), _kind_asked(request)
    archived = [s for s in await installed(call.look(), kind) if s.archived]
    archived.sort(key=lambda s: s.date, reverse=True)
    page = _page(call, archived, request.offset_id, request.limit)
    shown = [await show_covered(viewer, one, mine) for mine, one in await _found(viewer, page)]
    return api.MessagesArchivedStickers(count=len(archived), sets=shown)


def _page(call: Call, sets: list[InstalledSet], offset: int, limit: int) -> list[InstalledSet]:
    """Return the sets behind one of them, by its id; from the first if it is not there."""
    ids = [sticker_set_id(call.context, s.owner, s.number) for s in sets]
    start = ids.index(offset) + 1 if offset in ids else 0
    return sets[start : start + min(max(limit, 0), PAGE_MAX)]


@method(
    api.MessagesGetMyStickers,
)
async def get_my_stickers(call: Call, request: api.MessagesGetMyStickers) -> api.MessagesMyStickers:
    """Return the sets the caller has made, the latest first, by pages."""
    made = sorted(await call.look().scan(StickerSet), key=lambda s: s.number, reverse=True)
    listed = [InstalledSet(owner=call.user, number=s.number, date=s.created) for s in made]
    viewer, shown = call.viewer(), []
    for _, one in await _found(viewer, _page(call, listed, request.offset_id, request.limit)):
        shown.append(await show_covered(viewer, one, await installed_one(call, one)))
    return api.MessagesMyStickers(count=len(made), sets=shown)


# -- changes ----------------------------------------------------------------------------------------


async def _sets_in(change: Change, kind: SetKind) -> Sets:
    kept = await change.get(InstalledSets, int(kind))
    return offered(kind) if kept is None else kept.sets


@method(
    api.MessagesInstallStickerSet,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.StickersetInvalid,),
)
async def install_sticker_set(
    call: Call, request: api.MessagesInstallStickerSet
) -> api.TypeMessagesStickerSetInstallResult:
    """Have a set in one's panel, above the others, or archived; too many archive the lowest."""
    one = await require_set(call.context, request.stickerset)
    async with call.change() as change:
        sets = await _sets_in(change, one.kind)
        mine = InstalledSet(
            owner=one.owner, number=one.number, date=change.now, archived=request.archived
        )
        sets, pushed = with_room((mine, *_without(sets, one)))
        change.put(InstalledSets(kind=one.kind, sets=sets))
        if request.archived or pushed:
            change.announce_without_pts(SetsChanged(kind=one.kind))
        if not request.archived:
            change.announce_without_pts(NewSet(owner=one.owner, number=one.number))
    if not pushed:
        return api.MessagesStickerSetInstallResultSuccess()
    viewer = call.viewer()
    shown = [await show_covered(viewer, it, s) for s, it in await _found(viewer, pushed)]
    return api.MessagesStickerSetInstallResultArchive(sets=shown)


@method(
    api.MessagesUninstallStickerSet,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.StickersetInvalid,),
)
async def uninstall_sticker_set(call: Call, request: api.MessagesUninstallStickerSet) -> bool:
    """Have a set in one's panel no more."""
    one = await require_set(call.context, request.stickerset)
    async with call.change() as change:
        sets = await _sets_in(change, one.kind)
        change.put(InstalledSets(kind=one.kind, sets=_without(sets, one)))
        change.announce_without_pts(SetsChanged(kind=one.kind))
    return True


@method(api.MessagesReorderStickerSets, rate=Rate.WRITE, home=Home.CALLER)
async def reorder_sticker_sets(call: Call, request: api.MessagesReorderStickerSets) -> bool:
    """Put one's sets of a kind in another order."""
    kind = _kind_asked(request)
    async with call.change() as change:
        sets = await _sets_in(change, kind)
        by_id = {sticker_set_id(call.context, s.owner, s.number): (s.owner, s.number) for s in sets}
        wanted = [by_id[known] for known in request.order[:REORDERED_MAX] if known in by_id]
        change.put(InstalledSets(kind=kind, sets=sets_in_order(sets, wanted)))
        change.announce_without_pts(SetsOrdered(kind=kind))
    return True


@method(
    api.MessagesToggleStickerSets,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.StickersetInvalid,),
)
async def toggle_sticker_sets(call: Call, request: api.MessagesToggleStickerSets) -> bool:
    """Uninstall, archive or show again several sets; those that are gone are passed over."""
    known = [await find_set(call.context, s) for s in request.stickersets[:REORDERED_MAX]]
    named = [one for one in known if one is not None]
    if not named:
        raise errors.StickersetInvalid
    async with call.change() as change:
        for kind in dict.fromkeys(one.kind for one in named):
            sets = await _sets_in(change, kind)
            for one in (one for one in named if one.kind is kind):
                mine = _one_of(sets, one)
                if mine is None:
                    continue
                if request.uninstall:
                    sets = _without(sets, one)
                elif request.archive != request.unarchive:
                    again = msgspec.structs.replace(mine, archived=request.archive, date=change.now)
                    sets = (again, *_without(sets, one))
            change.put(InstalledSets(kind=kind, sets=with_room(sets)[0]))
            change.announce_without_pts(SetsChanged(kind=kind))
    return True
