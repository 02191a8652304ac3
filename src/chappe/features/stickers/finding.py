"""Methods that find stickers by emoji, by word, by the id of a custom emoji; and sets that are featured."""

from collections.abc import Iterable
from typing import Any, Final

from chappe.features import files, media
from chappe.features.files import File, Where, find_file
from chappe.rpc import Call, Needs, method
from chappe.tl import api
from chappe.updates import Viewer

from .access import FoundSet, set_at, set_named, set_of_file
from .drawn_sets import OFFERED
from .installed import installed, installed_one
from .kept import shown_stickers
from .records import KeptKind, SetSticker
from .rules import SetKind, bare, is_short_name
from .views import show_covered

CUSTOM_EMOJI_MAX: Final = 200  # custom emoji asked for in one call
FOUND_MAX: Final = 200  # stickers one search finds
SOUGHT_CHARACTERS_MAX: Final = 256  # characters of what is searched for
GREETING: Final = "⭐"  # what apps write behind an emoji when they look for a greeting


async def _known_sets(call: Call, kind: SetKind) -> list[FoundSet]:
    """Return the sets the caller has installed, and those that are featured."""
    keys = [(s.owner, s.number) for s in await installed(call.look(), kind) if not s.archived]
    keys += [(files.OWNER, kit.number) for kit in OFFERED]
    sets = [await set_at(call.context, *key) for key in dict.fromkeys(keys)]
    return [one for one in sets if one is not None and one.kind is kind]


async def _show(
    viewer: Viewer, chosen: Iterable[tuple[FoundSet, SetSticker]]
) -> list[api.Document]:
    """Return stickers of sets as documents; those that are gone are left out."""
    shown = []
    for one, sticker in chosen:
        file = await find_file(viewer.context, one.owner, sticker.number)
        if file is not None:
            where = Where(files.IN_SET, one.owner, one.number)
            shown.append(media.show_document(viewer, one.owner, file, where))
    return shown


def _matching(
    sets: Iterable[FoundSet], emoji: set[str], words: str
) -> list[tuple[FoundSet, SetSticker]]:
    """Return the stickers that stand for one of some emoji, or are found by a word."""
    found = []
    for one in sets:
        for sticker in one.stickers:
            stands = any(bare(e) in emoji for e in sticker.emoji)
            if stands or (words and any(w.startswith(words) for w in sticker.words)):
                found.append((one, sticker))
    return found[:FOUND_MAX]


# -- stickers ---------------------------------------------------------------------------------------


@method(
    api.MessagesGetStickers,
)
async def get_stickers(call: Call, request: api.MessagesGetStickers) -> api.TypeMessagesStickers:
    """Return the stickers of an emoji: favourites first, then of the caller's sets and the server's."""
    emoji = bare(request.emoticon).replace(GREETING, "") or GREETING
    viewer = call.viewer()
    faved = await shown_stickers(call, KeptKind.FAVED)
    liked = {number for p in faved.packs if p.emoticon == emoji for number in p.documents}
    shown = [one for one in faved.documents if one.id in liked]
    sets = await _known_sets(call, SetKind.STICKERS)
    others = await _show(viewer, _matching(sets, {emoji}, ""))
    shown += [one for one in others if one.id not in liked]
    hashed = media.list_hash(one.id for one in shown)
    if hashed and hashed == request.hash:
        return api.MessagesStickersNotModified()
    return api.MessagesStickers(hash=hashed, stickers=shown)


@method(
    api.MessagesSearchStickers,
)
async def search_stickers(
    call: Call, request: api.MessagesSearchStickers
) -> api.TypeMessagesFoundStickers:
    """Return stickers, or custom emoji, by emoji or word, of sets the caller has or the server features."""
    kind = SetKind.EMOJI if request.emojis else SetKind.STICKERS
    words = request.q[:SOUGHT_CHARACTERS_MAX].strip().casefold()
    emoji = set(bare(request.emoticon[:SOUGHT_CHARACTERS_MAX])) - {"\u200d"}
    emoji |= {bare(request.emoticon), bare(words)} - {""}
    found = _matching(await _known_sets(call, kind), emoji, words)
    start = max(request.offset, 0)
    end = start + min(max(request.limit, 0), FOUND_MAX)
    shown = await _show(call.viewer(), found[start:end])
    following = end if end < len(found) else None
    hashed = media.list_hash(one.id for one in shown)
    if hashed and hashed == request.hash:
        return api.MessagesFoundStickersNotModified(next_offset=following)
    return api.MessagesFoundStickers(next_offset=following, hash=hashed, stickers=shown)


# -- custom emoji -----------------------------------------------------------------------------------


