"""What may become a sticker: bytes are opened apart and measured; other formats are written anew."""

from typing import Any, Final, NamedTuple

from chappe import tl
from chappe.features import files, media
from chappe.features.files import FILMS, IMAGES, File, files_of
from chappe.ports import FilmRefused, ImageRefused
from chappe.rpc import Call
from chappe.tl import api, errors

from .rules import (
    EMOJI_SIDE,
    STICKER_S_MAX,
    STICKER_SIDE,
    STILL_BYTES_MAX,
    TGS_BYTES_MAX,
    VIDEO_BYTES_MAX,
    SetKind,
    clean_words,
    emoji_of,
    mask_place,
)

STILL: Final = "image/webp"
MOVING: Final = "application/x-tgsticker"
VIDEO: Final = "video/webm"
ENDINGS: Final = {STILL: "webp", MOVING: "tgs", VIDEO: "webm"}
VIDEO_CODEC: Final = "vp9"
_GZIP, _EBML, _PNG = b"\x1f\x8b", b"\x1aE\xdf\xa3", b"\x89PNG"

CHECK_ERRORS: Final = (
    *media.NAME_ERRORS,
    errors.StickerDocumentInvalid,
    errors.StickerEmojiInvalid,
    errors.StickerFileInvalid,
    errors.StickerInvalid,
    errors.StickerPngDimensions,
    errors.StickerPngNopng,
    errors.StickerTgsNotgs,
    errors.StickerVideoBig,
    errors.StickerVideoNowebm,
)


class Measured(NamedTuple):
    """Bytes that may be a sticker."""

    data: bytes
    mime: str
    width: int
    height: int
    seconds: float = 0.0  # of a video


class CheckedSticker(NamedTuple):
    """A sticker that may be put into a set."""

    measured: Measured
    emoji: tuple[str, ...]
    words: tuple[str, ...]
    place: api.MaskCoords | None  # of a mask


async def checked(call: Call, given: api.InputStickerSetItem, kind: SetKind) -> CheckedSticker:
    """Return a sticker that somebody would have in a set of a kind.

    Raises:
        CHECK_ERRORS: it is none.
    """
    emoji = emoji_of(given.emoji)
    place = None
    if kind is SetKind.MASKS and given.mask_coords is not None:
        place = mask_place(given.mask_coords)
    if not isinstance(given.document, api.InputDocument):
        raise errors.StickerDocumentInvalid
    owner, file = await media.named_file(call, given.document, copying=True)
    measured = await measured_file(call, owner, file, kind.side)
    return CheckedSticker(measured, emoji, clean_words(given.keywords or ""), place)


async def measured_file(call: Call, owner: int, file: File, side: int) -> Measured:
    """Return the bytes of a document that are a sticker of a size, or the picture of a set.

    Raises:
        CHECK_ERRORS: they are not.
    """
    if file.kind != "document":
        raise errors.StickerDocumentInvalid
    if owner == files.OWNER:
        data = files.data_of(files.DRAWINGS[file.number].name)
    elif file.file is None:
        raise errors.StickerDocumentInvalid
    elif file.size > STILL_BYTES_MAX:
        raise errors.StickerVideoBig if file.mime == VIDEO else errors.StickerFileInvalid
    else:
        data = await files_of(call).read(file.file, 0, file.size)
    if data.startswith(_GZIP):
        return await _moving(call, data)
    if data.startswith(_EBML):
        return await _video(call, file, data, side)
    if file.mime == MOVING:
        raise errors.StickerTgsNotgs
    if file.mime == VIDEO:
        raise errors.StickerVideoNowebm
    return await _still(call, data, side)


async def _still(call: Call, data: bytes, side: int) -> Measured:
    imaging = call.context.ports.imaging
    try:
        async with call.context.own(IMAGES).turn(call.user):
            webp = await imaging.sticker(data, side)
    except ImageRefused as refused:
        if refused.reason == ImageRefused.DIMENSIONS:
            raise errors.StickerPngDimensions from None
        bad = errors.StickerFileInvalid if data.startswith(_PNG) else errors.StickerPngNopng
        raise bad from None
    width, height = webp_size(webp)
    if len(webp) > STILL_BYTES_MAX:
        raise errors.StickerFileInvalid
    if side == EMOJI_SIDE and width != height:
        raise errors.StickerPngDimensions
    return Measured(webp, STILL, width, height)


def webp_size(data: bytes) -> tuple[int, int]:
    """Return width and height of a WebP, which was opened before; see RFC 9649."""
    form, body = data[12:16], data[20:]
    if form == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if form == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    wide, high = body[6:8], body[8:10]
    return int.from_bytes(wide, "little") & 0x3FFF, int.from_bytes(high, "little") & 0x3FFF


async def _moving(call: Call, data: bytes) -> Measured:
    if len(data) > TGS_BYTES_MAX:
        raise errors.StickerTgsNotgs
    imaging = call.context.ports.imaging
    try:
        async with call.context.own(IMAGES).turn(call.user):
            found = await imaging.animation(data)
    except ImageRefused:
        raise errors.StickerTgsNotgs from None
    if (found.width, found.height) != (STICKER_SIDE, STICKER_SIDE) or found.seconds > STICKER_S_MAX:
        raise errors.StickerTgsNotgs
    return Measured(data, MOVING, found.width, found.height)


async def _video(call: Call, file: File, data: bytes, side: int) -> Measured:
    if len(data) > VIDEO_BYTES_MAX:
        raise errors.StickerVideoBig

    async def read(offset: int, length: int) -> bytes:
        return data[offset : offset + length]

    try:
        async with call.context.own(FILMS).turn(call.user):
            film = await call.context.ports.filming.look(read, len(data), 0.0, voice=False)
    except FilmRefused:
        raise errors.StickerVideoNowebm from None
    fits = max(film.width, film.height) == side and film.duration <= STICKER_S_MAX
    square = side != EMOJI_SIDE or film.width == film.height
    if film.codec != VIDEO_CODEC or film.sound or not fits or not square:
        raise errors.StickerVideoNowebm
    return Measured(data, VIDEO, film.width, film.height, film.duration)


def sticker_attributes(
    measured: Measured,
    kind: SetKind,
    given: Any,
    alt: str,
    place: api.MaskCoords | None,
    *,
    recoloured: bool,
) -> tuple[bytes, ...]:
    """Return the attributes of a sticker, packed; `given` names its set."""
    width, height = measured.width, measured.height
    size: Any = api.DocumentAttributeImageSize(w=width, h=height)
    if measured.mime == VIDEO:
        size = api.DocumentAttributeVideo(
            nosound=True, duration=measured.seconds, w=width, h=height, video_codec=VIDEO_CODEC
        )
    said: Any = api.DocumentAttributeSticker(
        mask=kind is SetKind.MASKS, alt=alt, stickerset=given, mask_coords=place
    )
    if kind is SetKind.EMOJI:  # free: nobody here has to have premium
        said = api.DocumentAttributeCustomEmoji(
            free=True, alt=alt, stickerset=given, text_color=recoloured
        )
    name = api.DocumentAttributeFilename(file_name=f"sticker.{ENDINGS[measured.mime]}")
    return tuple(tl.encode(a, tl.LAYER) for a in (size, said, name))
