"""Gate of sticker sets: whatever way a set is named, here it is found."""

from typing import Any, Final, NamedTuple
from zlib import crc32

import msgspec

from chappe import tl
from chappe.core import Kind, Owner
from chappe.features import accounts, files
from chappe.features.files import File, Where
from chappe.rpc import Call
from chappe.tl import api, errors
from chappe.updates import Context

from .drawn_sets import Kit, drawings_of, kit_numbered, kit_of
from .records import KeptStickers, SetSticker, StickerSet
from .rules import SetKind

NAMES: Final = "sticker_set"  # what short names are claimed as
SET_ID: Final = "sticker_set_id"  # the secret by which ids of sets are hidden
SetAttribute = api.DocumentAttributeSticker | api.DocumentAttributeCustomEmoji


class FoundSet(NamedTuple):
    """A set, whoever made it."""

    owner: int  # whose box it is in; `files.OWNER`: drawn by the server
    number: int
    id: int  # clients know it by
    kind: SetKind
    title: str
    short_name: str
    stickers: tuple[SetSticker, ...]
    hash: int  # changes when anything of it does
    kept: StickerSet | None = None  # None of what is drawn

    def input(self, context: Context) -> api.InputStickerSetID:
        """Return how clients name it."""
        return api.InputStickerSetID(
            id=self.id, access_hash=set_access_hash(context, self.owner, self.number, self.id)
        )


def sticker_set_id(context: Context, owner: int, number: int) -> int:
    """Return the id clients know a set by."""
    if owner == files.OWNER:
        return files.set_id(number)
    return files.hidden_id(context, SET_ID, owner, number)


def set_access_hash(context: Context, owner: int, number: int, known_as: int) -> int:
    """Return the access hash of a set, the same for all: whoever is shown one of its stickers has it."""
    if owner == files.OWNER:
        return files.set_hash(context, number)
    return context.keyed("sticker_set", known_as)


def _drawn(kit: Kit) -> FoundSet:
    drawings = drawings_of(kit)
    return FoundSet(
        owner=files.OWNER,
        number=kit.number,
        id=files.set_id(kit.number),
        kind=SetKind.EMOJI if kit.is_emoji else SetKind.STICKERS,
        title=kit.title,
        short_name=kit.short_name,
        stickers=tuple(
            SetSticker(number=one.number, emoji=(one.emoji,), words=one.words) for one in drawings
        ),
        hash=files.drawings_hash(tuple(one.number for one in drawings)),
    )


def found_set(context: Context, owner: int, kept: StickerSet) -> FoundSet:
    """Return a set that somebody has made."""
    body = msgspec.msgpack.encode((kept.revision, kept.number, owner))
    return FoundSet(
        owner=owner,
        number=kept.number,
        id=sticker_set_id(context, owner, kept.number),
        kind=SetKind(kept.kind),
        title=kept.title,
        short_name=kept.short_name,
        stickers=kept.stickers,
        hash=crc32(body) >> 1 or 1,
        kept=kept,
    )


async def _is_withheld(context: Context, owner: int) -> bool:
    """Whether nobody is shown the sets of an account: it is suspended, or staff have restricted it."""
    look = context.look(Owner(Kind.USER, owner))
    user = await look.get(accounts.User)
    if user is None or user.restrictions:
        return True
    return await accounts.suspension_of(look, int(context.clock.now())) is not None


async def set_at(context: Context, owner: int, number: int) -> FoundSet | None:
    """Return a set by whose it is; None if they or it are gone, or withheld by staff."""
    if owner == files.OWNER:
        kit = kit_numbered(number)
        return _drawn(kit) if kit is not None else None
    if not 0 < owner < 1 << 40 or number <= 0:
        return None
    kept = await context.look(Owner(Kind.USER, owner)).get(StickerSet, number)
    if kept is None or await _is_withheld(context, owner):
        return None
    return found_set(context, owner, kept)


async def named_in_box(context: Context, short_name: str) -> FoundSet | None:
    """Return the set that bears a name, written in capitals or not, whether or not it is shown to anybody."""
    owner = await accounts.find_owner(context, NAMES, short_name)
    if owner is None:
        return None
    for kept in await context.look(owner).scan(StickerSet):
        if kept.short_name.casefold() == short_name.casefold():
            return found_set(context, owner.id, kept)
    return None


async def set_named(context: Context, short_name: str) -> FoundSet | None:
    """Return the set that somebody has made under a name; None if there is none, or it is withheld."""
    one = await named_in_box(context, short_name)
    return None if one is None or await _is_withheld(context, one.owner) else one


async def find_set(context: Context, given: Any) -> FoundSet | None:
    """Return the set an InputStickerSet means; None if there is none such."""
    kit = kit_of(given)
    if kit is not None:
        return _drawn(kit)
    match given:
        case api.InputStickerSetShortName():
            return await set_named(context, given.short_name)
        case api.InputStickerSetID():
            if given.access_hash != context.keyed("sticker_set", given.id):
                return None
            return await set_at(context, *files.owner_and_number(context, given.id, SET_ID))
    return None


async def require_set(context: Context, given: Any) -> FoundSet:
    """Return the set an InputStickerSet means.

    Raises:
        errors.StickersetInvalid: there is none such.
    """
    one = await find_set(context, given)
    if one is None:
        raise errors.StickersetInvalid
    return one


def set_attribute(file: File) -> SetAttribute | None:
    """Return what a file says of the set it is in; None if it is no sticker."""
    for packed in file.attributes:
        attribute = tl.decode(packed)
        if isinstance(attribute, SetAttribute):
            return attribute
    return None


async def set_of_file(context: Context, owner: int, file: File) -> FoundSet | None:
    """Return the set a sticker is in; None if it is in none, or no longer."""
    attribute = set_attribute(file)
    given = attribute.stickerset if attribute is not None else None
    if not isinstance(given, api.InputStickerSetID):
        return None
    one = await find_set(context, given)
    if one is None or one.owner != owner:
        return None
    return one if any(s.number == file.number for s in one.stickers) else None


async def is_custom_emoji(context: Context, known_as: int) -> bool:
    """Whether a document is a custom emoji of some set, by the id that stands in texts and reactions."""
    owner, number = files.owner_and_number(context, known_as)
    file = await files.find_file(context, owner, number)
    one = await set_of_file(context, owner, file) if file is not None else None
    return one is not None and one.kind is SetKind.EMOJI


async def seen_sticker(call: Call, where: Where, owner: int, number: int) -> bool:
    """See `media.hooks.seen_sticker`."""
    if where.kind == files.KEPT:
        lists = await call.look().scan(KeptStickers)
        return any((s.owner, s.number) == (owner, number) for one in lists for s in one.stickers)
    one = await set_at(call.context, where.peer, where.id)
    if one is None or one.owner != owner:
        return False
    return any(s.number == number for s in one.stickers)


async def set_thumb(call: Call, given: api.InputStickerSetThumb) -> tuple[int, File] | None:
    """See `media.hooks.set_thumb`."""
    one = await find_set(call.context, given.stickerset)
    if one is None or one.kept is None or not one.kept.thumb:
        return None
    file = await files.find_file(call.context, one.owner, one.kept.thumb)
    return (one.owner, file) if file is not None else None
