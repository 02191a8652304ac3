"""Editing, deleting, pinning and reacting (core.telegram.org/bots/api#updating-messages)."""

from collections.abc import Mapping
from typing import Any, Final

from chappe.tl import api

from ..caller import Caller, input_channel
from ..failures import refused
from ..keyboards import taken_markup
from ..params import Params
from ..shown.peers import Json
from ..shown.texts import EntityGiven
from .acting import LinkPreviewOptions, act, find_message, formatted, message_at, one_sent
from .sending import TOGETHER_MAX, preview_of

EDITING: Final = {"MESSAGE_ID_INVALID": "message to edit not found"}
DELETING: Final = {"MESSAGE_ID_INVALID": "message to delete not found"}
PINNING: Final = {
    "MESSAGE_ID_INVALID": "message to pin not found",
    "CHAT_ADMIN_REQUIRED": "not enough rights to manage pinned messages in the chat",
}
REACTING: Final = {"MESSAGE_ID_INVALID": "message to react not found"}


class Editing(Params, frozen=True):
    """What all methods take that edit a message."""

    chat_id: str = ""
    message_id: int = 0
    inline_message_id: str = ""
    business_connection_id: str = ""
    reply_markup: Any = None


class EditMessageText(Editing, frozen=True):
    """See the Bot API."""

    text: str = ""
    parse_mode: str = ""
    entities: list[EntityGiven] | None = None
    link_preview_options: LinkPreviewOptions | None = None
    disable_web_page_preview: bool = False


class EditMessageCaption(Editing, frozen=True):
    """See the Bot API."""

    caption: str = ""
    parse_mode: str = ""
    caption_entities: list[EntityGiven] | None = None
    show_caption_above_media: bool = False


class EditMessageReplyMarkup(Editing, frozen=True):
    """See the Bot API."""


async def edited(caller: Caller, given: Editing, **fields: Any) -> Json | bool:
    """Edit a message; return it as it is now, or True for one sent by inline mode."""
    if given.business_connection_id:
        raise refused("business connection not found")
    markup = taken_markup(given.reply_markup)
    if given.inline_message_id:
        number = inline_number(given.inline_message_id)
        request: Any = api.MessagesEditInlineBotMessage(id=number, reply_markup=markup, **fields)
        return bool(await caller(request))
    peer, _ = await message_at(caller, given.chat_id, given.message_id, "to edit")
    request = api.MessagesEditMessage(peer=peer, id=given.message_id, reply_markup=markup, **fields)
    return await one_sent(caller, await caller(request))


def inline_number(text: str) -> Any:
    """Return the message sent by inline mode that an inline_message_id names.

    Raises:
        Failure: it names none.
    """
    try:
        dc, owner, number, access_hash = map(int, text.split("."))
    except ValueError:
        raise refused("invalid inline message identifier specified") from None
    return api.InputBotInlineMessageID64(
        dc_id=dc, owner_id=owner, id=number, access_hash=access_hash
    )


@act(EditMessageText, EDITING)
async def edit_message_text(caller: Caller, given: EditMessageText) -> Json | bool:
    """Give a message another text."""
    text = formatted(given.text, given.parse_mode, given.entities)
    if not text.text.strip():
        raise refused("message text is empty")
    bare, above, page = preview_of(
        text, given.link_preview_options, disabled=given.disable_web_page_preview
    )
    return await edited(
        caller,
        given,
        message=text.text,
        entities=text.entities,
        no_webpage=bare,
        invert_media=above,
        media=page,
    )


@act(EditMessageCaption, EDITING)
async def edit_message_caption(caller: Caller, given: EditMessageCaption) -> Json | bool:
    """Give a medium another caption."""
    text = formatted(given.caption, given.parse_mode, given.caption_entities)
    above = given.show_caption_above_media
    return await edited(
        caller, given, message=text.text, entities=text.entities, invert_media=above
    )


@act(EditMessageReplyMarkup, EDITING)
async def edit_message_reply_markup(caller: Caller, given: EditMessageReplyMarkup) -> Json | bool:
    """Give a message another keyboard, or none."""
    return await edited(caller, given)


class DeleteMessage(Params, frozen=True):
    """See the Bot API."""

    chat_id: str = ""
    message_id: int = 0


class DeleteMessagesParams(Params, frozen=True):
    """See the Bot API."""

    chat_id: str = ""
    message_ids: tuple[int, ...] = ()


