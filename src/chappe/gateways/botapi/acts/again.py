"""What a message holds, sent once more: its text, or its medium by what names it there."""

from collections.abc import Mapping
from typing import Any

from chappe.tl import api

from ..failures import refused
from .acting import Text


def sent_again(
    message: Any, caption: Text | None, fields: Mapping[str, Any], *, above: bool
) -> Any:
    """Return the request that sends what a message holds.

    Raises:
        Failure: it holds what cannot be copied.
    """
    if isinstance(message, api.MessageService):
        raise refused("message can't be copied")
    media = as_input(message.media)
    text = Text(message.message, message.entities or [])
    if media is None:
        said: dict[str, Any] = {"message": text.text, "entities": text.entities or None}
        bare = message.media is None
        return api.MessagesSendMessage(no_webpage=bare, **said, **fields)
    if caption is not None:
        text = caption
    shown_above = above if caption is not None else message.invert_media
    said = {"message": text.text, "entities": text.entities or None}
    return api.MessagesSendMedia(media=media, invert_media=shown_above, **said, **fields)


def as_input(media: Any) -> Any:
    """Return a medium as it is sent; None for a text with a page.

    Raises:
        Failure: it cannot be sent by who has not made it.
    """
    match media:
        case None | api.MessageMediaWebPage():
            return None
        case api.MessageMediaPhoto(photo=api.Photo() as photo):
            named: Any = api.InputPhoto(
                id=photo.id, access_hash=photo.access_hash, file_reference=photo.file_reference
            )
            return api.InputMediaPhoto(id=named, spoiler=media.spoiler)
        case api.MessageMediaDocument(document=api.Document() as document):
            named = api.InputDocument(
                id=document.id,
                access_hash=document.access_hash,
                file_reference=document.file_reference,
            )
            return api.InputMediaDocument(id=named, spoiler=media.spoiler)
        case api.MessageMediaGeo():
            return api.InputMediaGeoPoint(geo_point=_point(media.geo))
        case api.MessageMediaVenue():
            return api.InputMediaVenue(
                geo_point=_point(media.geo),
                title=media.title,
                address=media.address,
                provider=media.provider,
                venue_id=media.venue_id,
                venue_type=media.venue_type,
            )
        case api.MessageMediaContact():
            return api.InputMediaContact(
                phone_number=media.phone_number,
                first_name=media.first_name,
                last_name=media.last_name,
                vcard=media.vcard,
            )
        case api.MessageMediaDice():
            return api.InputMediaDice(emoticon=media.emoticon)
    raise refused("message can't be copied")


def _point(geo: Any) -> Any:
    return api.InputGeoPoint(
        lat=geo.lat, long=geo.long, accuracy_radius=getattr(geo, "accuracy_radius", None)
    )
