"""Renders a stored message as `api.Message` for one viewer."""

from typing import Any, Final

from chappe import tl
from chappe.core import Kind, Owner
from chappe.features import accounts, chats, files, keyboards, media
from chappe.texts import show_entities
from chappe.tl import api
from chappe.updates import Viewer

from . import hooks
from .annotations import Counted, Mention
from .records import Message, ReplyDetails
from .threads import GENERAL, show_replies

ANSWER_BYTES_MAX: Final = 1024 * 1024  # bytes of messages after which an answer is closed
PLAIN_BYTES: Final = 256  # bytes a message takes beside its words and entities
# actions of which only the photo's id is kept: how it is named depends on who looks
SHOWING_PHOTO: Final = (api.MessageActionChatEditPhoto, api.MessageActionSuggestProfilePhoto)
ENTITY_BYTES: Final = 16  # bytes of one entity, beside the address it carries


async def show_message(viewer: Viewer, message: Message) -> api.Message | api.MessageService:
    """Return the `api.Message` or `api.MessageService` of a record."""
    peer = accounts.show_peer(viewer, message.peer)
    sender = accounts.show_peer(viewer, message.sender)
    post = message.sender == message.peer and await _is_broadcast(viewer, message.peer)
    out = message.out
    if message.author or accounts.in_channel(message.peer):
        out = viewer.user in (message.author, message.sender)
    if message.peer == viewer.user and message.id > 0:  # a scheduled one is shown under -id
        out = False  # what one has saved did not go anywhere: apps reckon with that
    mentioned = False
    unread = False
    if message.mentions and viewer.user in message.mentions:
        mentioned = True
        mine = viewer.look(Owner(Kind.USER, viewer.user))
        unread = await mine.get(Mention, message.peer, message.id) is not None
    common: dict[str, Any] = {
        "out": out,
        "mentioned": mentioned,
        "media_unread": unread or message.unplayed,
        "silent": message.silent,
        "post": post,
        "id": message.id,
        "from_id": None if post else sender,
        "peer_id": peer,
        "date": message.date,
        "saved_peer_id": _saved_peer(viewer, message),
        "ttl_period": chats.lifetime(viewer, message.peer, message.ttl),
    }
    if message.reply_to or message.answer is not None:
        common["reply_to"] = await _show_reply(viewer, message, _reply(message))
    if message.reactions:
        common["reactions"] = await viewer.context.ask(hooks.show_reactions)(viewer, message)
    if message.action:
        action: Any = tl.decode(message.action)
        mention_all(viewer, action)
        if isinstance(action, SHOWING_PHOTO):
            where = files.Where(files.MESSAGE, message.peer, message.id)
            action.photo = await media.show_photo_of(viewer, action.photo.id, where)
        return api.MessageService(**common, action=action)
    views = forwards = None
    if post:
        counted = await viewer.look(accounts.owner_of(message.peer)).get(Counted, message.id)
        views, forwards = (counted.views, counted.forwards) if counted else (1, 0)
    shown = None
    if message.media:
        shown = await media.show_media(viewer, message)
    if message.via:
        viewer.mention_user(message.via)
    return api.Message(
        **common,
        pinned=message.pinned,
        fwd_from=_forward(viewer, message),
        via_bot_id=message.via or None,
        message=message.text,
        media=shown,
        reply_markup=keyboards.show_markup(viewer, message.markup),
        edit_hide=bool(message.edit_date and isinstance(shown, api.MessageMediaGeoLive)),
        invert_media=message.invert_media,
        entities=show_entities(message.entities) or None,
        edit_date=message.edit_date or None,
        grouped_id=message.grouped_id or None,
        post_author=message.signature or None,
        views=views,
        forwards=forwards,
        replies=await show_replies(viewer, message) if accounts.in_channel(message.peer) else None,
        noforwards=message.noforwards,
        from_scheduled=message.from_scheduled,
    )


def weight_of(shown: Any) -> int:
    """Return about how many bytes a message takes as it is shown: its words, and what entities carry."""
    weight = PLAIN_BYTES + len(getattr(shown, "message", "").encode())
    for entity in getattr(shown, "entities", None) or ():
        weight += ENTITY_BYTES + len(getattr(entity, "url", ""))
    return weight


