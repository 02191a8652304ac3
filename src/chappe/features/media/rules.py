"""Rules for files and their attributes, as pure functions."""

import math
import re
from collections.abc import Iterable
from typing import Any, Final

from chappe import tl
from chappe.core import clean_line
from chappe.features.files import ONCE, File
from chappe.ports import Film
from chappe.tl import api, errors

FETCHED_BYTES_MAX: Final = 1024 * 1024  # bytes one upload.getFile may ask for
PRECISE_BYTES_UNIT: Final = 1024  # bytes a precise range is a multiple of
RANGE_BYTES_UNIT: Final = 4096  # bytes any other range is a multiple of
HASHED_BYTES: Final = 128 * 1024  # bytes behind each hash of upload.getFileHashes
HASHES_MAX: Final = 8  # hashes in one answer
THUMB_BYTES_MAX: Final = 512 * 1024  # bytes of a thumbnail a client sends
FILE_NAME_CHARACTERS_MAX: Final = 255  # characters of a file's name
TITLE_CHARACTERS_MAX: Final = 256  # characters of a piece of music's title or performer
WAVEFORM_BYTES_MAX: Final = 128  # bytes of a voice message's waveform
SIDE_MAX: Final = 16_384  # pixels of a side a document may claim
DURATION_S_MAX: Final = 7 * 86_400  # seconds of sound or film a document may claim
STICKER_BYTES_MAX: Final = 512 * 1024  # bytes of a picture or film that is shown without a bubble
STICKER_EMOJI_CHARACTERS_MAX: Final = 16  # characters of the emoji a sticker stands for
STICKERS: Final = frozenset({"image/webp", "application/x-tgsticker", "video/webm"})
MIME_CHARACTERS_MAX: Final = 128  # characters of a MIME type
DURATION_TOLERANCE_S: Final = 1.5  # seconds by which what a client says of a length may be off
INLINE_FILMS: Final = frozenset(
    {"video/mp4", "video/quicktime"}
)  # what apps show as films by themselves
LOOKED_AT: Final = frozenset(
    {
        f"video/{form}"
        for form in (
            "mp4",
            "x-m4v",
            "quicktime",
            "3gpp",
            "3gpp2",
            "webm",
            "x-matroska",
            "ogg",
            "mpeg",
            "mp2t",
            "x-msvideo",
            "avi",
            "msvideo",
            "x-flv",
        )
    }
    | {
        f"audio/{form}"
        for form in (
            "mpeg",
            "mp3",
            "mpeg3",
            "mp4",
            "m4a",
            "x-m4a",
            "aac",
            "x-aac",
            "aacp",
            "ogg",
            "opus",
            "vorbis",
            "wav",
            "x-wav",
            "wave",
            "vnd.wave",
            "flac",
            "x-flac",
            "amr",
            "amr-wb",
            "3gpp",
            "3gpp2",
            "webm",
            "x-matroska",
            "x-caf",
        )
    }
)
PLAIN_MIME: Final = "application/octet-stream"  # promises nothing
TTL_S_MAX: Final = 60  # seconds a medium that vanishes may be looked at
ONCE_S: Final = 60  # seconds within which an app fetches what is to be seen once
ATTRIBUTES_MAX: Final = 10  # attributes of a document that are looked at

_MIME = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")
_64_BITS: Final = (1 << 64) - 1
_TYPES: Final = {
    "image/jpeg": api.StorageFileJpeg,
    "image/png": api.StorageFilePng,
    "image/gif": api.StorageFileGif,
    "image/webp": api.StorageFileWebp,
    "application/pdf": api.StorageFilePdf,
    "audio/mpeg": api.StorageFileMp3,
    "video/quicktime": api.StorageFileMov,
    "video/mp4": api.StorageFileMp4,
}


def check_range(offset: int, limit: int, *, precise: bool) -> None:
    """Check what upload.getFile asks for (core.telegram.org/api/files#downloading-files).

    Raises:
        errors.OffsetInvalid, errors.LimitInvalid
    """
    unit = PRECISE_BYTES_UNIT if precise else RANGE_BYTES_UNIT
    if offset < 0 or offset % unit:
        raise errors.OffsetInvalid
    if not 0 < limit <= FETCHED_BYTES_MAX or limit % unit:
        raise errors.LimitInvalid
    if not precise and FETCHED_BYTES_MAX % limit:
        raise errors.LimitInvalid
    if offset // FETCHED_BYTES_MAX != (offset + limit - 1) // FETCHED_BYTES_MAX:
        raise errors.LimitInvalid


def clean_mime(mime: str) -> str:
    """Return a MIME type, or the one that promises nothing."""
    mime = mime.strip().lower()
    if len(mime) > MIME_CHARACTERS_MAX or not _MIME.fullmatch(mime):
        return PLAIN_MIME
    return mime


