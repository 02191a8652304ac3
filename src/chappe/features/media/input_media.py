"""Conversion of InputMedia to the media reference that a message keeps."""

import hashlib
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, NamedTuple

import msgspec

from chappe import tl
from chappe.features import accounts, files, privacy
from chappe.features.files import (
    FILMS,
    IMAGES,
    USE_ERRORS,
    Content,
    File,
    MediaRef,
    Moving,
    Piece,
    Upload,
    Uploaded,
    at_hand,
    charge,
    content_index,
    files_of,
    keep_alone,
    keep_bytes,
    keep_content,
    keep_copy,
    read_whole,
    uploaded,
    used,
)
from chappe.ports import (
    THUMB_SIDE,
    Film,
    FilmRefused,
    ImageRefused,
    Picture,
    SealedFile,
)
from chappe.rpc import Call
from chappe.tl import api, errors
from chappe.updates import Change

from . import live_location, rules
from .access import NAME_ERRORS, named_file
from .medium import MEDIUMS
from .search_words import plain, said_by_file

TAKE_ERRORS: Final = (
    *USE_ERRORS,
    *NAME_ERRORS,
    errors.MediaEmpty,
    errors.MediaInvalid,
    errors.PhotoInvalidDimensions,
    errors.ImageProcessFailed,
    errors.PhotoSaveFileInvalid,
    errors.TtlMediaInvalid,
    errors.WebpageMediaEmpty,
    errors.ExternalUrlInvalid,
)
SENT_PHOTO: Final = "photo"  # what is made of an image that is sent in a message
UNCOUNTED: Final = -1  # instead of the number of messages that show a file
DICE: Final = {"🎲": 6, "🎯": 6, "🏀": 5, "⚽": 5, "🎳": 6, "🎰": 64}  # faces
VANISHING: Final = frozenset({"send_photos", "send_videos", "send_voices", "send_roundvideos"})
TEXT_CHARACTERS_MAX: Final = 256  # characters of a contact's or place's name
VCARD_CHARACTERS_MAX: Final = 4096  # characters of a contact's card
DOCUMENT_THUMB_MAX: Final = (
    10 * 1024 * 1024
)  # bytes of an image document of which a thumbnail is made


async def take_media(call: Call, given: Any) -> MediaRef:
    """Return what a message keeps of an InputMedia. Files are kept by then, whatever comes next.

    Raises:
        TAKE_ERRORS: it cannot be sent.
    """
    ttl = rules.check_media_ttl(given)
    kept = await _take_file(call, given, alone=bool(ttl))
    if kept is None:
        return await _take_plain(call, given)
    if ttl and kept.right not in VANISHING:
        raise errors.TtlMediaInvalid
    moment = getattr(given, "video_timestamp", None) or 0
    return msgspec.structs.replace(
        kept,
        ttl=ttl,
        spoiler=bool(getattr(given, "spoiler", False)),
        cover=await _cover(call, given),
        timestamp=min(max(moment, 0), rules.DURATION_S_MAX),
    )


async def _cover(call: Call, given: Any) -> tuple[int, int]:
    """Return the photo an InputMedia shows before a film."""
    wanted = getattr(given, "video_cover", None)
    if not isinstance(wanted, api.InputPhoto):
        return 0, 0
    owner, file = await named_file(call, wanted, copying=True)
    if file.kind != "photo":
        raise errors.MediaInvalid
    return owner, file.number


async def _take_file(call: Call, given: Any, *, alone: bool) -> MediaRef | None:
    """Return what a message keeps of the file an InputMedia has or names; None if it has none."""
    match given:
        case api.InputMediaUploadedPhoto():
            file = await take_photo(call, given.file, SENT_PHOTO, alone=alone)
        case api.InputMediaUploadedDocument():
            file = await _take_document(call, given, alone=alone)
        case api.InputMediaPhoto() | api.InputMediaDocument():
            owner, file = await named_file(call, given.id, copying=True)
            wanted = "photo" if isinstance(given, api.InputMediaPhoto) else "document"
            if file.kind != wanted:
                raise errors.MediaInvalid
            return media_ref_of(owner, file)
        case api.InputMediaEmpty():
            raise errors.MediaEmpty
        case api.InputMediaWebPage():
            raise errors.WebpageMediaEmpty
        case api.InputMediaPhotoExternal() | api.InputMediaDocumentExternal():
            raise errors.ExternalUrlInvalid  # nothing is fetched from where a client says
        case _:
            return None
    return media_ref_of(call.user, file)


