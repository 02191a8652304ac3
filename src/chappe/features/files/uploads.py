"""Methods upload.save*: parts of a file, and the complete upload."""

from contextlib import suppress
from typing import Any, Final, NamedTuple

import msgspec

from chappe.ports import EngineError, Files, Read, SealedFile
from chappe.rpc import Call, Home, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import Change, Context

from .hashing import CAUGHT_UP_MAX, HASHES, md5_of
from .parts import (
    FILE_PARTS_MAX,
    PART_BYTES_MAX,
    PHOTO_BYTES_MAX,
    check_part,
    is_regular,
    part_bytes_for,
)
from .quota_reservations import RESERVATIONS
from .records import (
    EARLY_PARTS_MAX,
    UPLOAD_LIFETIME_S,
    UPLOADS_MAX,
    Content,
    EarlyPart,
    Upload,
    Usage,
)

UPLOAD_ERRORS: Final = (
    errors.FilePartInvalid,
    errors.FilePartsInvalid,
    errors.FilePartEmpty,
    errors.FilePartTooBig,
    errors.FilePartSizeInvalid,
    errors.FilePartSizeChanged,
    errors.FileQuotaExceeded,
    errors.StorageFull,
)
USE_ERRORS: Final = (
    errors.FilePartsInvalid,
    errors.FilePartMissing,
    errors.Md5ChecksumInvalid,
    errors.InputFileInvalid,
    errors.FileQuotaExceeded,
    errors.StorageFull,
)
MIB: Final = 1024 * 1024
EARLY_WAIT_S: Final = 1  # seconds after which a part that came too early is sent again


class Uploaded(NamedTuple):
    """A file whose parts are all there."""

    file: SealedFile
    size: int
    sha256: bytes
    name: str


def files_of(call: Call) -> Files:
    """Return the server's files."""
    return call.context.ports.files


def quota_of(call: Call) -> int:
    """Return how many bytes one person's files may take; 0 for any number."""
    quota: int | None = call.context.config.media_quota_mib
    if quota is None:
        raise RuntimeError("a server says what its quota is")  # a gate has no default of its own
    return quota * MIB


async def require_disk_room(call: Call, size: int) -> None:
    """Leave to messages what is left of the disk.

    Raises:
        errors.StorageFull: with so many bytes more, it would be less than they are to have.
        EngineError: the disk does not answer.
    """
    if not await files_of(call).has_room(size):
        raise errors.StorageFull


async def charge(change: Change, size: int, call: Call) -> None:
    """Add to what somebody's files take.

    Raises:
        errors.FileQuotaExceeded: there is a quota, and it would not hold them.
    """
    usage = await change.get(Usage) or Usage()
    quota = quota_of(call)
    if quota and size > 0 and usage.bytes + size > quota:
        raise errors.FileQuotaExceeded
    change.put(Usage(bytes=max(0, usage.bytes + size)))


async def refund(change: Change, size: int) -> None:
    """Take from what somebody's files take."""
    usage = await change.get(Usage) or Usage()
    change.put(Usage(bytes=max(0, usage.bytes - size)))


# -- parts ------------------------------------------------------------------------------------------


def _length_of(upload: Upload, number: int, size: int, total: int) -> int:
    """Return the length of an upload's parts as this part shows it; 0 while it does not.

    The first part has it, and so has any part that is not the last; of two parts, the longer one.
    """
    if number == 0:
        return size if is_regular(size) else part_bytes_for(size)
    if upload.early_size and upload.early_number != number:
        size = max(size, upload.early_size)
    elif not 0 <= number < total - 1:
        return 0
    if not is_regular(size):
        raise errors.FilePartSizeInvalid
    return size


async def _open(call: Call, given: int, number: int, data: bytes, total: int) -> Upload:
    """Return the upload a part belongs to; begin it, and learn the length of its parts.

    A part that is refused has changed nothing, and cost no more than to look at it.
    """
    upload = await call.look().get(Upload, given)
    ready = upload is not None and upload.file is not None and not upload.sha256
    if upload is not None and ready and not _is_over(upload, call.now):
        return upload
    gone: list[SealedFile] = []
    async with call.change() as change:
        upload = await change.get(Upload, given)
        if upload is not None and _is_over(upload, call.now):
            await _give_up(change, upload)
            gone += [upload.file] if upload.file is not None else []
            upload = None
        is_new = upload is None or bool(upload.sha256)
        if upload is None or is_new:
            upload = Upload(id=given, started=call.now, total=max(total, 0))
        if upload.file is None:
            length = _length_of(upload, number, len(data), total)
            if length:
                file = await files_of(call).create(call.me, length)
                upload = msgspec.structs.replace(upload, file=file)
            else:
                upload = await _hold(change, call, upload, number, data)
            if is_new:
                gone += await _expire(change, call)
            change.put(upload)
    for file in gone:
        await files_of(call).delete(file)
    return upload