def storage_type(mime: str) -> Any:
    """Return the storage.FileType of a MIME type."""
    return _TYPES.get(mime, api.StorageFileUnknown)()


def clean_text(text: str, characters_max: int) -> str:
    """Return a line of text as it is kept: see `clean_line`."""
    return clean_line(text, characters_max)


def clean_file_name(name: str) -> str:
    """Return a file's name without any directory, with its ending when it has to be cut."""
    name = clean_text(name.replace("\\", "/").rpartition("/")[2], 4 * FILE_NAME_CHARACTERS_MAX)
    if name in {"", ".", ".."}:
        return "file"
    if len(name) > FILE_NAME_CHARACTERS_MAX:
        stem, dot, ending = name.rpartition(".")
        keep = FILE_NAME_CHARACTERS_MAX - len(dot) - len(ending)
        cut = clean_line(stem, keep) if keep > 0 else ""
        name = cut + dot + ending if cut else clean_line(name, FILE_NAME_CHARACTERS_MAX)
    return name


def _side(pixels: int) -> int:
    return min(max(pixels, 0), SIDE_MAX)


def _seconds(duration: float) -> float:
    return min(max(duration, 0), DURATION_S_MAX) if math.isfinite(duration) else 0


def clean_attributes(given: Iterable[Any], *, silent: bool) -> list[Any]:
    """Return what a client says of a document, each kind once and within bounds.

    `silent` marks a video without sound: a GIF.
    """
    cleaned: dict[type[Any], Any] = {}
    for attribute in list(given)[:ATTRIBUTES_MAX]:
        match attribute:
            case api.DocumentAttributeFilename():
                kept: Any = api.DocumentAttributeFilename(
                    file_name=clean_file_name(attribute.file_name)
                )
            case api.DocumentAttributeVideo():
                kept = api.DocumentAttributeVideo(
                    round_message=attribute.round_message,
                    supports_streaming=attribute.supports_streaming,
                    nosound=attribute.nosound or silent,
                    duration=float(_seconds(attribute.duration)),
                    w=_side(attribute.w),
                    h=_side(attribute.h),
                )
            case api.DocumentAttributeAudio():
                waveform = attribute.waveform
                kept = api.DocumentAttributeAudio(
                    voice=attribute.voice,
                    duration=int(_seconds(attribute.duration)),
                    title=clean_text(attribute.title or "", TITLE_CHARACTERS_MAX) or None,
                    performer=clean_text(attribute.performer or "", TITLE_CHARACTERS_MAX) or None,
                    waveform=waveform[:WAVEFORM_BYTES_MAX] if waveform else None,
                )
            case api.DocumentAttributeImageSize():
                kept = api.DocumentAttributeImageSize(w=_side(attribute.w), h=_side(attribute.h))
            case api.DocumentAttributeAnimated():
                kept = attribute
            case api.DocumentAttributeSticker():
                alt = clean_text(attribute.alt, STICKER_EMOJI_CHARACTERS_MAX)
                none = api.InputStickerSetEmpty()  # there are no sets of people's own
                kept = api.DocumentAttributeSticker(alt=alt, stickerset=none)
            case _:
                continue
        cleaned.setdefault(type(kept), kept)
    return list(cleaned.values())


def settle_sticker(mime: str, size: int, attributes: Iterable[tl.TlObject]) -> list[tl.TlObject]:
    """Return the attributes of a document of so many bytes; only small ones of some formats are stickers."""
    if mime in STICKERS and size <= STICKER_BYTES_MAX:
        return list(attributes)
    return [a for a in attributes if not isinstance(a, api.DocumentAttributeSticker)]


def may_play(mime: str, attributes: Iterable[Any]) -> bool:
    """Whether somebody says that a document is a film or a sound, so that it should be looked at."""
    kinds = api.DocumentAttributeVideo | api.DocumentAttributeAudio
    if mime.startswith(("video/", "audio/")) or mime == "application/ogg":
        return True
    moves = any(isinstance(a, api.DocumentAttributeAnimated) for a in attributes)
    return any(isinstance(a, kinds) for a in attributes) or (moves and mime != "image/gif")


def without_claims(mime: str, attributes: Iterable[Any]) -> tuple[str, list[Any]]:
    """Return what is left of what a client says of a film or sound that was found to be none: a plain file.

    Of a format that is not opened here nobody has found that, and its sender knows better.
    """
    if mime.startswith(("video/", "audio/")) and mime not in LOOKED_AT:
        return mime, list(attributes)
    kept = [a for a in attributes if isinstance(a, api.DocumentAttributeFilename)]
    return (PLAIN_MIME if mime in LOOKED_AT else mime), kept