def media_ref_of(owner: int, file: File) -> MediaRef:
    """Return what a message keeps of a file."""
    right = rules.right_of_file(file)
    said = said_by_file(file)
    return MediaRef(kind=file.kind, right=right, owner=owner, number=file.number, said=said)


# -- photos and thumbnails --------------------------------------------------------------------------


async def picture_of(call: Call, data: bytes, form: str) -> Picture:
    """Return the sizes of an image.

    Raises:
        errors.ImageProcessFailed, errors.PhotoInvalidDimensions
    """
    imaging = call.context.ports.imaging
    try:
        return await imaging.make(data, form)
    except ImageRefused as refused:
        if refused.reason == ImageRefused.DIMENSIONS:
            raise errors.PhotoInvalidDimensions from None
        raise errors.ImageProcessFailed from None


def packed(picture: Picture) -> tuple[bytes, tuple[Piece, ...]]:
    """Return the sizes of a picture one behind the other, and where each is."""
    data, pieces = b"", []
    for size in picture.sizes:
        pieces.append((size.type, size.width, size.height, len(data), len(size.jpeg)))
        data += size.jpeg
    return data, tuple(pieces)


async def take_photo(call: Call, given: Any, form: str, *, alone: bool = False) -> File:
    """Return the photo made of an uploaded image, the same one for the same bytes.

    With `alone`, it is the same only for the same upload, and shares its bytes with no other.

    Raises:
        USE_ERRORS, errors.ImageProcessFailed, errors.PhotoInvalidDimensions
    """
    whole = await uploaded(call, given)
    blind = content_index(call, f"{form} {given.id}" if alone else form, whole.sha256)
    known = await still_kept(call, blind)
    if known is not None:
        await drop_upload(call, given, whole)
        return known
    async with call.context.own(IMAGES).turn(call.user):
        data = await read_whole(call, whole, files.PHOTO_BYTES_MAX)
        picture = await picture_of(call, data, form)
    uses = 0 if form == SENT_PHOTO else UNCOUNTED
    made = made_of(picture)
    file = await keep_photo(call, made, blind, whole.sha256, alone=alone, uses=uses)
    await drop_upload(call, given, whole)
    return file


class ProcessedPhoto(NamedTuple):
    """What was made of an image, or of a film that moves in its place."""

    sizes: bytes  # one behind the other
    pieces: tuple[Piece, ...]
    stripped: bytes
    film: SealedFile | None = None  # of which a copy is kept
    moving: Moving | None = None


def made_of(picture: Picture) -> ProcessedPhoto:
    """Return what is kept of a picture."""
    return ProcessedPhoto(*packed(picture), picture.stripped)


async def keep_photo(
    call: Call,
    made: ProcessedPhoto,
    blind: str,
    sha256: bytes = b"",
    *,
    alone: bool = False,
    uses: int = UNCOUNTED,
) -> File:
    """Keep a photo, and under `blind` what it was made of.

    Raises:
        errors.FileQuotaExceeded: there is no room for it.
        errors.FilePartMissing: its film is gone.
    """
    kept, film, film_bytes = await keep_bytes(call, made.sizes), None, 0
    async with discarding(call, kept):
        if made.film is not None and made.moving is not None:
            film_bytes = made.moving[2]
            film = await keep_copy(call, made.film, film_bytes)
        async with discarding(call, film), call.change() as change:
            file = File(
                number=change.next("file"),
                kind="photo",
                date=call.now,
                size=len(made.sizes),
                mime="image/jpeg",
                pieces_file=kept,
                pieces=made.pieces,
                stripped=made.stripped,
                sha256=sha256,
                alone=alone,
                uses=uses,
                file=film,
                moving=made.moving,
            )
            change.put(file)
            change.put(Content(blind=blind, file=kept, size=file.size, number=file.number))
            await charge(change, file.size + film_bytes, call)
    return file


