"""What a kept picture looks like."""

from typing import Final

from chappe.features import files
from chappe.ports import ImageRefused, Perceived
from chappe.updates import Context

LOOKED_AT_SIDE: Final = (
    320  # pixels of the longer side of the picture that is looked at, if there is one
)
STICKER_MIME: Final = "image/webp"
STICKER_BYTES_MAX: Final = 512 * 1024  # bytes of a picture that is looked at whole


async def perceived(context: Context, file: files.File) -> Perceived | None:
    """Return what a photo, or the still of a film, looks like; None where there is nothing to look at."""
    if file.pieces_file is None or not file.pieces:
        return await _perceived_whole(context, file)
    sides = {max(width, height): (offset, size) for _, width, height, offset, size in file.pieces}
    side = min((s for s in sides if s >= LOOKED_AT_SIDE), default=max(sides))
    return await _perceive(context, await context.ports.files.read(file.pieces_file, *sides[side]))


async def _perceived_whole(context: Context, file: files.File) -> Perceived | None:
    """Return what a sticker looks like, which has no smaller picture beside it."""
    if file.file is None or file.mime != STICKER_MIME or file.size > STICKER_BYTES_MAX:
        return None
    return await _perceive(context, await context.ports.files.read(file.file, 0, file.size))


async def _perceive(context: Context, data: bytes) -> Perceived | None:
    try:
        return await context.ports.imaging.perceive(data)
    except ImageRefused:
        return None
