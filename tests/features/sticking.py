"""Stickers made on the spot, and people who make sets of them."""

import gzip
import io
import json
from typing import Any

from PIL import Image

from chappe.tl import api

from .village import Person

Item = tuple[bytes, str]  # bytes and MIME type


def still(width: int = 512, height: int = 400, form: str = "PNG", colour: int = 0) -> bytes:
    """Return a picture with something clear in it."""
    image = Image.new("RGBA", (width, height), (200, colour, 40, 255))
    image.paste((0, 0, 0, 0), (0, 0, width // 2, height // 2))
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


def moving(**other: Any) -> bytes:
    """Return an animated sticker; `other` fields take the place of those it has."""
    lottie: dict[str, Any] = {"v": "5.5.2", "fr": 60, "ip": 0, "op": 90, "w": 512, "h": 512}
    text = json.dumps({**lottie, "assets": [], "layers": [], **other})
    return gzip.compress(text.encode(), mtime=0)


PNG, WEBP, TGS, WEBM = "image/png", "image/webp", "application/x-tgsticker", "video/webm"


async def put_up(person: Any, data: bytes, mime: str = PNG) -> api.Document:
    """Upload bytes as a document that is in no message yet."""
    number = person.village.number()
    await person(api.UploadSaveFilePart(file_id=number, file_part=0, bytes=data))
    file = api.InputFile(id=number, parts=1, name="x", md5_checksum="")
    given = api.InputMediaUploadedDocument(file=file, mime_type=mime, attributes=[])
    shown = await person(api.MessagesUploadMedia(peer=api.InputPeerSelf(), media=given))
    document: api.Document = shown.document
    return document


def named(document: Any) -> api.InputDocument:
    """Return how a document is named."""
    return api.InputDocument(
        id=document.id,
        access_hash=document.access_hash,
        file_reference=document.file_reference,
    )


async def item(
    person: Any, data: bytes, mime: str = PNG, emoji: str = "🐈", **other: Any
) -> api.InputStickerSetItem:
    """Return something that may become a sticker."""
    document = named(await put_up(person, data, mime))
    return api.InputStickerSetItem(document=document, emoji=emoji, **other)


async def make_set(
    person: Any, name: str, *items: api.InputStickerSetItem, title: str = "Cats", **other: Any
) -> Any:
    """Make a set, of one picture if nothing else is given."""
    stickers = list(items) or [await item(person, still())]
    return await person(
        api.StickersCreateStickerSet(
            user_id=api.InputUserSelf(),
            title=title,
            short_name=name,
            stickers=stickers,
            **other,
        )
    )


async def set_of(person: Any, name: str) -> Any:
    """Return a set as somebody finds it by its name."""
    given = api.InputStickerSetShortName(short_name=name)
    return await person(api.MessagesGetStickerSet(stickerset=given, hash=0))


def set_input(made: Any) -> api.InputStickerSetID:
    """Return how a set is named."""
    return api.InputStickerSetID(id=made.set.id, access_hash=made.set.access_hash)


async def fetched(person: Any, document: Any) -> bytes:
    """Return the bytes of a document as somebody was shown it."""
    place = api.InputDocumentFileLocation(
        id=document.id,
        access_hash=document.access_hash,
        file_reference=document.file_reference,
        thumb_size="",
    )
    got = await person(api.UploadGetFile(location=place, offset=0, limit=1024 * 1024))
    data: bytes = got.bytes
    return data


def attribute_of(document: Any) -> Any:
    """Return what a document says of the set it is in."""
    kinds = api.DocumentAttributeSticker | api.DocumentAttributeCustomEmoji
    return next(a for a in document.attributes if isinstance(a, kinds))


async def send_sticker(person: Person, to: Any, document: Any) -> Any:
    """Send a sticker; return the answer."""
    answer = await person(
        api.MessagesSendMedia(
            peer=person.peer(to),
            media=api.InputMediaDocument(id=named(document)),
            message="",
            random_id=person.village.number(),
        )
    )
    await person.village.settle()
    return answer
