"""Files that come with a call: each goes part by part to where an app's upload goes, and nowhere else.

No byte of it lies in a file of ours in the open, and no more than one part of it in memory.
"""

from collections.abc import AsyncIterator
from typing import Any, Final, NamedTuple

from aiohttp import BodyPartReader, web

from chappe.tl import api

from .caller import Caller
from .failures import refused

PART_BYTES: Final = 512 * 1024  # bytes of one part of an upload
FILES_MAX: Final = 50  # files of one call
FIELD_BYTES_MAX: Final = 1024 * 1024  # bytes of one field that is no file
FIELDS_MAX: Final = 200  # fields of one call
CHUNK_BYTES: Final = 64 * 1024  # bytes read of a body at once


class ArrivedFile(NamedTuple):
    """A file that came whole."""

    number: int
    parts: int
    size: int
    name: str
    mime: str

    @property
    def as_input(self) -> api.InputFileBig:
        """The file as requests name it."""
        return api.InputFileBig(id=self.number, parts=self.parts, name=self.name)


async def read_form(request: web.BaseRequest, caller: Caller) -> dict[str, Any]:
    """Return the fields of a multipart body, files among them as they were kept.

    Raises:
        Failure: there are too many, or one is too large.
        errors.RpcError: a file is not taken.
        ValueError: it is no multipart body that can be read.
    """
    fields: dict[str, Any] = {}
    files = 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise refused("can't parse request")
        name = part.name or ""
        if part.filename is None:
            fields[name] = await _text(part)
        else:
            files += 1
            if files > FILES_MAX:
                raise refused("too many files in the request")
            fields[name] = await keep_file(
                caller, _chunks(part), part.filename, part.headers.get("Content-Type", "")
            )
        if len(fields) > FIELDS_MAX:
            raise refused("too many fields in the request")
    return fields


async def _text(part: BodyPartReader) -> str:
    data = bytearray()
    async for chunk in _chunks(part):
        data += chunk
        if len(data) > FIELD_BYTES_MAX:
            raise refused("field is too large")
    return data.decode("utf-8", "replace")


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(CHUNK_BYTES):
        yield bytes(chunk)


async def keep_file(
    caller: Caller, chunks: AsyncIterator[bytes], name: str, mime: str
) -> ArrivedFile:
    """Upload a file as an app does.

    Raises:
        Failure: it is empty.
        errors.RpcError: it is not taken.
    """
    number = caller.random_id()
    parts = size = 0
    waiting = bytearray()

    async def put(data: bytes) -> None:
        nonlocal parts, size
        request = api.UploadSaveBigFilePart(
            file_id=number, file_part=parts, file_total_parts=-1, bytes=data
        )
        await caller(request)
        parts, size = parts + 1, size + len(data)

    async for chunk in chunks:
        waiting += chunk
        while len(waiting) >= PART_BYTES:
            await put(bytes(waiting[:PART_BYTES]))
            del waiting[:PART_BYTES]
    if waiting:
        await put(bytes(waiting))
    if not parts:
        raise refused("file must be non-empty")
    return ArrivedFile(number, parts, size, name, mime.partition(";")[0].strip())
