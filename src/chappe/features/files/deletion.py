"""Deletion of all files of an account: bytes leave the store before the keys do."""

from chappe.core import Kind, Owner
from chappe.updates import Context

from .kept_blobs import kept_blobs
from .records import File, MediaRef
from .uploads import refund


async def forget_files(context: Context, user: int) -> None:
    """Remove the bytes of everything somebody uploaded. The records go with their box."""
    async for page in kept_blobs(context.look(Owner(Kind.USER, user))):
        for one in page:
            await context.ports.files.delete(one.file)


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
