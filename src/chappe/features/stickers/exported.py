"""What an export holds of stickers: the sets somebody has made, and how they are found."""

from typing import Final

from chappe.core import Kind, Owner
from chappe.features import export
from chappe.updates import Context

from .records import StickerSet


async def _sets_made(context: Context, user: int) -> object:
    made = await context.look(Owner(Kind.USER, user)).scan(StickerSet)
    return [
        {
            "title": one.title,
            "short_name": one.short_name,
            "created": one.created,
            "stickers": [{"emoji": "".join(s.emoji), "words": s.words} for s in one.stickers],
        }
        for one in made
    ] or None


EXPORTED: Final = (export.Section("sticker_sets", export.DataClass.SETTINGS, _sets_made),)