def _is_over(upload: Upload, now: int) -> bool:
    """Whether nothing was made of an upload for so long that its bytes may be gone."""
    return not upload.sha256 and now - upload.started >= UPLOAD_LIFETIME_S


async def _hold(change: Change, call: Call, upload: Upload, number: int, data: bytes) -> Upload:
    """Keep a part until the length of parts is known. It is charged like any other.

    Raises:
        errors.FloodWait: parts of too many uploads wait so; the others can be sent again.
        errors.FileQuotaExceeded: there is no room for it.
    """
    if not upload.early_size:
        waiting = sum(bool(u.early_size) for u in await change.scan(Upload))
        if waiting >= EARLY_PARTS_MAX:
            raise errors.FloodWait(EARLY_WAIT_S)
    await charge(change, len(data) - upload.early_size, call)
    change.put(EarlyPart(id=upload.id, data=data))
    return msgspec.structs.replace(upload, early_number=number, early_size=len(data))


async def _expire(change: Change, call: Call) -> list[SealedFile]:
    """Forget uploads that are too old or too many; return the files nothing was made of."""
    uploads = sorted(await change.scan(Upload), key=lambda u: u.started, reverse=True)
    gone = []
    for rank, upload in enumerate(uploads):
        if rank + 1 < UPLOADS_MAX and call.now - upload.started < UPLOAD_LIFETIME_S:
            continue
        await _give_up(change, upload)
        if upload.file is not None and not upload.sha256:
            gone.append(upload.file)
    return gone


async def _give_up(change: Change, upload: Upload) -> None:
    """Forget an upload, and give back the room of what nothing was made of; its file is the caller's."""
    change.drop(Upload, upload.id)
    if upload.early_size:
        change.drop(EarlyPart, upload.id)
    size = upload.early_size + (0 if upload.sha256 or upload.file is None else upload.size)
    if size:
        await refund(change, size)


def marked(upload: Upload, number: int, size: int, total: int) -> Upload:
    """Return an upload with one more part.

    Raises:
        errors.FilePartSizeChanged: only the last part may be shorter than the others.
        errors.FilePartsInvalid: the number of parts changed.
    """
    length = upload.file.part_bytes if upload.file is not None else 0
    if size > length:
        raise errors.FilePartSizeChanged
    if total > 0 and upload.total not in (0, total):
        raise errors.FilePartsInvalid
    short = upload.short
    if size < length:
        if short not in (-1, number) or number < upload.highest:
            raise errors.FilePartSizeChanged
        short = number
    elif short == number:
        short = -1
    if -1 < short < number:
        raise errors.FilePartSizeChanged
    byte, bit = divmod(number, 8)
    marks = bytearray(upload.marks.ljust(byte + 1, b"\0"))
    marks[byte] |= 1 << bit
    known = upload.has(number)
    waited = upload.early_size > 0 and number == upload.early_number
    return msgspec.structs.replace(
        upload,
        marks=bytes(marks),
        highest=max(upload.highest, number),
        short=short,
        total=upload.total or max(total, 0),
        size=upload.size + (0 if known else size),
        early_size=0 if waited else upload.early_size,
    )


def _charged(upload: Upload) -> int:
    """Return how many bytes of an upload are charged: those that are in place, and a part that waits."""
    return upload.size + upload.early_size


async def _save(call: Call, given: int, number: int, data: bytes, total: int | None) -> bool:
    check_part(number, len(data), total)
    await require_disk_room(call, len(data))
    parts = total or 0
    upload = await _open(call, given, number, data, parts)
    if upload.file is None:
        return True  # kept until the length of the parts is known
    pending = [(number, data)]
    if upload.early_size and upload.early_number != number:
        early = await call.look().get(EarlyPart, given)
        if early is not None:  # else another call has put it in its place
            pending.insert(0, (upload.early_number, early.data))
    for part, held in pending:
        await _put(call, upload, part, held, parts)
    return True