async def still_kept(call: Call, blind: str) -> File | None:
    """Return what was made of some bytes in this form before; None if nothing is left of it."""
    return await _at_hand(call, await call.look().get(Content, blind))


async def _at_hand(call: Call, content: Content | None) -> File | None:
    """Return what was made of some bytes before, which is to be sent once more; None if nothing is left."""
    if content is None or not content.number:
        return None
    file = await call.look().get(File, content.number)
    if file is None or not file.unused:
        return file
    async with call.change() as change:
        return await at_hand(change, content.number)


async def photo_of_bytes(call: Call, data: bytes) -> File | None:
    """Return the photo made of an image that was fetched; None if nothing can be made or kept of it."""
    sha256 = hashlib.sha256(data).digest()
    blind = content_index(call, "page", sha256)
    known = await call.look().get(Content, blind)
    file = await call.look().get(File, known.number) if known is not None else None
    if file is not None:
        return file
    try:
        async with call.context.own(IMAGES).turn(call.user):
            picture = await picture_of(call, data, "photo")
        return await keep_photo(call, made_of(picture), blind, sha256)
    except (
        errors.ImageProcessFailed,
        errors.PhotoInvalidDimensions,
        errors.FileQuotaExceeded,
        errors.StorageFull,
        errors.FloodWait,
    ):
        return None


@asynccontextmanager
async def discarding(call: Call, file: SealedFile | None) -> AsyncIterator[None]:
    """Remove a file again if what names it cannot be kept."""
    try:
        yield
    except BaseException:
        if file is not None:
            await call.context.ports.files.delete(file)
        raise


async def drop_upload(call: Call, given: Any, whole: Uploaded) -> None:
    """Let go of the bytes of an upload of which something else was made."""
    async with call.change() as change:
        document = await change.get(Content, content_index(call, "document", whole.sha256))
        await _forget(call, change, given.id, whole)
    if document is None or document.file != whole.file:
        await call.context.ports.files.delete(whole.file)


async def _forget(call: Call, change: Any, given: int, whole: Uploaded) -> None:
    upload = await change.get(Upload, given)
    if upload is not None and not upload.sha256:
        await charge(change, -whole.size, call)
    await used(change, given, whole.sha256)


def attributes_of(given: api.InputMediaUploadedDocument) -> list[Any]:
    """Return the attributes of a document as they are kept; a GIF moves unless sent as a file."""
    attributes = rules.clean_attributes(given.attributes, silent=given.nosound_video)
    moves = any(isinstance(a, api.DocumentAttributeAnimated) for a in attributes)
    if rules.clean_mime(given.mime_type) == "image/gif" and not given.force_file and not moves:
        attributes.append(api.DocumentAttributeAnimated())
    return attributes


def right_wanted(given: Any) -> str | None:
    """Return which right an InputMedia needs, as far as it shows by itself."""
    match given:
        case api.InputMediaUploadedPhoto():
            return "send_photos"
        case api.InputMediaUploadedDocument():
            return rules.document_right(attributes_of(given))
        case api.InputMediaPhoto() | api.InputMediaDocument():
            return None
        case api.InputMediaPoll() | api.InputMediaTodo():
            return "send_polls"
    return "send_plain"


# -- documents --------------------------------------------------------------------------------------


