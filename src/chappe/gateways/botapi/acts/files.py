"""Sending files, and asking for them (core.telegram.org/bots/api#sendphoto)."""

import mimetypes
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from chappe.tl import api

from ..arriving import ArrivedFile
from ..caller import Caller
from ..failures import refused
from ..fileids import FileKind, unique_id
from ..files import FETCHED_BYTES_MAX, as_sent, file_said, found_file
from ..params import Params
from ..shown.peers import Json, without_none
from ..shown.texts import EntityGiven
from .acting import act, formatted, shown_sent
from .editing import EDITING, Editing, edited
from .places import send_medium
from .sending import SENDING, Sending, how_sent

ALBUM_MIN: Final = 2  # things of an album
ALBUM_MAX: Final = 10  # likewise
ATTACHED: Final = "attach://"
SIDE: Final = 240  # width of a round film of which nobody said it
PLAIN_MIME: Final = "application/octet-stream"


class Captioned(Sending, frozen=True):
    """What all methods take that send something with a caption."""

    caption: str = ""
    parse_mode: str = ""
    caption_entities: list[EntityGiven] | None = None
    show_caption_above_media: bool = False
    has_spoiler: bool = False


class SendPhoto(Captioned, frozen=True):
    """See the Bot API."""

    photo: Any = None


class SendDocument(Captioned, frozen=True):
    """See the Bot API."""

    document: Any = None
    thumbnail: Any = None
    disable_content_type_detection: bool = False


class SendVideo(Captioned, frozen=True):
    """See the Bot API."""

    video: Any = None
    thumbnail: Any = None
    duration: int = 0
    width: int = 0
    height: int = 0
    supports_streaming: bool = False


class SendAnimation(Captioned, frozen=True):
    """See the Bot API."""

    animation: Any = None
    thumbnail: Any = None
    duration: int = 0
    width: int = 0
    height: int = 0


class SendAudio(Captioned, frozen=True):
    """See the Bot API."""

    audio: Any = None
    thumbnail: Any = None
    duration: int = 0
    performer: str = ""
    title: str = ""


class SendVoice(Captioned, frozen=True):
    """See the Bot API."""

    voice: Any = None
    duration: int = 0


class SendVideoNote(Sending, frozen=True):
    """See the Bot API."""

    video_note: Any = None
    thumbnail: Any = None
    duration: int = 0
    length: int = 0


class SendSticker(Sending, frozen=True):
    """See the Bot API."""

    sticker: Any = None
    emoji: str = ""


class SendMediaGroup(Sending, frozen=True):
    """See the Bot API."""

    media: list[dict[str, Any]] | None = None


class EditMessageMedia(Editing, frozen=True):
    """See the Bot API."""

    media: dict[str, Any] | None = None


class GetFile(Params, frozen=True):
    """See the Bot API."""

    file_id: str = ""


class HowShown(msgspec.Struct, frozen=True, kw_only=True):
    """What a bot says of a file that it sends."""

    duration: float = 0
    width: int = 0
    height: int = 0
    length: int = 0
    performer: str = ""
    title: str = ""
    emoji: str = ""
    supports_streaming: bool = False
    has_spoiler: bool = False
    thumbnail: Any = None
    disable_content_type_detection: bool = False


def _attributes(kind: FileKind, shown: HowShown) -> list[Any]:
    """Return what makes a document a film, a song or a round film."""
    film = api.DocumentAttributeVideo(
        duration=float(shown.duration),
        w=shown.width or SIDE,
        h=shown.height or SIDE,
        supports_streaming=shown.supports_streaming,
        nosound=kind is FileKind.ANIMATION,
    )
    match kind:
        case FileKind.VIDEO:
            return [film]
        case FileKind.ANIMATION:
            return [film, api.DocumentAttributeAnimated()]
        case FileKind.VIDEO_NOTE:
            side = shown.length or SIDE
            seconds = float(shown.duration)
            return [
                api.DocumentAttributeVideo(round_message=True, duration=seconds, w=side, h=side)
            ]
        case FileKind.AUDIO:
            return [
                api.DocumentAttributeAudio(
                    duration=int(shown.duration),
                    title=shown.title or None,
                    performer=shown.performer or None,
                )
            ]
        case FileKind.VOICE:
            return [api.DocumentAttributeAudio(voice=True, duration=int(shown.duration))]
        case FileKind.STICKER:
            none = api.InputStickerSetEmpty()
            return [api.DocumentAttributeSticker(alt=shown.emoji, stickerset=none)]
    return []


