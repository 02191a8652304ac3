"""Methods upload.getFile and its kin, and those of messages.* that name files."""

import hashlib
from typing import Any

from chappe.core import Kind
from chappe.features import accounts, export, files
from chappe.features.files import Content, File, Where, content_index, files_of, find_file
from chappe.ports import SealedFile
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors

from . import hooks, rules
from .access import NAME_ERRORS, in_profile, named_file
from .input_media import TAKE_ERRORS, take_media
from .views import FILM, show_document, show_media_ref


class Stretch:
    """Where the bytes of one file or one of its sizes are."""

    __slots__ = ("file", "mime", "modified", "offset", "size")

    def __init__(
        self, file: SealedFile | bytes, offset: int, size: int, mime: str, modified: int
    ) -> None:
        self.file = file
        self.offset = offset
        self.size = size
        self.mime = mime
        self.modified = modified

    async def read(self, call: Call, offset: int, size: int) -> bytes:
        """Return a range of the bytes."""
        if isinstance(self.file, bytes):
            return self.file[self.offset + offset : self.offset + offset + size]
        return await files_of(call).read(self.file, self.offset + offset, size)


def _piece(file: File, type_: str) -> Stretch:
    if type_ == FILM and file.moving is not None and file.file is not None:
        return Stretch(file.file, 0, file.moving[2], "video/mp4", file.date)
    for name, _, _, offset, size in file.pieces:
        if name == type_ and file.pieces_file is not None:
            return Stretch(file.pieces_file, offset, size, "image/jpeg", file.date)
    raise errors.LocationInvalid


def _whole(owner: int, file: File) -> Stretch:
    """Return where a whole document is."""
    if owner == files.OWNER:
        data = files.data_of(files.DRAWINGS[file.number].name)
        return Stretch(data, 0, len(data), file.mime, file.date)
    if file.file is None:
        raise errors.LocationInvalid
    return Stretch(file.file, 0, file.size, file.mime, file.date)


async def _located(call: Call, location: Any, *, first: bool = True) -> Stretch:
    """Return where the bytes of a location are; `first` are asked for, or later ones.

    Raises:
        errors.LocationInvalid: there is nothing the caller may have.
        errors.TakeoutRequired: it is a part of an export, and the call is not.
        NAME_ERRORS: see `access.named_file`.
    """
    match location:
        case api.InputPhotoFileLocation():
            _, file = await named_file(call, location)
            return _piece(file, location.thumb_size)
        case api.InputDocumentFileLocation():
            owner, file = await named_file(call, location)
            if location.thumb_size:
                return _piece(file, location.thumb_size)
            return _whole(owner, file)
        case api.InputStickerSetThumb():
            thumb = await call.context.ask(hooks.set_thumb)(call, location)
            if thumb is None:
                raise errors.LocationInvalid
            return _whole(*thumb)
        case api.InputTakeoutFileLocation():
            if not call.takeout:
                raise errors.TakeoutRequired
            data = await export.left_over(call.context, call.user, anew=first)
            return Stretch(data, 0, len(data), "application/json", call.now)
        case api.InputPeerPhotoFileLocation():
            return _piece(await _peer_photo(call, location), "c" if location.big else "a")
    raise errors.LocationInvalid


async def _peer_photo(call: Call, location: api.InputPeerPhotoFileLocation) -> File:
    """Return the photo of a person or chat that the caller may see.

    Raises:
        errors.LocationInvalid: there is none.
    """
    try:
        peer = await accounts.peer_of(call, location.peer)
    except accounts.PEER_ERRORS:
        raise errors.LocationInvalid from None
    owner, number = files.owner_and_number(call.context, location.photo_id)
    if peer.kind is Kind.USER:
        contact = await call.look().get(accounts.Contact, peer.id)
        mine = contact is not None and (owner, number) == (call.user, contact.photo)
        allowed = mine or (owner == peer.id and await in_profile(call.viewer(), owner, number))
    else:
        seen = call.context.ask(hooks.seen_chat_photo)
        shown = await seen(call.context, call.user, accounts.peer_id(peer))
        allowed = shown == location.photo_id
    file = await find_file(call.context, owner, number) if allowed else None
    if file is None:
        raise errors.LocationInvalid
    return file


@method(
    api.UploadGetFile,
    needs=Needs.LOGIN,
    rate=Rate.FREE,
    raises=(
        *NAME_ERRORS,
        errors.LocationInvalid,
        errors.OffsetInvalid,
        errors.LimitInvalid,
        errors.TakeoutRequired,
    ),
)
async def get_file(call: Call, request: api.UploadGetFile) -> api.TypeUploadFile:
    """Return a range of a file the caller sees somewhere; fewer bytes at its end."""
    rules.check_range(request.offset, request.limit, precise=request.precise)
    where = await _located(call, request.location, first=not request.offset)
    size = min(request.limit, where.size - request.offset)
    data = b""
    if size > 0:
        data = await where.read(call, request.offset, size)
    return api.UploadFile(type=rules.storage_type(where.mime), mtime=where.modified, bytes=data)


@method(
    api.UploadGetFileHashes,
    needs=Needs.LOGIN,
    raises=(*NAME_ERRORS, errors.LocationInvalid, errors.TakeoutRequired),
)
async def get_file_hashes(call: Call, request: api.UploadGetFileHashes) -> list[api.FileHash]:
    """Return SHA-256 hashes of a megabyte of a file, one for each 128 KiB.

    The limit of the last is that of the others, though the file ends before: what is asked for by it
    (`upload.getFile`) is a range that may be asked for.
    """
    where = await _located(call, request.location)
    if request.offset < 0:
        raise errors.LocationInvalid
    start = request.offset - request.offset % rules.HASHED_BYTES
    hashes = []
    for offset in range(start, where.size, rules.HASHED_BYTES)[: rules.HASHES_MAX]:
        data = await where.read(call, offset, min(rules.HASHED_BYTES, where.size - offset))
        digest = hashlib.sha256(data).digest()
        hashes.append(api.FileHash(offset=offset, limit=rules.HASHED_BYTES, hash=digest))
    return hashes


@method(
    api.MessagesUploadMedia,
    needs=Needs.LOGIN,
    rate=Rate.SEND,
    home=Home.CALLER,
    raises=(*accounts.PEER_ERRORS, *TAKE_ERRORS),
)
async def upload_media(call: Call, request: api.MessagesUploadMedia) -> api.TypeMessageMedia:
    """Keep a medium without sending it, as clients do before they send an album."""
    await accounts.peer_of(call, request.peer)
    if isinstance(request.media, api.InputMediaPoll):  # it begins when it is sent, in its message
        raise errors.MediaInvalid
    kept = await take_media(call, request.media)
    return await show_media_ref(call.viewer(), kept, Where(files.OWN, call.user))


@method(
    api.MessagesGetDocumentByHash,
    needs=Needs.LOGIN,
    raises=(errors.Sha256HashInvalid,),
)
async def get_document_by_hash(
    call: Call, request: api.MessagesGetDocumentByHash
) -> api.TypeDocument:
    """Return a document the caller has sent before, by its bytes' SHA-256."""
    if len(request.sha256) != hashlib.sha256().digest_size:
        raise errors.Sha256HashInvalid
    content = await call.look().get(Content, content_index(call, "document", request.sha256))
    file = await call.look().get(File, content.number) if content is not None else None
    if file is None or file.size != request.size:
        return api.DocumentEmpty(id=0)
    return show_document(call.viewer(), call.user, file, Where(files.OWN, call.user))