async def _put(call: Call, upload: Upload, number: int, data: bytes, total: int) -> None:
    """Keep one part, then say that it is there; where there is no room for it, nothing is written."""
    files, file, hashes = files_of(call), upload.file, call.context.own(HASHES)
    if file is None:
        raise errors.FilePartInvalid
    grows = _charged(marked(upload, number, len(data), total)) - _charged(upload)
    usage = await call.look().get(Usage) or Usage()
    with call.context.own(RESERVATIONS).room(call.user, grows, usage.bytes, quota_of(call)):
        await files.put_part(file, number, data)
        new = await _mark(call, upload, number, len(data), total)
    hashes.add(file, number * file.part_bytes, data)
    for _ in range(CAUGHT_UP_MAX):
        reached = hashes.reached(file)
        if not reached or reached % file.part_bytes or not new.has(reached // file.part_bytes):
            break
        hashes.add(file, reached, await files.read(file, reached, file.part_bytes))


async def _mark(call: Call, upload: Upload, number: int, size: int, total: int) -> Upload:
    """Say that a part is there, and charge it; if it cannot be, the upload is given up with its bytes.

    Only parts that were sent at the same time and do not fit each other find out so late.

    Raises:
        errors.FilePartInvalid: it was given up meanwhile, with the account or by age.
        UPLOAD_ERRORS: see `marked` and `charge`.
    """
    refused: errors.RpcError = errors.FilePartInvalid()
    async with call.change() as change:
        latest = await change.get(Upload, upload.id)
        if latest is not None and latest.file == upload.file:
            try:
                new = marked(latest, number, size, total)
                await charge(change, _charged(new) - _charged(latest), call)
            except errors.RpcError as error:
                if latest.sha256:  # what was made of it has its bytes
                    raise
                refused = error
                await _give_up(change, latest)
            else:
                change.put(new)
                if latest.early_size and not new.early_size:
                    change.drop(EarlyPart, upload.id)
                return new
    if upload.file is not None:
        await files_of(call).delete(upload.file)
    raise refused


@method(
    api.UploadSaveFilePart,
    needs=Needs.LOGIN,
    rate=Rate.FREE,
    home=Home.CALLER,
    raises=UPLOAD_ERRORS,
)
async def save_file_part(call: Call, request: api.UploadSaveFilePart) -> bool:
    """Keep one part of a file, in whatever order parts come."""
    return await _save(call, request.file_id, request.file_part, request.bytes, None)


@method(
    api.UploadSaveBigFilePart,
    needs=Needs.LOGIN,
    rate=Rate.FREE,
    home=Home.CALLER,
    raises=UPLOAD_ERRORS,
)
async def save_big_file_part(call: Call, request: api.UploadSaveBigFilePart) -> bool:
    """Keep one part of a large file, of which it is said how many there will be."""
    total = request.file_total_parts
    return await _save(call, request.file_id, request.file_part, request.bytes, total)


# -- whole files ------------------------------------------------------------------------------------


async def uploaded(call: Call, given: Any) -> Uploaded:
    """Return a file the caller has uploaded. Using it twice within a day is the same as once.

    Raises:
        errors.FilePartMissing, errors.FilePartsInvalid: parts are missing, or there are too many.
        errors.Md5ChecksumInvalid: it is not what was sent.
        errors.InputFileInvalid: it is not a file that was uploaded.
    """
    if not isinstance(given, api.InputFile | api.InputFileBig):
        raise errors.InputFileInvalid
    if not 1 <= given.parts <= FILE_PARTS_MAX:
        raise errors.FilePartsInvalid
    upload = await call.look().get(Upload, given.id)
    if upload is None or upload.file is None or _is_over(upload, call.now):
        raise errors.FilePartMissing(0)
    for number in range(given.parts):
        if not upload.has(number):
            raise errors.FilePartMissing(number)
    if upload.highest != given.parts - 1:
        raise errors.FilePartsInvalid
    files, file = files_of(call), upload.file
    sha256 = upload.sha256
    if sha256:  # used before: what it was kept as may have taken its place
        content = await call.look().get(Content, content_index(call, "document", sha256))
        file = content.file if content is not None else file
    else:
        checksum = getattr(given, "md5_checksum", "")
        if checksum and upload.size <= PHOTO_BYTES_MAX:
            wanted = checksum.strip().lower()
            if await md5_of(files, file, upload.size) != wanted:
                raise errors.Md5ChecksumInvalid
        sha256 = await call.context.own(HASHES).finish(files, file, upload.size)
    return Uploaded(file, upload.size, sha256, given.name)


async def used(change: Change, given: int, sha256: bytes) -> None:
    """Remember that an upload was used, so that asking again finds what was made of it."""
    upload = await change.get(Upload, given)
    if upload is not None and not upload.sha256:
        change.put(msgspec.structs.replace(upload, sha256=sha256))


def content_index(call: Call, form: str, sha256: bytes) -> str:
    """Return under which key bytes are found that the caller has sent in a form before."""
    return content_index_for(call.context, call.user, form, sha256)


def content_index_for(context: Context, user: int, form: str, sha256: bytes) -> str:
    """Return under which key bytes are found that somebody has sent in a form before."""
    value = b"%d.%b.%b" % (user, form.encode(), sha256)
    return str(context.secrets.blind("file content", value).hex())


async def keep_content(call: Call, given: Any, whole: Uploaded) -> Content:
    """Return the content of an uploaded file: the one that was there already, if these bytes were."""
    files = files_of(call)
    blind = content_index(call, "document", whole.sha256)
    await files.commit(whole.file)
    async with call.change() as change:
        content = await change.get(Content, blind)
        upload = await change.get(Upload, given.id)
        counted = upload is not None and not upload.sha256
        if content is None and not counted:
            raise errors.FilePartMissing(0)  # something else was made of it, and its bytes are gone
        if content is None:
            content = Content(blind=blind, file=whole.file, size=whole.size, sha256=whole.sha256)
            change.put(content)
        elif counted and content.file != whole.file:
            await charge(change, -whole.size, call)
        await used(change, given.id, whole.sha256)
    if content.file != whole.file:
        await files.delete(whole.file)
    return content


async def keep_alone(call: Call, given: Any, whole: Uploaded) -> Content:
    """Return the content of an uploaded file that is shared with nothing, and is not found again."""
    await files_of(call).commit(whole.file)
    async with call.change() as change:
        await used(change, given.id, whole.sha256)
    return Content(blind="", file=whole.file, size=whole.size, sha256=whole.sha256)


async def read_whole(call: Call, whole: Uploaded, bytes_max: int) -> bytes:
    """Return an uploaded file that is small.

    Raises:
        errors.PhotoSaveFileInvalid: it is not.
    """
    if whole.size > bytes_max:
        raise errors.PhotoSaveFileInvalid
    return await files_of(call).read(whole.file, 0, whole.size)


async def keep_bytes(call: Call, data: bytes) -> SealedFile:
    """Keep bytes the server made as a file of the caller's."""

    async def read(offset: int, size: int) -> bytes:
        return data[offset : offset + size]

    return await _keep_read(call, len(data), read)


async def keep_copy(call: Call, source: SealedFile, size: int) -> SealedFile:
    """Keep a copy of `size` bytes of a file, somebody else's or not, as one of the caller's.

    Raises:
        errors.FilePartMissing: it has not as many, or nobody can open it any more.
    """
    files = files_of(call)

    async def read(offset: int, length: int) -> bytes:
        data = await files.read(source, offset, length)
        if len(data) < length:
            raise errors.FilePartMissing(0)
        return data

    return await _keep_read(call, size, read)


async def _keep_read(call: Call, total: int, read: Read) -> SealedFile:
    """Keep what is read part by part, so that it is never whole in memory.

    Raises:
        errors.StorageFull: see `require_disk_room`.
    """
    await require_disk_room(call, total)
    files = files_of(call)
    length = min(PART_BYTES_MAX, part_bytes_for(total))
    file = await files.create(call.me, length)
    try:
        for number, start in enumerate(range(0, total, length)):
            await files.put_part(file, number, await read(start, min(length, total - start)))
        await files.commit(file)
    except BaseException:
        with suppress(EngineError):  # what failed to be written may fail to be removed
            await files.delete(file)
        raise
    return file
