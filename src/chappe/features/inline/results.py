"""Results of bots, as they are taken, kept and shown (core.telegram.org/api/bots/inline)."""

from typing import Any, Final

import msgspec

from chappe import tl
from chappe.features import files, keyboards, media
from chappe.features.messages import check_caption, check_text
from chappe.rpc import Call
from chappe.texts import show_entities
from chappe.tl import api, errors
from chappe.updates import Viewer

from .records import InlineResult

ID_BYTES_MAX: Final = 64  # bytes of a result's id
TITLE_CHARACTERS_MAX: Final = 256  # characters of a title or description
TYPES: Final = frozenset(
    {
        "article",
        "audio",
        "contact",
        "document",
        "file",
        "geo",
        "gif",
        "location",
        "mpeg4_gif",
        "photo",
        "sticker",
        "venue",
        "video",
        "voice",
    }
)
RESULT_ERRORS: Final = (
    *media.TAKE_ERRORS,
    *keyboards.MARKUP_ERRORS,
    errors.ArticleTitleEmpty,
    errors.DocumentInvalid,
    errors.EntityBoundsInvalid,
    errors.MediaCaptionTooLong,
    errors.MessageEmpty,
    errors.MessageTooLong,
    errors.PhotoInvalid,
    errors.ResultIdInvalid,
    errors.ResultTypeInvalid,
    errors.SendMessageMediaInvalid,
    errors.SendMessageTypeInvalid,
    errors.WebdocumentUrlInvalid,
)


async def take_result(call: Call, given: api.TypeInputBotInlineResult) -> InlineResult:
    """Return what is kept of a result.

    Raises:
        RESULT_ERRORS: it cannot be like that.
    """
    if not 0 < len(given.id.encode()) <= ID_BYTES_MAX:
        raise errors.ResultIdInvalid
    if isinstance(given, api.InputBotInlineResultGame):
        raise errors.ResultTypeInvalid  # no game is played here
    if given.type not in TYPES:
        raise errors.ResultTypeInvalid
    title = (getattr(given, "title", None) or "")[:TITLE_CHARACTERS_MAX]
    if given.type == "article" and not title.strip():
        raise errors.ArticleTitleEmpty
    shown = await _shown(call, given)
    result = InlineResult(
        id=given.id,
        type=given.type,
        title=title,
        description=(getattr(given, "description", None) or "")[:TITLE_CHARACTERS_MAX],
        url=getattr(given, "url", None) or "",
        shown=shown,
    )
    message = given.send_message
    markup = getattr(message, "reply_markup", None)
    kept = await keyboards.take_markup(call, markup, keyboards.Room.ANYWHERE)
    said = await _message(call, message, shown)
    return msgspec.structs.replace(
        result,
        **said,
        markup=kept,
        invert_media=bool(getattr(message, "invert_media", False)),
    )


async def _shown(call: Call, given: Any) -> bytes:
    """Return the file a result is chosen by; none if it is chosen by words.

    Pictures of the web are not fetched: such a result is shown without.
    """
    match given:
        case api.InputBotInlineResultPhoto():
            kept = await media.take_media(call, api.InputMediaPhoto(id=given.photo))
        case api.InputBotInlineResultDocument():
            kept = await media.take_media(call, api.InputMediaDocument(id=given.document))
        case _:
            return b""
    return kept.pack()