_USUAL: Final[Mapping[FileKind, str]] = {
    FileKind.VIDEO: "video/mp4",
    FileKind.ANIMATION: "video/mp4",
    FileKind.VIDEO_NOTE: "video/mp4",
    FileKind.AUDIO: "audio/mpeg",
    FileKind.VOICE: "audio/ogg",
    FileKind.STICKER: "image/webp",
}


def _mime(file: ArrivedFile, kind: FileKind) -> str:
    """Return what kind of bytes a file is: as its name says, else as whoever sent it does."""
    guessed, _ = mimetypes.guess_type(file.name)
    told = file.mime if file.mime and file.mime != PLAIN_MIME else ""
    return guessed or told or _USUAL.get(kind, PLAIN_MIME)


def _given(caller: Caller, value: Any) -> Any:
    """Return a file that came with the call, or the text that names one."""
    if isinstance(value, str) and value.startswith(ATTACHED):
        return caller.files.get(value.removeprefix(ATTACHED))
    return value


async def medium_of(caller: Caller, value: Any, kind: FileKind, shown: HowShown) -> Any:
    """Return what is sent of a file: one that came, or one that is named.

    Raises:
        Failure: there is none, or it is not there.
    """
    file = _given(caller, value)
    if isinstance(file, ArrivedFile):
        if kind is FileKind.PHOTO:
            return api.InputMediaUploadedPhoto(file=file.as_input, spoiler=shown.has_spoiler)
        thumb = _given(caller, shown.thumbnail)
        return api.InputMediaUploadedDocument(
            file=file.as_input,
            thumb=thumb.as_input if isinstance(thumb, ArrivedFile) else None,
            mime_type=_mime(file, kind),
            attributes=[
                *_attributes(kind, shown),
                api.DocumentAttributeFilename(file_name=file.name or "file"),
            ],
            force_file=kind is FileKind.DOCUMENT and shown.disable_content_type_detection,
            nosound_video=kind is FileKind.VIDEO,
            spoiler=shown.has_spoiler,
        )
    if not isinstance(file, str) or not file:
        raise refused(f"there is no {kind.name.lower().replace('_', ' ')} in the request")
    if "." in file or "://" in file:
        raise refused("failed to get HTTP URL content")
    sent = await as_sent(caller, file, kind)
    sent.spoiler = shown.has_spoiler
    return sent


def _how(given: Any) -> HowShown:
    names = [field.name for field in msgspec.structs.fields(HowShown)]
    return HowShown(**{name: getattr(given, name) for name in names if hasattr(given, name)})


async def _send(caller: Caller, given: Any, value: Any, kind: FileKind) -> Json:
    media = await medium_of(caller, value, kind, _how(given))
    if not isinstance(given, Captioned):
        return await send_medium(caller, given, media)
    text = formatted(given.caption, given.parse_mode, given.caption_entities)
    above = given.show_caption_above_media
    return await send_medium(caller, given, media, text, invert_media=above)


@act(SendPhoto, SENDING)
async def send_photo(caller: Caller, given: SendPhoto) -> Json:
    """Send a photo."""
    return await _send(caller, given, given.photo, FileKind.PHOTO)


@act(SendDocument, SENDING)
async def send_document(caller: Caller, given: SendDocument) -> Json:
    """Send a file."""
    return await _send(caller, given, given.document, FileKind.DOCUMENT)


@act(SendVideo, SENDING)
async def send_video(caller: Caller, given: SendVideo) -> Json:
    """Send a film."""
    return await _send(caller, given, given.video, FileKind.VIDEO)


@act(SendAnimation, SENDING)
async def send_animation(caller: Caller, given: SendAnimation) -> Json:
    """Send a film that repeats itself, without sound."""
    return await _send(caller, given, given.animation, FileKind.ANIMATION)


@act(SendAudio, SENDING)
async def send_audio(caller: Caller, given: SendAudio) -> Json:
    """Send music."""
    return await _send(caller, given, given.audio, FileKind.AUDIO)