def settle_attributes(
    mime: str, attributes: Iterable[Any], film: Film, *, as_file: bool, still: bool
) -> list[Any]:
    """Return what a document says of itself, put right by what it was found to be.

    `as_file`: apps are not to play it unless its sender said what it is. `still`: a film without sound
    stays a film, where it would otherwise be shown as a GIF.
    """
    found = {type(a): a for a in attributes}
    given_film = found.get(api.DocumentAttributeVideo)
    given_sound = found.get(api.DocumentAttributeAudio)
    found.pop(api.DocumentAttributeAudio if film.width else api.DocumentAttributeVideo, None)
    if film.width:
        if given_film is not None or (not as_file and mime in INLINE_FILMS):
            found[api.DocumentAttributeVideo] = _film(given_film, film)
            gif = mime == "video/mp4" and not film.sound and not (as_file or still)
            if gif and not (given_film is not None and given_film.round_message):
                found.setdefault(api.DocumentAttributeAnimated, api.DocumentAttributeAnimated())
        return list(found.values())
    found.pop(api.DocumentAttributeAnimated, None)
    if given_sound is not None or not as_file:
        found[api.DocumentAttributeAudio] = _sound(given_sound, film)
    return list(found.values())


def _length(said: float, film: Film) -> float:
    """Return how long something plays: as its sender says, unless it is known to be otherwise."""
    if not film.duration:
        return said
    nearly = abs(said - film.duration) <= DURATION_TOLERANCE_S
    return said if said and (nearly or not film.exact) else _seconds(film.duration)


def _film(said: Any, film: Film) -> api.DocumentAttributeVideo:
    square = film.width == film.height
    return api.DocumentAttributeVideo(
        round_message=said is not None and said.round_message and square,
        supports_streaming=film.streaming,
        nosound=not film.sound,
        duration=float(_length(said.duration if said is not None else 0, film)),
        w=film.width,
        h=film.height,
        video_codec=film.codec or None,
    )


def _sound(said: Any, film: Film) -> api.DocumentAttributeAudio:
    voice = said is not None and said.voice
    title = (said.title if said is not None else None) or None
    performer = (said.performer if said is not None else None) or None
    if not voice:
        title = title or clean_text(film.title, TITLE_CHARACTERS_MAX) or None
        performer = performer or clean_text(film.performer, TITLE_CHARACTERS_MAX) or None
    return api.DocumentAttributeAudio(
        voice=voice,
        duration=int(_length(said.duration if said is not None else 0, film)),
        title=title,
        performer=performer,
        waveform=((said.waveform if said is not None else None) or film.waveform or None)
        if voice
        else None,
    )


def check_media_ttl(given: Any) -> int:
    """Return after how many seconds an InputMedia vanishes once it is opened; 0 for never.

    Raises:
        errors.TtlMediaInvalid: it cannot, or not so late.
    """
    seconds = getattr(given, "ttl_seconds", None) or 0
    if seconds != ONCE and not 0 <= seconds <= TTL_S_MAX:
        raise errors.TtlMediaInvalid
    return int(seconds)


def vanishes_at(ttl: int, now: int) -> int:
    """Return when something vanishes that is opened now: what is seen once may still be fetched."""
    return now + min(ttl, ONCE_S)


def document_right(attributes: Iterable[Any]) -> str:
    """Return which of chatBannedRights a document with these attributes needs."""
    found = {type(a): a for a in attributes}
    if api.DocumentAttributeSticker in found:
        return "send_stickers"
    if api.DocumentAttributeAnimated in found:
        return "send_gifs"
    video = found.get(api.DocumentAttributeVideo)
    if video is not None:
        return "send_roundvideos" if video.round_message else "send_videos"
    audio = found.get(api.DocumentAttributeAudio)
    if audio is not None:
        return "send_voices" if audio.voice else "send_audios"
    return "send_docs"


def right_of_file(file: File) -> str:
    """Return which of chatBannedRights sending a file needs."""
    if file.kind == "photo":
        return "send_photos"
    return document_right([tl.decode(a) for a in file.attributes])


def list_hash(numbers: Iterable[int]) -> int:
    """Return the hash by which clients say which list they have (core.telegram.org/api/offsets)."""
    found = 0
    for number in numbers:
        found ^= found >> 21
        found ^= (found << 35) & _64_BITS
        found ^= found >> 4
        found = (found + number) & _64_BITS
    return found - (1 << 64) if found >> 63 else found


def album_kind(right: str) -> str:
    """Return what a medium can share an album with; '' for what goes alone."""
    if right in {"send_photos", "send_videos"}:
        return "pictures"
    return right if right in {"send_docs", "send_audios"} else ""
