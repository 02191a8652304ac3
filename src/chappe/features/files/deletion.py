"""Deletion of all files of an account: bytes leave the store before the keys do."""

from typing import Final

from chappe.core import Kind, Owner
from chappe.updates import Context

from .records import Content, File, MediaRef, Upload
from .uploads import refund
from .usage_counts import PendingDelete

PAGE_RECORDS: Final = 1000  # records looked at in one go


async def forget_files(context: Context, user: int) -> None:
    """Remove the bytes of everything somebody uploaded. The records go with their box."""
    files = context.ports.files
    look = context.look(Owner(Kind.USER, user))
    doomed = {}
    for upload in await look.scan(Upload):
        if upload.file is not None:
            doomed[upload.file.blob] = upload.file
    doomed.update((one.blob, one.file) for one in await look.scan(PendingDelete))
    blind: str | None = None
    while contents := await look.scan(Content, after=blind, limit=PAGE_RECORDS):
        doomed.update((content.file.blob, content.file) for content in contents)
        blind = contents[-1].blind
    number: int | None = None
    while made := await look.scan(File, after=number, limit=PAGE_RECORDS):
        named = (sealed for file in made for sealed in (file.file, file.pieces_file))
        doomed.update((sealed.blob, sealed) for sealed in named if sealed is not None)
        number = made[-1].number
    for sealed in doomed.values():
        await files.delete(sealed)


async def forget_alone(context: Context, kept: MediaRef) -> None:
    """Remove a file that was made for one message, which is gone; one that is shared stays."""
    file: File | None = None
    owner = Owner(Kind.USER, kept.owner)
    async with context.change(owner) as change:
        file = await change.get(File, kept.number)
        if file is None or not file.alone:
            return
        change.drop(File, file.number)
        thumb = sum(piece[4] for piece in file.pieces) if file.kind == "document" else 0
        await refund(change, file.size + thumb)
    for sealed in (file.file, file.pieces_file):
        if sealed is not None:
            await context.ports.files.delete(sealed)