@act(SendVoice, SENDING)
async def send_voice(caller: Caller, given: SendVoice) -> Json:
    """Send what was spoken."""
    return await _send(caller, given, given.voice, FileKind.VOICE)


@act(SendVideoNote, SENDING)
async def send_video_note(caller: Caller, given: SendVideoNote) -> Json:
    """Send a round film."""
    return await _send(caller, given, given.video_note, FileKind.VIDEO_NOTE)


@act(SendSticker, SENDING)
async def send_sticker(caller: Caller, given: SendSticker) -> Json:
    """Send a sticker."""
    return await _send(caller, given, given.sticker, FileKind.STICKER)


_KINDS: Final[Mapping[str, FileKind]] = {
    "photo": FileKind.PHOTO,
    "document": FileKind.DOCUMENT,
    "video": FileKind.VIDEO,
    "audio": FileKind.AUDIO,
    "animation": FileKind.ANIMATION,
}


async def _input_media(caller: Caller, one: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return an InputMedia as it is sent, with its caption."""
    kind = _KINDS.get(str(one.get("type", "")))
    if kind is None:
        raise refused("can't parse InputMedia: Invalid type specified")
    try:
        shown = msgspec.convert(one, HowShown, strict=False)
        entities = msgspec.convert(
            one.get("caption_entities") or [], list[EntityGiven], strict=False
        )
    except msgspec.ValidationError:
        raise refused("can't parse InputMedia") from None
    text = formatted(str(one.get("caption") or ""), str(one.get("parse_mode") or ""), entities)
    return await medium_of(caller, one.get("media"), kind, shown), text


@act(SendMediaGroup, SENDING)
async def send_media_group(caller: Caller, given: SendMediaGroup) -> Sequence[Json]:
    """Send an album: all of it or nothing."""
    album = given.media or []
    if not album:
        raise refused("there are no media in the request")
    if not ALBUM_MIN <= len(album) <= ALBUM_MAX:
        raise refused("group send failed: expected 2 to 10 media")
    fields = await how_sent(caller, given)
    fields.pop("random_id")
    fields.pop("reply_markup")
    singles = []
    for one in album:
        media, text = await _input_media(caller, one)
        singles.append(
            api.InputSingleMedia(
                media=media,
                random_id=caller.random_id(),
                message=text.text,
                entities=text.entities or None,
            )
        )
    above = any(one.get("show_caption_above_media") for one in album)
    request = api.MessagesSendMultiMedia(multi_media=singles, invert_media=above, **fields)
    return await shown_sent(caller, await caller(request))


@act(EditMessageMedia, EDITING)
async def edit_message_media(caller: Caller, given: EditMessageMedia) -> Json | bool:
    """Give a message another medium."""
    if given.media is None:
        raise refused("input media is not specified")
    media, text = await _input_media(caller, given.media)
    return await edited(caller, given, media=media, message=text.text, entities=text.entities)


_FOLDERS: Final[Mapping[FileKind, str]] = {
    FileKind.PHOTO: "photos",
    FileKind.PROFILE_PHOTO: "profile_photos",
    FileKind.CHAT_PHOTO: "profile_photos",
    FileKind.VIDEO: "videos",
    FileKind.ANIMATION: "animations",
    FileKind.AUDIO: "music",
    FileKind.VOICE: "voice",
    FileKind.VIDEO_NOTE: "video_notes",
    FileKind.STICKER: "stickers",
}


@act(GetFile, {"FILE_REFERENCE_EXPIRED": "wrong file_id or the file is temporarily unavailable"})
async def get_file(caller: Caller, given: GetFile) -> Json:
    """Return where a file can be fetched."""
    if not given.file_id:
        raise refused("file_id is empty")
    found = await found_file(caller, file_said(given.file_id))
    if found.size > FETCHED_BYTES_MAX:
        raise refused("file is too big")
    folder = "thumbnails" if found.said.size and found.extension != "jpg" else ""
    folder = folder or _FOLDERS.get(found.said.kind, "documents")
    ending = f".{found.extension}" if found.extension else ""
    return without_none(
        file_id=given.file_id,
        file_unique_id=unique_id(found.said),
        file_size=found.size,
        file_path=f"{folder}/{given.file_id}{ending}",
    )
