"""Methods stickers.*: sets are made and altered by whoever made them."""

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import msgspec

from chappe import tl
from chappe.features import accounts, files, media
from chappe.features.files import File, charge, count_file, keep_bytes
from chappe.ports import SealedFile
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change

from . import hooks
from .access import (
    NAMES,
    FoundSet,
    SetAttribute,
    found_set,
    require_set,
    set_access_hash,
    set_at,
    set_of_file,
    sticker_set_id,
)
from .checking import (
    CHECK_ERRORS,
    CheckedSticker,
    Measured,
    checked,
    measured_file,
    sticker_attributes,
)
from .installed import installed_one
from .names import claim_name, holds_name
from .records import SetSticker, StickerSet
from .rules import (
    EMOJI_SIDE,
    SETS_MADE_MAX,
    SetKind,
    clean_set_title,
    clean_words,
    emoji_of,
    is_short_name,
    mask_place,
)
from .views import show_whole

KEEP_ERRORS: Final = (errors.FileQuotaExceeded, errors.StorageFull)
OWN_ERRORS: Final = (errors.StickersetInvalid, *media.NAME_ERRORS, errors.StickerInvalid)


# -- what is kept -----------------------------------------------------------------------------------


@asynccontextmanager
async def _bytes_kept(call: Call, measured: Sequence[Measured]) -> AsyncIterator[list[SealedFile]]:
    """Keep the bytes of stickers as the caller's; they go again if what names them cannot be kept."""
    async with AsyncExitStack() as stack:
        kept = []
        for one in measured:
            kept.append(await keep_bytes(call, one.data))
            await stack.enter_async_context(media.discarding(call, kept[-1]))
        yield kept


async def _put_file(
    call: Call,
    change: Change,
    measured: Measured,
    sealed: SealedFile,
    attributes: tuple[bytes, ...],
) -> int:
    """Put the file of a sticker, or of a set's picture, which its set shows; return its number."""
    number = change.next("file")
    size = len(measured.data)
    change.put(
        File(
            number=number,
            kind="document",
            date=change.now,
            file=sealed,
            size=size,
            mime=measured.mime,
            attributes=attributes,
            sha256=hashlib.sha256(measured.data).digest(),
            uses=1,
        )
    )
    await charge(change, size, call)
    call.context.ask(hooks.sticker_put)(call.context, change, number)
    return number


def _named(call: Call, number: int) -> api.InputStickerSetID:
    """Return how the caller's set of a number is named."""
    known_as = sticker_set_id(call.context, call.user, number)
    hashed = set_access_hash(call.context, call.user, number, known_as)
    return api.InputStickerSetID(id=known_as, access_hash=hashed)


async def _put_sticker(
    call: Call, change: Change, kept: StickerSet, one: CheckedSticker, sealed: SealedFile
) -> SetSticker:
    attributes = sticker_attributes(
        one.measured,
        SetKind(kept.kind),
        _named(call, kept.number),
        one.emoji[0],
        one.place,
        recoloured=kept.recoloured,
    )
    number = await _put_file(call, change, one.measured, sealed, attributes)
    return SetSticker(number=number, emoji=one.emoji, words=one.words)


async def _own_set(call: Call, given: Any) -> FoundSet:
    """Return a set of the caller's own.

    Raises:
        errors.StickersetInvalid: there is none such, or somebody else has made it.
    """
    one = await require_set(call.context, given)
    if one.owner != call.user or one.kept is None:
        raise errors.StickersetInvalid
    return one


async def _own_sticker(call: Call, given: Any) -> tuple[FoundSet, File]:
    """Return a sticker of one of the caller's own sets, and the set.

    Raises:
        errors.StickerInvalid: it is in none.
        media.NAME_ERRORS: there is no such file.
    """
    if not isinstance(given, api.InputDocument):
        raise errors.StickerInvalid
    owner, file = await media.named_file(call, given)
    one = await set_of_file(call.context, owner, file)
    if one is None or one.owner != call.user or one.kept is None:
        raise errors.StickerInvalid
    return one, file


