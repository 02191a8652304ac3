"""Kind of a message's media, read from its media reference."""

from typing import Final

from chappe import tl
from chappe.features.files import unpack_media_ref

_BY_RIGHT: Final = {
    "send_photos": "photo",
    "send_videos": "video",
    "send_roundvideos": "round",
    "send_voices": "voice",
    "send_audios": "music",
    "send_gifs": "gif",
    "send_docs": "document",
    "send_stickers": "sticker",
}
_BY_NAME: Final = {
    "messageMediaContact": "contact",
    "messageMediaGeo": "geo",
    "messageMediaGeoLive": "geo",
    "messageMediaVenue": "geo",
    "messageMediaDice": "dice",
}
_heads: dict[
    bytes, str
] = {}  # the first bytes of a constructor → its kind; as many as there are kinds


def kind_of(media: bytes) -> str:
    """Return the kind of media a message keeps; '' for none.

    One of photo, video, round, voice, music, gif, document, contact, geo, dice, or the name under which
    another slice keeps it.
    """
    if not media:
        return ""
    kept = unpack_media_ref(media)
    if kept.kind in {"photo", "document"}:
        return _BY_RIGHT[kept.right]
    if kept.kind != "plain":
        return kept.kind
    head = kept.plain[:4]
    known = _heads.get(head)
    if known is None:
        known = _heads[head] = _BY_NAME.get(tl.decode(kept.plain).tl_name, "")
    return known