async def _delete(caller: Caller, peer: Any, numbers: list[int]) -> bool:
    request: Any = api.MessagesDeleteMessages(id=numbers, revoke=True)
    if isinstance(peer, api.InputPeerChannel):
        request = api.ChannelsDeleteMessages(channel=input_channel(peer), id=numbers)
    await caller(request)
    return True


@act(DeleteMessage, DELETING)
async def delete_message(caller: Caller, given: DeleteMessage) -> bool:
    """Delete a message for everybody."""
    peer, _ = await message_at(caller, given.chat_id, given.message_id, "to delete")
    return await _delete(caller, peer, [given.message_id])


@act(DeleteMessagesParams, DELETING)
async def delete_messages(caller: Caller, given: DeleteMessagesParams) -> bool:
    """Delete messages for everybody; those that are gone are skipped."""
    peer = await caller.peer(given.chat_id)
    if not given.message_ids:
        raise refused("message identifiers are not specified")
    if len(given.message_ids) > TOGETHER_MAX:
        raise refused("too many message identifiers specified")
    wanted = sorted({number for number in given.message_ids if number > 0})
    there = [n for n in wanted if await find_message(caller, peer, n) is not None]
    return await _delete(caller, peer, there) if there else True


class PinChatMessage(Params, frozen=True):
    """See the Bot API."""

    chat_id: str = ""
    message_id: int = 0
    disable_notification: bool = False
    business_connection_id: str = ""


class UnpinChatMessage(Params, frozen=True):
    """See the Bot API."""

    chat_id: str = ""
    message_id: int = 0
    business_connection_id: str = ""


class UnpinAllChatMessages(Params, frozen=True):
    """See the Bot API."""

    chat_id: str = ""


@act(PinChatMessage, PINNING)
async def pin_chat_message(caller: Caller, given: PinChatMessage) -> bool:
    """Pin a message."""
    peer, _ = await message_at(caller, given.chat_id, given.message_id, "to pin")
    silent = given.disable_notification
    await caller(api.MessagesUpdatePinnedMessage(peer=peer, id=given.message_id, silent=silent))
    return True


@act(UnpinChatMessage, {**PINNING, "MESSAGE_ID_INVALID": "message to unpin not found"})
async def unpin_chat_message(caller: Caller, given: UnpinChatMessage) -> bool:
    """Unpin a message, or the newest that is pinned."""
    number = given.message_id
    if number:
        peer, _ = await message_at(caller, given.chat_id, number, "to unpin")
    else:
        peer = await caller.peer(given.chat_id)
        number = await pinned_in(caller, peer)
        if not number:
            raise refused("message to unpin not found")
    await caller(api.MessagesUpdatePinnedMessage(peer=peer, id=number, unpin=True))
    return True


async def pinned_in(caller: Caller, peer: Any) -> int:
    """Return the number of the newest message that is pinned in a conversation; 0 if none is."""
    full = await full_of(caller, peer)
    return int(full.pinned_msg_id or 0)


async def full_of(caller: Caller, peer: Any) -> Any:
    """Return the full user, group or channel behind a conversation."""
    if isinstance(peer, api.InputPeerChannel):
        answer = await caller(api.ChannelsGetFullChannel(channel=input_channel(peer)))
        return answer.full_chat
    if isinstance(peer, api.InputPeerChat):
        return (await caller(api.MessagesGetFullChat(chat_id=peer.chat_id))).full_chat
    user = api.InputUser(user_id=peer.user_id, access_hash=peer.access_hash)
    return (await caller(api.UsersGetFullUser(id=user))).full_user


@act(UnpinAllChatMessages, PINNING)
async def unpin_all_chat_messages(caller: Caller, given: UnpinAllChatMessages) -> bool:
    """Unpin all messages of a conversation."""
    await caller(api.MessagesUnpinAllMessages(peer=await caller.peer(given.chat_id)))
    return True


class SetMessageReaction(Params, frozen=True):
    """See the Bot API."""

    chat_id: str = ""
    message_id: int = 0
    reaction: list[dict[str, Any]] | None = None
    is_big: bool = False


def _reaction(given: Mapping[str, Any]) -> Any:
    match given.get("type"):
        case "emoji":
            return api.ReactionEmoji(emoticon=str(given.get("emoji", "")))
        case "custom_emoji":
            number = str(given.get("custom_emoji_id", ""))
            if number.isdigit():
                return api.ReactionCustomEmoji(document_id=int(number))
    raise refused("invalid reaction type specified")