async def _take_document(call: Call, given: api.InputMediaUploadedDocument, *, alone: bool) -> File:
    whole = await uploaded(call, given.file)
    mime = rules.clean_mime(given.mime_type)
    attributes = rules.settle_sticker(mime, whole.size, attributes_of(given))
    if not any(isinstance(a, api.DocumentAttributeFilename) for a in attributes) and whole.name:
        name = rules.clean_file_name(whole.name)
        attributes.append(api.DocumentAttributeFilename(file_name=name))
    keep = keep_alone if alone else keep_content
    content = await keep(call, given.file, whole)
    film = None
    if rules.may_play(mime, attributes):
        try:
            film = await _film_of(call, given, attributes, content)
        except FilmRefused as refused:  # what could not be looked at stays what its sender says
            if refused.reason == FilmRefused.NOT_A_FILM:
                mime, attributes = rules.without_claims(mime, attributes)
        else:
            attributes = rules.settle_attributes(
                mime, attributes, film, as_file=given.force_file, still=given.nosound_video
            )
    picture = await _thumb_of(call, given, mime, content)
    if picture is None and film is not None:
        picture = film.picture
    has_size = any(
        isinstance(a, api.DocumentAttributeImageSize | api.DocumentAttributeVideo)
        for a in attributes
    )
    if picture is not None and given.thumb is None and not has_size:
        attributes.append(api.DocumentAttributeImageSize(w=picture.width, h=picture.height))
    encoded = tuple(tl.encode(a, tl.LAYER) for a in attributes)
    known = await _at_hand(call, content)
    if known is not None and (known.mime, known.attributes) == (mime, encoded):
        return known
    made, pieces = packed(picture) if picture is not None else (b"", ())
    kept = await keep_bytes(call, made) if made else None
    async with discarding(call, kept), call.change() as change:
        file = File(
            number=change.next("file"),
            kind="document",
            date=call.now,
            file=content.file,
            size=content.size,
            mime=mime,
            attributes=encoded,
            pieces_file=kept,
            pieces=pieces,
            stripped=picture.stripped if picture is not None else b"",
            sha256=whole.sha256,
            alone=alone,
            uses=0,
        )
        change.put(file)
        if not alone:
            change.put(await _named_by(change, content, file.number))
        if made:
            await charge(change, len(made), call)
    return file


async def _named_by(change: Change, content: Content, number: int) -> Content:
    """Return a content with one more file made of it.

    Raises:
        errors.FilePartMissing: the last message that showed it has gone meanwhile, and its bytes.
    """
    latest = await change.get(Content, content.blind)
    if latest is None:
        raise errors.FilePartMissing(0)
    counted = latest.files or not latest.number  # of older ones nobody knows how many there are
    files = latest.files + 1 if counted else 0
    return msgspec.structs.replace(latest, number=number, files=files)


async def _film_of(
    call: Call, given: api.InputMediaUploadedDocument, attributes: list[Any], content: Content
) -> Film:
    """Return what a film or sound is found to be.

    Raises:
        FilmRefused: it is neither, or cannot be looked at.
    """
    voice = any(isinstance(a, api.DocumentAttributeAudio) and a.voice for a in attributes)
    moments = [float(getattr(a, "video_start_ts", 0) or 0) for a in given.attributes]
    start = next((m for m in moments if math.isfinite(m) and m > 0), 0.0)
    said = [float(getattr(a, "duration", 0)) for a in attributes]
    return await look_at_film(
        call, content.file, content.size, start, voice=voice, said_s=max(said, default=0.0)
    )


async def look_at_film(
    call: Call,
    file: SealedFile,
    size: int,
    start: float,
    *,
    voice: bool = False,
    side: int = THUMB_SIDE,
    said_s: float = 0.0,
) -> Film:
    """Return what a film or sound of `size` bytes is found to be.

    Raises:
        FilmRefused: it is neither, or cannot be looked at.
    """
    files, filming = files_of(call), call.context.ports.filming

    async def read(offset: int, length: int) -> bytes:
        return await files.read(file, offset, min(length, size - offset))

    async with call.context.own(FILMS).turn(call.user):
        film: Film = await filming.look(read, size, start, voice=voice, side=side, said_s=said_s)
    return film


