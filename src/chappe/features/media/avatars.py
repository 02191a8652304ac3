"""Photos of profiles and chats from what was uploaded: an image, or a film that moves in its place."""

import math
from typing import Any, Final, NamedTuple

from chappe.ports import Film, FilmRefused, Picture, SealedFile
from chappe.rpc import Call
from chappe.tl import errors

from . import rules
from .records import Content, File, Moving, Piece
from .taking import discarding, drop_upload, packed, picture_of, still_kept, take_photo
from .turns import FILMS, IMAGES
from .uploads import (
    USE_ERRORS,
    Uploaded,
    blind_of,
    charge,
    files_of,
    keep_bytes,
    keep_copy,
    read_whole,
    uploaded,
)

AVATAR_BYTES_MAX: Final = (
    8 * 1024 * 1024
)  # bytes of the film of a profile's photo; apps send 2 MiB at most
AVATAR_SIDE_MAX: Final = 1_280  # pixels of such a film's longer side; apps send 800
AVATAR_S_MAX: Final = 15.0  # seconds such a film plays; apps send ten
STILL_SIDE: Final = 640  # pixels of the frame that is shown where nothing moves
MP4: Final = b"ftyp"  # what an MP4 has behind the length of its first box

AVATAR_ERRORS: Final = (
    *USE_ERRORS, errors.PhotoFileMissing, errors.VideoFileInvalid, errors.ImageProcessFailed,
    errors.PhotoInvalidDimensions, errors.PhotoSaveFileInvalid,
)  # fmt: skip


class Made(NamedTuple):
    """A photo that is to be kept."""

    sizes: bytes  # one behind the other
    pieces: tuple[Piece, ...]
    stripped: bytes
    film: SealedFile | None = None  # to be copied
    moving: Moving | None = None


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
    blind = blind_of(call, form, film.sha256)
    file = await still_kept(call, blind)
    if file is None:
        frame = await _looked_at(call, film, start)
        async with IMAGES.turn(call.user):
            shown = frame.sizes[-1].jpeg
            if image is not None:
                shown = await read_whole(call, image, rules.PHOTO_BYTES_MAX)
            still = await picture_of(call, shown, "profile")
        moving = frame.width, frame.height, film.size, start
        file = await _keep(call, blind, Made(*packed(still), still.stripped, film.file, moving))
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
    files, filming = files_of(call), call.service("filming")

    async def read(offset: int, size: int) -> bytes:
        return await files.read(whole.file, offset, min(size, whole.size - offset))

    async with FILMS.turn(call.user):
        head = await read(0, 2 * len(MP4))
        try:
            film: Film = await filming.look(read, whole.size, start, voice=False, side=STILL_SIDE)
        except FilmRefused:
            raise errors.VideoFileInvalid from None
    if head[len(MP4) :] != MP4 or not _fits(film) or film.picture is None:
        raise errors.VideoFileInvalid
    return film.picture._replace(width=film.width, height=film.height)


def _fits(film: Film) -> bool:
    sides = max(film.width, film.height)
    return 0 < sides <= AVATAR_SIDE_MAX and film.duration <= AVATAR_S_MAX


async def _keep(call: Call, blind: str, made: Made) -> File:
    """Keep a photo, and what it was made of.

    Raises:
        errors.FileQuotaExceeded: there is no room for it.
    """
    kept, film, length = await keep_bytes(call, made.sizes), None, 0
    async with discarding(call, kept):
        if made.film is not None and made.moving is not None:
            length = made.moving[2]
            film = await keep_copy(call, made.film, length)
        async with discarding(call, film), call.change() as change:
            file = File(
                number=change.next("file"), kind="photo", date=call.now, size=len(made.sizes),
                mime="image/jpeg", pieces_file=kept, pieces=made.pieces, stripped=made.stripped,
                file=film, moving=made.moving,
            )  # fmt: skip
            change.put(file)
            change.put(Content(blind=blind, file=kept, size=file.size, number=file.number))
            await charge(change, file.size + length, call)
    return file


async def adopt(call: Call, other: File) -> File:
    """Return a photo of the caller's own that is like somebody else's, which stays theirs.

    Raises:
        errors.PhotoInvalid: its bytes are gone.
        errors.FileQuotaExceeded: there is no room for it.
    """
    if other.pieces_file is None:
        raise errors.PhotoInvalid
    blind = blind_of(call, "adopted", other.pieces_file.blob.encode())
    known = await still_kept(call, blind)
    if known is not None:
        return known
    sizes = await files_of(call).read(other.pieces_file, 0, other.size)
    if len(sizes) < other.size:
        raise errors.PhotoInvalid
    made = Made(sizes, other.pieces, other.stripped, other.file, other.moving)
    return await _keep(call, blind, made)