@act(SetMessageReaction, REACTING)
async def set_message_reaction(caller: Caller, given: SetMessageReaction) -> bool:
    """React to a message, or no longer."""
    peer, _ = await message_at(caller, given.chat_id, given.message_id, "to react")
    chosen = [_reaction(one) for one in given.reaction or ()]
    request = api.MessagesSendReaction(
        peer=peer, msg_id=given.message_id, reaction=chosen, big=given.is_big
    )
    await caller(request)
    return True


class AnswerCallbackQuery(Params, frozen=True):
    """See the Bot API."""

    callback_query_id: str = ""
    text: str = ""
    show_alert: bool = False
    url: str = ""
    cache_time: int = 0


QUERY_DIGITS_MAX: Final = 19  # digits of the number of a query


def query_number(text: str) -> int:
    """Return the number of a query.

    Raises:
        Failure: it is none.
    """
    digits = text.strip().removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > QUERY_DIGITS_MAX:
        raise refused("query is too old and response timeout expired or query ID is invalid")
    number = int(text)
    if not -(1 << 63) <= number < 1 << 63:
        raise refused("query is too old and response timeout expired or query ID is invalid")
    return number


@act(AnswerCallbackQuery)
async def answer_callback_query(caller: Caller, given: AnswerCallbackQuery) -> bool:
    """Answer who pressed a button."""
    request = api.MessagesSetBotCallbackAnswer(
        query_id=query_number(given.callback_query_id),
        message=given.text or None,
        alert=given.show_alert,
        url=given.url or None,
        cache_time=given.cache_time,
    )
    return bool(await caller(request))


class EditMessageLiveLocation(Editing, frozen=True):
    """See the Bot API."""

    latitude: float | None = None
    longitude: float | None = None
    live_period: int | None = None
    horizontal_accuracy: float = 0.0
    heading: int = 0
    proximity_alert_radius: int = 0


class StopMessageLiveLocation(Editing, frozen=True):
    """See the Bot API."""


@act(EditMessageLiveLocation, EDITING)
async def edit_message_live_location(caller: Caller, given: EditMessageLiveLocation) -> Json | bool:
    """Move a place that is live."""
    if given.latitude is None or given.longitude is None:
        raise refused("latitude is empty" if given.latitude is None else "longitude is empty")
    accuracy = int(given.horizontal_accuracy) or None
    place = api.InputGeoPoint(lat=given.latitude, long=given.longitude, accuracy_radius=accuracy)
    live = api.InputMediaGeoLive(
        geo_point=place,
        period=given.live_period,
        heading=given.heading or None,
        proximity_notification_radius=given.proximity_alert_radius or None,
    )
    return await edited(caller, given, media=live)


@act(StopMessageLiveLocation, EDITING)
async def stop_message_live_location(caller: Caller, given: StopMessageLiveLocation) -> Json | bool:
    """Let a place be live no longer."""
    stopped = api.InputMediaGeoLive(geo_point=api.InputGeoPointEmpty(), stopped=True)
    return await edited(caller, given, media=stopped)


class SendChatAction(Params, frozen=True):
    """See the Bot API."""

    chat_id: str = ""
    action: str = ""
    message_thread_id: int = 0
    business_connection_id: str = ""


_ACTIONS: Final[Mapping[str, Any]] = {
    "cancel": api.SendMessageCancelAction,
    "typing": api.SendMessageTypingAction,
    "record_video": api.SendMessageRecordVideoAction,
    "upload_video": api.SendMessageUploadVideoAction,
    "record_audio": api.SendMessageRecordAudioAction,
    "record_voice": api.SendMessageRecordAudioAction,
    "upload_audio": api.SendMessageUploadAudioAction,
    "upload_voice": api.SendMessageUploadAudioAction,
    "upload_photo": api.SendMessageUploadPhotoAction,
    "upload_document": api.SendMessageUploadDocumentAction,
    "choose_sticker": api.SendMessageChooseStickerAction,
    "pick_up_location": api.SendMessageGeoLocationAction,
    "find_location": api.SendMessageGeoLocationAction,
    "record_video_note": api.SendMessageRecordRoundAction,
    "upload_video_note": api.SendMessageUploadRoundAction,
}


@act(SendChatAction)
async def send_chat_action(caller: Caller, given: SendChatAction) -> bool:
    """Show that the bot does something."""
    peer = await caller.peer(given.chat_id)
    if not given.action:
        raise refused("parameter action is empty")
    kind = _ACTIONS.get(given.action)
    if kind is None:
        raise refused("Wrong parameter action in request")
    doing = kind(progress=0) if given.action.startswith("upload_") else kind()
    top = given.message_thread_id or None
    await caller(api.MessagesSetTyping(peer=peer, action=doing, top_msg_id=top))
    return True