@method(
    api.MessagesSearchCustomEmoji,
)
async def search_custom_emoji(
    call: Call, request: api.MessagesSearchCustomEmoji
) -> api.TypeEmojiList:
    """Return the custom emoji that stand for an emoji, of sets the caller has or the server features."""
    emoji = bare(request.emoticon[:SOUGHT_CHARACTERS_MAX])
    found = _matching(await _known_sets(call, SetKind.EMOJI), {emoji}, "")
    ids = [files.file_id(call.context, one.owner, sticker.number) for one, sticker in found]
    hashed = media.list_hash(ids)
    if hashed and hashed == request.hash:
        return api.EmojiListNotModified()
    return api.EmojiList(hash=hashed, document_id=ids)


@method(api.MessagesGetCustomEmojiDocuments, needs=Needs.LOGIN)
async def get_custom_emoji_documents(
    call: Call, request: api.MessagesGetCustomEmojiDocuments
) -> list[api.Document]:
    """Return custom emoji by their ids, as they stand in texts; unknown ones are left out."""
    shown, viewer = [], call.viewer()
    for known_as in list(dict.fromkeys(request.document_id))[:CUSTOM_EMOJI_MAX]:
        owner, number = files.owner_and_number(call.context, known_as)
        file: File | None = await find_file(call.context, owner, number)
        one = await set_of_file(call.context, owner, file) if file is not None else None
        if file is not None and one is not None and one.kind is SetKind.EMOJI:
            where = Where(files.IN_SET, one.owner, one.number)
            shown.append(media.show_document(viewer, owner, file, where))
    return shown


# -- sets -------------------------------------------------------------------------------------------


async def _found_sets(call: Call, request: Any, kind: SetKind) -> api.TypeMessagesFoundStickerSets:
    """Return sets by their names: those the caller knows, and one whose whole short name is given."""
    sought = request.q[:SOUGHT_CHARACTERS_MAX].strip().casefold()
    known = [
        one
        for one in await _known_sets(call, kind)
        if not (request.exclude_featured and one.owner == files.OWNER)
    ]
    sets = [
        one
        for one in known
        if sought and (sought in one.title.casefold() or sought in one.short_name.casefold())
    ]
    if is_short_name(sought):
        exact = await set_named(call.context, sought)
        if exact is not None and exact.kind is kind and all(one.id != exact.id for one in sets):
            sets.insert(0, exact)
    hashed = media.list_hash(number for one in sets for number in (one.id, one.hash))
    if hashed and hashed == request.hash:
        return api.MessagesFoundStickerSetsNotModified()
    viewer = call.viewer()
    shown = [await show_covered(viewer, one, await installed_one(call, one)) for one in sets]
    return api.MessagesFoundStickerSets(hash=hashed, sets=shown)


@method(
    api.MessagesSearchStickerSets,
)
async def search_sticker_sets(
    call: Call, request: api.MessagesSearchStickerSets
) -> api.TypeMessagesFoundStickerSets:
    """Return sticker sets by name: those the caller has, the server's, and any by its whole short name."""
    return await _found_sets(call, request, SetKind.STICKERS)


@method(
    api.MessagesSearchEmojiStickerSets,
)
async def search_emoji_sticker_sets(
    call: Call, request: api.MessagesSearchEmojiStickerSets
) -> api.TypeMessagesFoundStickerSets:
    """Return sets of custom emoji by name, likewise."""
    return await _found_sets(call, request, SetKind.EMOJI)


async def _featured(call: Call, kind: SetKind, hashed: int) -> api.TypeMessagesFeaturedStickers:
    sets = [await set_at(call.context, files.OWNER, kit.number) for kit in OFFERED]
    ours = [one for one in sets if one is not None and one.kind is kind]
    now = media.list_hash(number for one in ours for number in (one.id, one.hash))
    if now == hashed:
        return api.MessagesFeaturedStickersNotModified(count=len(ours))
    viewer = call.viewer()
    shown = [await show_covered(viewer, one, await installed_one(call, one)) for one in ours]
    return api.MessagesFeaturedStickers(hash=now, count=len(shown), sets=shown, unread=[])


@method(
    api.MessagesGetFeaturedStickers,
)
async def get_featured_stickers(
    call: Call, request: api.MessagesGetFeaturedStickers
) -> api.TypeMessagesFeaturedStickers:
    """Return the sticker sets the server offers: its own."""
    return await _featured(call, SetKind.STICKERS, request.hash)


@method(
    api.MessagesGetFeaturedEmojiStickers,
)
async def get_featured_emoji_stickers(
    call: Call, request: api.MessagesGetFeaturedEmojiStickers
) -> api.TypeMessagesFeaturedStickers:
    """Return the sets of custom emoji the server offers: its own."""
    return await _featured(call, SetKind.EMOJI, request.hash)
