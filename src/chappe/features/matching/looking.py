"""What a kept picture looks like."""

from typing import Final

from chappe.features import files
from chappe.ports import ImageRefused, Perceived
from chappe.updates import Context

LOOKED_AT_SIDE: Final = (
    320  # pixels of the longer side of the picture that is looked at, if there is one
)


async def perceived(context: Context, file: files.File) -> Perceived | None:
    """Return what a photo, or the still of a film, looks like; None where there is nothing to look at."""
    if file.pieces_file is None or not file.pieces:
        return None
    sides = {max(width, height): (offset, size) for _, width, height, offset, size in file.pieces}
    side = min((s for s in sides if s >= LOOKED_AT_SIDE), default=max(sides))
    data = await context.ports.files.read(file.pieces_file, *sides[side])
    try:
        return await context.ports.imaging.perceive(data)
    except ImageRefused:
        return None