async def _message(
    call: Call, given: api.TypeInputBotInlineMessage, shown: bytes
) -> dict[str, Any]:
    """Return the words and medium of the message a result becomes.

    Raises:
        RESULT_ERRORS
    """
    match given:
        case api.InputBotInlineMessageText():
            text, entities = check_text(given.message, given.entities, call.user)
            return {"text": text, "entities": entities, "no_webpage": given.no_webpage}
        case api.InputBotInlineMessageMediaWebPage():
            text, entities = check_text(given.message, given.entities, call.user)
            return {"text": text, "entities": entities, "page": given.url}
        case api.InputBotInlineMessageMediaAuto():
            if not shown:
                raise errors.WebdocumentUrlInvalid  # nothing is fetched from where a bot says
            text, entities = check_caption(given.message, given.entities, call.user)
            return {"text": text, "entities": entities, "media": shown}
        case api.InputBotInlineMessageMediaGeo():
            wanted: Any = api.InputMediaGeoPoint(geo_point=given.geo_point)
            if given.period:
                wanted = api.InputMediaGeoLive(
                    geo_point=given.geo_point,
                    heading=given.heading,
                    period=given.period,
                    proximity_notification_radius=given.proximity_notification_radius,
                )
        case api.InputBotInlineMessageMediaVenue():
            wanted = api.InputMediaVenue(
                geo_point=given.geo_point,
                title=given.title,
                address=given.address,
                provider=given.provider,
                venue_id=given.venue_id,
                venue_type=given.venue_type,
            )
        case api.InputBotInlineMessageMediaContact():
            wanted = api.InputMediaContact(
                phone_number=given.phone_number,
                first_name=given.first_name,
                last_name=given.last_name,
                vcard=given.vcard,
            )
        case _:
            raise errors.SendMessageTypeInvalid  # a game, an invoice, a rich text
    return {"media": (await media.take_media(call, wanted)).pack()}


async def show_result(
    viewer: Viewer, result: InlineResult, where: files.Where
) -> api.TypeBotInlineResult:
    """Return a result as somebody chooses from it, where its file is seen."""
    message = _show_message(viewer, result)
    if not result.shown:
        return api.BotInlineResult(
            id=result.id,
            type=result.type,
            title=result.title or None,
            description=result.description or None,
            url=result.url or None,
            send_message=message,
        )
    shown: Any = await media.show_media_ref(viewer, files.unpack_media_ref(result.shown), where)
    return api.BotInlineMediaResult(
        id=result.id,
        type=result.type,
        title=result.title or None,
        description=result.description or None,
        photo=getattr(shown, "photo", None),
        document=getattr(shown, "document", None),
        send_message=message,
    )


def _show_message(viewer: Viewer, result: InlineResult) -> api.TypeBotInlineMessage:
    markup = keyboards.show_markup(viewer, result.markup)
    entities = show_entities(result.entities) or None
    kept = files.unpack_media_ref(result.media) if result.media else None
    if kept is not None and kept.kind == "plain":
        return _show_plain(tl.decode(kept.plain), markup)
    if kept is not None:
        return api.BotInlineMessageMediaAuto(
            message=result.text,
            entities=entities,
            reply_markup=markup,
            invert_media=result.invert_media,
        )
    if result.page:
        return api.BotInlineMessageMediaWebPage(
            message=result.text,
            entities=entities,
            url=result.page,
            reply_markup=markup,
            invert_media=result.invert_media,
        )
    return api.BotInlineMessageText(
        no_webpage=result.no_webpage,
        message=result.text,
        entities=entities,
        reply_markup=markup,
        invert_media=result.invert_media,
    )


def _show_plain(
    kept: Any, markup: api.TypeReplyMarkup | None
) -> (
    api.BotInlineMessageMediaContact | api.BotInlineMessageMediaGeo | api.BotInlineMessageMediaVenue
):
    """Return the message of a result that is a place or a contact."""
    match kept:
        case api.MessageMediaContact():
            return api.BotInlineMessageMediaContact(
                phone_number=kept.phone_number,
                first_name=kept.first_name,
                last_name=kept.last_name,
                vcard=kept.vcard,
                reply_markup=markup,
            )
        case api.MessageMediaVenue():
            return api.BotInlineMessageMediaVenue(
                geo=kept.geo,
                title=kept.title,
                address=kept.address,
                provider=kept.provider,
                venue_id=kept.venue_id,
                venue_type=kept.venue_type,
                reply_markup=markup,
            )
    return api.BotInlineMessageMediaGeo(
        geo=kept.geo,
        heading=getattr(kept, "heading", None),
        period=getattr(kept, "period", None),
        reply_markup=markup,
    )
