"""Profile and chat photos made from an upload: an image, or a video."""

import math
from typing import Any, Final

from chappe.features import files
from chappe.features.files import (
    IMAGES,
    USE_ERRORS,
    File,
    Uploaded,
    content_index,
    files_of,
    read_whole,
    uploaded,
)
from chappe.ports import Film, FilmRefused, Picture
from chappe.rpc import Call
from chappe.tl import errors

from .input_media import (
    ProcessedPhoto,
    drop_upload,
    keep_photo,
    look_at_film,
    made_of,
    picture_of,
    still_kept,
    take_photo,
)

AVATAR_BYTES_MAX: Final = 8 * 1024 * 1024  # bytes of a film beside a name; apps send 2 MiB
AVATAR_SIDE_MAX: Final = 1_280  # pixels of such a film's longer side; apps send 800
AVATAR_S_MAX: Final = 15.0  # seconds such a film plays; apps send ten
STILL_SIDE: Final = 640  # pixels of the frame that is shown where nothing moves
MP4: Final = b"ftyp"  # what an MP4 has behind the length of its first box

AVATAR_ERRORS: Final = (
    *USE_ERRORS,
    errors.PhotoFileMissing,
    errors.VideoFileInvalid,
    errors.ImageProcessFailed,
    errors.PhotoInvalidDimensions,
    errors.PhotoSaveFileInvalid,
)


async def take_avatar(call: Call, given: Any) -> File:
    """Return the photo made of what a request or InputChatPhoto has: `file`, `video`, or both.

    Raises:
        AVATAR_ERRORS: there is nothing to show. A film has to be an MP4 that is short and small.
    """
    if given.video_emoji_markup is not None:  # nobody here has stickers or emoji to make it of
        raise errors.VideoFileInvalid
    if given.video is not None:
        return await _take_moving(call, given)
    if given.file is None:
        raise errors.PhotoFileMissing
    return await take_photo(call, given.file, "profile")


async def _take_moving(call: Call, given: Any) -> File:
    """Return the photo made of a film, and of an image to stand for it where there is one.

    For the same bytes it is the same one.
    """
    start = given.video_start_ts or 0.0
    start = start if math.isfinite(start) and start > 0 else 0.0
    film = await uploaded(call, given.video)
    image = await uploaded(call, given.file) if given.file is not None else None
    form = f"moving {start} {image.sha256.hex() if image else ''}"
    blind = content_index(call, form, film.sha256)
    file = await still_kept(call, blind)
    if file is None:
        frame = await _looked_at(call, film, start)
        async with call.context.own(IMAGES).turn(call.user):
            shown = frame.sizes[-1].jpeg
            if image is not None:
                shown = await read_whole(call, image, files.PHOTO_BYTES_MAX)
            still = await picture_of(call, shown, "profile")
        moving = frame.width, frame.height, film.size, start
        made = made_of(still)._replace(film=film.file, moving=moving)
        file = await keep_photo(call, made, blind)
    if image is not None:
        await drop_upload(call, given.file, image)
    await drop_upload(call, given.video, film)
    return file


async def _looked_at(call: Call, whole: Uploaded, start: float) -> Picture:
    """Return the frame of a film that is to stand for it, with the film's own sides.

    Raises:
        errors.VideoFileInvalid: it is none that can be shown beside a name.
    """
    if whole.size > AVATAR_BYTES_MAX:
        raise errors.VideoFileInvalid
    head = await files_of(call).read(whole.file, 0, min(2 * len(MP4), whole.size))
    if head[len(MP4) :] != MP4:
        raise errors.VideoFileInvalid
    try:
        film = await look_at_film(call, whole.file, whole.size, start, side=STILL_SIDE)
    except FilmRefused:
        raise errors.VideoFileInvalid from None
    if film.picture is None or not _fits(film):
        raise errors.VideoFileInvalid
    return film.picture._replace(width=film.width, height=film.height)


def _fits(film: Film) -> bool:
    sides = max(film.width, film.height)
    return 0 < sides <= AVATAR_SIDE_MAX and film.duration <= AVATAR_S_MAX


async def adopt(call: Call, other: File) -> File:
    """Return a photo of the caller's own that is like somebody else's, which stays theirs.

    Raises:
        errors.PhotoInvalid, errors.FilePartMissing: its bytes are gone.
        errors.FileQuotaExceeded: there is no room for it.
    """
    if other.pieces_file is None:
        raise errors.PhotoInvalid
    blind = content_index(call, "adopted", other.pieces_file.blob.encode())
    known = await still_kept(call, blind)
    if known is not None:
        return known
    sizes = await files_of(call).read(other.pieces_file, 0, other.size)
    if len(sizes) < other.size:
        raise errors.PhotoInvalid
    made = ProcessedPhoto(sizes, other.pieces, other.stripped, other.file, other.moving)
    return await keep_photo(call, made, blind)
