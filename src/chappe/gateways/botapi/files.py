"""Files that bots name: found again where they were seen, sent once more, and fetched."""

from collections.abc import AsyncIterator
from typing import Any, Final, NamedTuple

from chappe.tl import api, errors

from .acts.acting import find_message
from .acts.again import as_input
from .acts.editing import full_of
from .caller import Caller, input_user
from .failures import Failure, refused
from .fileids import FileId, FileKind, read_file_id
from .shown.media import kind_of

FETCHED_BYTES_MAX: Final = 20 * 1024 * 1024  # bytes of a file that getFile gives
CHUNK_BYTES: Final = 512 * 1024  # bytes fetched at once
PHOTOS_LOOKED_AT_MAX: Final = 100  # photos of a profile among which one is found again
GONE: Final = "wrong file_id or the file is temporarily unavailable"
PHOTOS: Final = (FileKind.PHOTO, FileKind.PROFILE_PHOTO, FileKind.CHAT_PHOTO)


class FoundFile(NamedTuple):
    """A file that is there: what it is, how many bytes it has, and where they are."""

    said: FileId
    thing: Any  # the photo or document
    size: int
    location: Any
    extension: str


def file_said(text: str) -> FileId:
    """Return what a file_id says.

    Raises:
        Failure: it is none.
    """
    said = read_file_id(text)
    if said is None:
        raise refused("invalid file_id")
    return said


async def _seen(caller: Caller, said: FileId) -> list[Any]:
    """Return the photos and documents that are seen where a file_id says."""
    peer = await caller.peer(str(said.chat))
    if said.kind is FileKind.PROFILE_PHOTO:
        request = api.PhotosGetUserPhotos(
            user_id=input_user(said.chat), offset=0, max_id=0, limit=PHOTOS_LOOKED_AT_MAX
        )
        return list((await caller(request)).photos)
    if said.kind is FileKind.CHAT_PHOTO or not said.message:
        return [getattr(await full_of(caller, peer), "chat_photo", None)]
    message = await find_message(caller, peer, said.message)
    media = getattr(message, "media", None)
    action = getattr(message, "action", None)
    page = getattr(media, "webpage", None)
    holders = [one for one in (media, action, page) if one is not None]
    return [getattr(one, name, None) for one in holders for name in ("photo", "document")]


async def thing_of(caller: Caller, said: FileId) -> Any:
    """Return the photo or document of a file_id, as the bot may have it now.

    Raises:
        Failure: it is not there any more.
    """
    try:
        seen = await _seen(caller, said)
    except (errors.RpcError, Failure):
        seen = []
    for one in seen:
        if isinstance(one, api.Photo | api.Document) and one.id == said.number:
            return one
    raise refused(GONE)


async def as_sent(caller: Caller, text: str, wanted: FileKind) -> Any:
    """Return a file that is named by its file_id as it is sent.

    Raises:
        Failure: it is none, not there, or of another kind.
    """
    said = read_file_id(text)
    if said is None:
        raise refused("wrong remote file identifier specified: can't unserialize it")
    if (said.kind in PHOTOS) is not (wanted is FileKind.PHOTO) or (
        said.size and wanted is not (FileKind.PHOTO)
    ):
        raise refused(f"can't use file of type {said.kind.word} as {wanted.word}")
    thing = await thing_of(caller, said)
    if isinstance(thing, api.Photo):
        return as_input(api.MessageMediaPhoto(photo=thing))
    return as_input(api.MessageMediaDocument(document=thing))


async def found_file(caller: Caller, said: FileId) -> FoundFile:
    """Return a file with its size and place.

    Raises:
        Failure: it is not there any more.
    """
    thing = await thing_of(caller, said)
    if isinstance(thing, api.Document) and not said.size:
        location: Any = api.InputDocumentFileLocation(
            id=thing.id,
            access_hash=thing.access_hash,
            file_reference=thing.file_reference,
            thumb_size="",
        )
        return FoundFile(said, thing, thing.size, location, _extension(thing))
    sizes: Any = thing.sizes if isinstance(thing, api.Photo) else thing.thumbs or ()
    for size in sizes:
        if getattr(size, "type", "") != said.size:
            continue
        bytes_ = size.sizes[-1] if isinstance(size, api.PhotoSizeProgressive) else size.size
        kind: Any = api.InputPhotoFileLocation
        if isinstance(thing, api.Document):
            kind = api.InputDocumentFileLocation
        location = kind(
            id=thing.id,
            access_hash=thing.access_hash,
            file_reference=thing.file_reference,
            thumb_size=said.size,
        )
        return FoundFile(said, thing, bytes_, location, "jpg")
    raise refused(GONE)


def _extension(document: Any) -> str:
    """Return what a file's name ends with; empty for nothing that could stand in a path."""
    for one in document.attributes:
        if isinstance(one, api.DocumentAttributeFilename):
            _, dot, ending = one.file_name.rpartition(".")
            fits = dot and ending.isascii() and ending.isalnum() and len(ending) <= 10  # noqa: PLR2004
            return ending.lower() if fits else ""
    endings = {FileKind.VOICE: "oga", FileKind.VIDEO: "mp4", FileKind.VIDEO_NOTE: "mp4"}
    return endings.get(kind_of(document), "")


async def read_file(caller: Caller, found: FoundFile) -> AsyncIterator[bytes]:
    """Yield the bytes of a file.

    Raises:
        errors.RpcError: it is not given.
    """
    at = 0
    while at < found.size:
        request = api.UploadGetFile(location=found.location, offset=at, limit=CHUNK_BYTES)
        answer = await caller(request)
        if not answer.bytes:
            return
        yield answer.bytes
        at += len(answer.bytes)