async def _latest(change: Change, one: FoundSet) -> StickerSet:
    """Return a set of the box that is changed, as it is by now.

    Raises:
        errors.StickersetInvalid: it was deleted meanwhile.
    """
    kept = await change.get(StickerSet, one.number)
    if kept is None:
        raise errors.StickersetInvalid
    return kept


def _place_of(kept: StickerSet, file: File) -> int:
    """Return which sticker of a set a file is.

    Raises:
        errors.StickerInvalid: it was removed meanwhile.
    """
    for index, sticker in enumerate(kept.stickers):
        if sticker.number == file.number:
            return index
    raise errors.StickerInvalid


def _altered(kept: StickerSet, **fields: Any) -> StickerSet:
    return msgspec.structs.replace(kept, revision=kept.revision + 1, **fields)


async def _shown(call: Call, number: int) -> api.MessagesStickerSet:
    """Return a set of the caller's as it is now.

    Raises:
        errors.StickersetInvalid: it was deleted meanwhile.
    """
    one = await set_at(call.context, call.user, number)
    if one is None:
        raise errors.StickersetInvalid
    return await show_whole(call.viewer(), one, await installed_one(call, one))


# -- sets -------------------------------------------------------------------------------------------


def _kind_wanted(request: api.StickersCreateStickerSet) -> SetKind:
    if request.masks and request.emojis:
        raise errors.PackTypeInvalid
    if request.masks:
        return SetKind.MASKS
    return SetKind.EMOJI if request.emojis else SetKind.STICKERS


async def _name_wanted(call: Call, name: str) -> str:
    """Return the short name a set may have; that of a bot's says which bot made it."""
    if not is_short_name(name):
        raise errors.PackShortNameInvalid
    me = await call.look().get(accounts.User)
    ending = f"_by_{me.username}" if me is not None and me.bot else ""
    if not name.casefold().endswith(ending.casefold()) or len(name) == len(ending):
        raise errors.PackShortNameInvalid
    return name


@method(
    api.StickersCreateStickerSet,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(
        *CHECK_ERRORS,
        *KEEP_ERRORS,
        errors.PackShortNameInvalid,
        errors.PackShortNameOccupied,
        errors.PackTitleInvalid,
        errors.PackTypeInvalid,
        errors.StickersetInvalid,
        errors.StickersEmpty,
        errors.StickersTooMuch,
        errors.UserIdInvalid,
    ),
)
async def create_sticker_set(
    call: Call, request: api.StickersCreateStickerSet
) -> api.MessagesStickerSet:
    """Make a set. That of a bot is the bot's, whoever it was made for."""
    kind = _kind_wanted(request)
    user = await accounts.user_of(call, request.user_id)
    title = clean_set_title(request.title)
    name = await _name_wanted(call, request.short_name)
    if not request.stickers:
        raise errors.StickersEmpty
    made = await call.look().count(StickerSet)
    if len(request.stickers) > kind.most or made >= SETS_MADE_MAX:
        raise errors.StickersTooMuch
    stickers = [await checked(call, given, kind) for given in request.stickers]
    if not await claim_name(call.context, name, call.me):
        raise errors.PackShortNameOccupied
    async with (
        _bytes_kept(call, [one.measured for one in stickers]) as sealed,
        call.change() as change,
    ):
        kept = StickerSet(
            number=change.next("sticker_set"),
            kind=kind,
            title=title,
            short_name=name,
            created=change.now,
            recoloured=request.text_color and kind is SetKind.EMOJI,
            user=user if user != call.user else 0,
        )
        put = [
            await _put_sticker(call, change, kept, one, file)
            for one, file in zip(stickers, sealed, strict=True)
        ]
        change.put(msgspec.structs.replace(kept, stickers=tuple(put)))
    if not await holds_name(call.context, name, call.me):
        async with call.change() as change:
            await _drop(change, await _latest(change, found_set(call.context, call.user, kept)))
        raise errors.PackShortNameOccupied
    return await _shown(call, kept.number)


async def _drop(change: Change, kept: StickerSet) -> None:
    """Take a set out of the box; what messages still show of it stays as long as they do."""
    change.drop(StickerSet, kept.number)
    for sticker in kept.stickers:
        await count_file(change, change.owner.id, sticker.number, -1)
    if kept.thumb:
        await count_file(change, change.owner.id, kept.thumb, -1)