async def _thumb_of(
    call: Call, given: api.InputMediaUploadedDocument, mime: str, content: Content
) -> Picture | None:
    """Return the thumbnail a client sent, or that of an image. A bad one is no thumbnail."""
    if given.thumb is not None:
        whole = await uploaded(call, given.thumb)
        async with call.context.own(IMAGES).turn(call.user):
            data = await read_whole(call, whole, rules.THUMB_BYTES_MAX)
            picture = await _thumb_made(call, data)
        await drop_upload(call, given.thumb, whole)
        return picture
    if not mime.startswith("image/") or content.size > DOCUMENT_THUMB_MAX:
        return None
    async with call.context.own(IMAGES).turn(call.user):
        return await _thumb_made(call, await files_of(call).read(content.file, 0, content.size))


async def _thumb_made(call: Call, data: bytes) -> Picture | None:
    imaging = call.context.ports.imaging
    try:
        return await imaging.make(data, "thumb")
    except ImageRefused:
        return None


# -- what needs no file -----------------------------------------------------------------------------


async def _take_plain(call: Call, given: Any) -> MediaRef:
    match given:
        case api.InputMediaContact():
            media: Any = await _contact(call, given)
        case api.InputMediaGeoPoint():
            media = api.MessageMediaGeo(geo=_point(given.geo_point))
        case api.InputMediaGeoLive():
            media = live_location.new_live_location(given, _point(given.geo_point))
        case api.InputMediaVenue():
            media = api.MessageMediaVenue(
                geo=_point(given.geo_point),
                title=_text(given.title),
                address=_text(given.address),
                provider=_text(given.provider),
                venue_id=_text(given.venue_id),
                venue_type=_text(given.venue_type),
            )
        case api.InputMediaDice():
            emoji = given.emoticon.replace("\ufe0f", "")  # which some keyboards write behind it
            faces = DICE.get(emoji)
            if faces is None:
                raise errors.MediaInvalid
            value = int.from_bytes(call.context.entropy.token(8), "big") % faces + 1
            media = api.MessageMediaDice(value=value, emoticon=emoji)
        case _:
            medium = call.context.own(MEDIUMS).sent(given)
            if medium is None:
                raise errors.MediaInvalid
            return await medium.take(call, given)
    return plain(media)


def _text(text: str) -> str:
    return rules.clean_text(text, TEXT_CHARACTERS_MAX)


def _point(given: Any) -> api.GeoPoint:
    if not isinstance(given, api.InputGeoPoint):
        raise errors.MediaInvalid
    if not (math.isfinite(given.lat) and math.isfinite(given.long)):
        raise errors.MediaInvalid
    if abs(given.lat) > 90 or abs(given.long) > 180:  # noqa: PLR2004  degrees
        raise errors.MediaInvalid
    return api.GeoPoint(
        lat=given.lat, long=given.long, access_hash=0, accuracy_radius=given.accuracy_radius
    )


def move(kept: MediaRef, given: api.InputMediaGeoLive, age: int) -> MediaRef:
    """Return what a message keeps of a place that moves, moved on; see `live_location.moved`."""
    point = None if given.stopped else _point(given.geo_point)
    return live_location.moved(kept, given, point, age=age)


async def _contact(call: Call, given: api.InputMediaContact) -> api.MessageMediaContact:
    """Return a contact; it says who it is only if the sender knows them by this number.

    Who wrote a number down does not know by that whose it is: they may have guessed it.
    """
    user = 0
    try:
        digits = accounts.clean_phone(given.phone_number)
    except errors.PhoneNumberInvalid:  # what an address book has is sent as it is
        digits = ""
    found = await accounts.user_by_phone(call.context, digits) if digits else None
    if found is not None:
        contact = await call.look().get(accounts.Contact, found)
        known = contact is not None and await _knows(call, contact, digits)
        user = found if found == call.user or known else 0
    return api.MessageMediaContact(
        phone_number=_text(given.phone_number),
        first_name=_text(given.first_name),
        last_name=_text(given.last_name),
        user_id=user,
        vcard=given.vcard[:VCARD_CHARACTERS_MAX].replace("\0", ""),
    )


async def _knows(call: Call, contact: accounts.Contact, phone: str) -> bool:
    """Whether the caller learnt a contact's number by an import, or is shown it."""
    if contact.found and contact.phone == phone:
        return True
    return await privacy.may_see(call.viewer(), contact.user, "phone")