def _reply(message: Message) -> api.MessageReplyHeader | None:
    if not message.reply_to:
        return None
    general = message.topic and message.thread == GENERAL
    top = 0 if general or message.thread == message.reply_to else message.thread
    return api.MessageReplyHeader(
        forum_topic=message.topic and not general,
        reply_to_msg_id=message.reply_to,
        reply_to_top_id=top or None,
    )


async def _is_broadcast(viewer: Viewer, peer: int) -> bool:
    """Whether a dialog is a channel, whose own words are posts; a group's are by anonymous admins."""
    owner = accounts.owner_of(peer)
    chat = await viewer.look(owner).get(chats.Chat) if owner.kind is Kind.CHANNEL else None
    return chat is not None and chat.broadcast


def _saved_peer(
    viewer: Viewer, message: Message
) -> api.PeerChannel | api.PeerChat | api.PeerUser | None:
    if message.peer != viewer.user:
        return None
    if message.fwd_from:
        return accounts.show_peer(viewer, message.fwd_from)
    return api.PeerUser(user_id=viewer.user)


def _forward(viewer: Viewer, message: Message) -> api.MessageFwdHeader | None:
    if not message.fwd_date:
        return None
    origin = accounts.show_peer(viewer, message.fwd_from) if message.fwd_from else None
    return api.MessageFwdHeader(
        from_id=origin,
        from_name=message.fwd_name or None,
        date=message.fwd_date,
        channel_post=message.fwd_post or None,
        post_author=message.fwd_signature or None,
        **_saved_from(viewer, message),
    )


def _saved_from(viewer: Viewer, message: Message) -> dict[str, Any]:
    """Return where a saved message can be found, or a post that its channel's group talks about."""
    peer, number = message.saved_from
    if message.sender == message.fwd_from < 0 and message.sender != message.peer:
        peer, number = message.fwd_from, message.fwd_post
    if not peer or not number:
        return {}
    return {"saved_from_peer": accounts.show_peer(viewer, peer), "saved_from_msg_id": number}


def mention_all(viewer: Viewer, action: Any) -> None:
    """Mention everybody a service message names."""
    for user in getattr(action, "users", ()):
        viewer.mention_user(user)
    for name in ("user_id", "inviter_id"):
        if user := getattr(action, name, 0):
            viewer.mention_user(user)
    if channel := getattr(action, "channel_id", 0):
        viewer.mention_channel(channel)
    if chat := getattr(action, "chat_id", 0):
        viewer.mention_chat(chat)


async def _show_reply(viewer: Viewer, message: Message, header: Any) -> Any:
    """Return the reply header of a message with what it quotes; `header` says the rest, or is None."""
    answer = message.answer
    if answer is None:
        return header
    shown = header or api.MessageReplyHeader()
    if answer.quote:
        shown.quote = True
        shown.quote_text = answer.quote
        shown.quote_offset = answer.offset or None
        shown.quote_entities = show_entities(answer.entities) or None
    if not answer.elsewhere:
        return shown if header is not None else None
    shown.reply_from = api.MessageFwdHeader(
        from_id=accounts.show_peer(viewer, answer.fwd_from) if answer.fwd_from else None,
        from_name=answer.fwd_name or None,
        date=answer.fwd_date,
        channel_post=answer.fwd_post or None,
        post_author=answer.fwd_signature or None,
    )
    if answer.peer and await _may_go_there(viewer, answer):
        shown.reply_to_peer_id = accounts.show_peer(viewer, answer.peer)
        shown.reply_to_msg_id = answer.id
    return shown


async def _may_go_there(viewer: Viewer, answer: ReplyDetails) -> bool:
    """Whether a viewer may see the message of another chat that is answered."""
    viewer.unshareable = True  # by where else they are
    owner = accounts.owner_of(answer.peer)
    place = await chats.membership_of(viewer.context, owner, viewer.user)
    if place is None or not chats.may_see_channel(place, int(viewer.context.clock.now())):
        return False
    return place.member is None or answer.id >= place.member.first_visible


async def show_page_of(viewer: Viewer, message: Message | None, page: int) -> Any:
    """Return the web page a message shows now, or that it has none."""
    if message is not None and message.media:
        shown = await media.show_media(viewer, message)
        if isinstance(shown, api.MessageMediaWebPage):
            return shown.webpage
    return api.WebPageEmpty(id=page)