@method(
    api.StickersDeleteStickerSet,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.StickersetInvalid,),
)
async def delete_sticker_set(call: Call, request: api.StickersDeleteStickerSet) -> bool:
    """Delete a set of one's own: nobody has it any more."""
    one = await _own_set(call, request.stickerset)
    async with call.change() as change:
        await _drop(change, await _latest(change, one))
    await accounts.release(call.context, NAMES, one.short_name, call.me)
    return True


@method(
    api.StickersRenameStickerSet,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.StickersetInvalid, errors.PackTitleInvalid),
)
async def rename_sticker_set(
    call: Call, request: api.StickersRenameStickerSet
) -> api.MessagesStickerSet:
    """Give a set of one's own another title."""
    one = await _own_set(call, request.stickerset)
    title = clean_set_title(request.title)
    async with call.change() as change:
        change.put(_altered(await _latest(change, one), title=title))
    return await _shown(call, one.number)


@method(
    api.StickersSetStickerSetThumb,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*CHECK_ERRORS, *KEEP_ERRORS, errors.StickersetInvalid),
)
async def set_sticker_set_thumb(
    call: Call, request: api.StickersSetStickerSetThumb
) -> api.MessagesStickerSet:
    """Choose the picture that is shown for a set: one of its custom emoji, or one of its own; or neither."""
    one = await _own_set(call, request.stickerset)
    emoji, measured = 0, []
    if request.thumb_document_id:
        owner, emoji = files.owner_and_number(call.context, request.thumb_document_id)
        inside = any(sticker.number == emoji for sticker in one.stickers)
        if owner != call.user or not inside or one.kind is not SetKind.EMOJI:
            raise errors.StickerInvalid
    elif isinstance(request.thumb, api.InputDocument):
        owner, file = await media.named_file(call, request.thumb, copying=True)
        measured.append(await measured_file(call, owner, file, EMOJI_SIDE))
    async with _bytes_kept(call, measured) as sealed, call.change() as change:
        kept = await _latest(change, one)
        number = 0
        for looked_at, file_kept in zip(measured, sealed, strict=True):
            size = api.DocumentAttributeImageSize(w=looked_at.width, h=looked_at.height)
            packed = (tl.encode(size, tl.LAYER),)
            number = await _put_file(call, change, looked_at, file_kept, packed)
        if kept.thumb:
            await count_file(change, call.user, kept.thumb, -1)
        version = kept.thumb_version + 1
        change.put(_altered(kept, thumb=number, thumb_version=version, thumb_emoji=emoji))
    return await _shown(call, one.number)


# -- stickers of a set ------------------------------------------------------------------------------


@method(
    api.StickersAddStickerToSet,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(
        *CHECK_ERRORS,
        *KEEP_ERRORS,
        errors.StickersetInvalid,
        errors.StickerpackStickersTooMuch,
    ),
)
async def add_sticker_to_set(
    call: Call, request: api.StickersAddStickerToSet
) -> api.MessagesStickerSet:
    """Add a sticker to a set of one's own, at its end."""
    one = await _own_set(call, request.stickerset)
    if len(one.stickers) >= one.kind.most:
        raise errors.StickerpackStickersTooMuch
    sticker = await checked(call, request.sticker, one.kind)
    async with _bytes_kept(call, [sticker.measured]) as sealed, call.change() as change:
        kept = await _latest(change, one)
        if len(kept.stickers) >= one.kind.most:
            raise errors.StickerpackStickersTooMuch
        put = await _put_sticker(call, change, kept, sticker, sealed[0])
        change.put(_altered(kept, stickers=(*kept.stickers, put)))
    return await _shown(call, one.number)


@method(
    api.StickersReplaceSticker,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*CHECK_ERRORS, *KEEP_ERRORS, *OWN_ERRORS),
)
async def replace_sticker(
    call: Call, request: api.StickersReplaceSticker
) -> api.MessagesStickerSet:
    """Put another sticker in the place of one of one's own."""
    one, file = await _own_sticker(call, request.sticker)
    sticker = await checked(call, request.new_sticker, one.kind)
    async with _bytes_kept(call, [sticker.measured]) as sealed, call.change() as change:
        kept = await _latest(change, one)
        place = _place_of(kept, file)
        put = await _put_sticker(call, change, kept, sticker, sealed[0])
        await count_file(change, call.user, file.number, -1)
        stickers = (*kept.stickers[:place], put, *kept.stickers[place + 1 :])
        thumb = 0 if kept.thumb_emoji == file.number else kept.thumb_emoji
        change.put(_altered(kept, stickers=stickers, thumb_emoji=thumb))
    return await _shown(call, one.number)


async def _alter_stickers(
    call: Call,
    one: FoundSet,
    file: File,
    alter: Callable[[tuple[SetSticker, ...], int], tuple[SetSticker, ...]],
) -> None:
    """Alter the stickers of a set by a function of them and of where one of them is."""
    async with call.change() as change:
        kept = await _latest(change, one)
        stickers = alter(kept.stickers, _place_of(kept, file))
        thumb = kept.thumb_emoji
        if all(sticker.number != file.number for sticker in stickers):
            await count_file(change, call.user, file.number, -1)
            thumb = 0 if thumb == file.number else thumb
        change.put(_altered(kept, stickers=stickers, thumb_emoji=thumb))


@method(
    api.StickersRemoveStickerFromSet,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=OWN_ERRORS,
)
async def remove_sticker_from_set(
    call: Call, request: api.StickersRemoveStickerFromSet
) -> api.MessagesStickerSet:
    """Take a sticker out of a set of one's own; messages that have it keep it."""
    one, file = await _own_sticker(call, request.sticker)
    await _alter_stickers(call, one, file, lambda all_, at: (*all_[:at], *all_[at + 1 :]))
    return await _shown(call, one.number)


@method(
    api.StickersChangeStickerPosition,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=OWN_ERRORS,
)
async def change_sticker_position(
    call: Call, request: api.StickersChangeStickerPosition
) -> api.MessagesStickerSet:
    """Put a sticker of one's own set in another place of it; the first is 0."""
    one, file = await _own_sticker(call, request.sticker)

    def moved(stickers: tuple[SetSticker, ...], at: int) -> tuple[SetSticker, ...]:
        others = (*stickers[:at], *stickers[at + 1 :])
        place = min(max(request.position, 0), len(others))
        return (*others[:place], stickers[at], *others[place:])

    await _alter_stickers(call, one, file, moved)
    return await _shown(call, one.number)


@method(
    api.StickersChangeSticker,
    needs=Needs.LOGIN,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(*OWN_ERRORS, errors.StickerEmojiInvalid),
)
async def change_sticker(call: Call, request: api.StickersChangeSticker) -> api.MessagesStickerSet:
    """Change what a sticker of one's own set stands for, by which words it is found, where a mask lies."""
    one, file = await _own_sticker(call, request.sticker)
    emoji = emoji_of(request.emoji) if request.emoji is not None else None
    words = clean_words(request.keywords) if request.keywords is not None else None
    place = mask_place(request.mask_coords) if request.mask_coords is not None else None
    if place is not None and one.kind is not SetKind.MASKS:
        raise errors.StickerInvalid
    async with call.change() as change:
        kept = await _latest(change, one)
        at = _place_of(kept, file)
        old = kept.stickers[at]
        new = msgspec.structs.replace(
            old,
            emoji=old.emoji if emoji is None else emoji,
            words=old.words if words is None else words,
        )
        stickers = (*kept.stickers[:at], new, *kept.stickers[at + 1 :])
        change.put(_altered(kept, stickers=stickers))
        latest = await change.get(File, file.number)
        if latest is not None:
            attributes = tuple(_said_anew(a, new.emoji[0], place) for a in latest.attributes)
            change.put(msgspec.structs.replace(latest, attributes=attributes))
    return await _shown(call, one.number)


def _said_anew(packed: bytes, alt: str, place: api.MaskCoords | None) -> bytes:
    """Return an attribute of a sticker that stands for something else, or lies elsewhere."""
    attribute = tl.decode(packed)
    if not isinstance(attribute, SetAttribute):
        return packed
    attribute.alt = alt
    if place is not None and isinstance(attribute, api.DocumentAttributeSticker):
        attribute.mask_coords = place
    return tl.encode(attribute, tl.LAYER)
