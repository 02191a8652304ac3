"""Messages (core.telegram.org/bots/api#message)."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from chappe.tl import api, errors

from ..caller import CHANNEL_FROM, Caller, NamedPeers
from .markup import show_markup
from .media import SeenAt, photo_sizes, show_media
from .peers import Json, chat_id_of, show_chat, show_user, user_by_id, without_none, yes
from .texts import show_entities

Earlier = Mapping[tuple[int, int], Any]  # messages that are answered or pinned, by chat and number
ANONYMOUS: Final = 1087968824  # @GroupAnonymousBot, who stands for an admin that stays anonymous
CHANNEL_BOT: Final = 136817688  # @Channel_Bot, who stands for a channel that writes
SERVICE: Final = 777000  # who stands for the channel of a discussion
_FACES: Final = {
    ANONYMOUS: ("Group", "GroupAnonymousBot", True),
    CHANNEL_BOT: ("Channel", "Channel_Bot", True),
    SERVICE: ("Telegram", None, False),
}


async def earlier_of(caller: Caller, messages: Iterable[Any]) -> dict[tuple[int, int], Any]:
    """Fetch the messages that others answer or pin, those that are there for the bot."""
    wanted = sorted({key for message in messages if (key := _answered(message)) is not None})
    found: dict[tuple[int, int], Any] = {}
    for chat, keys in groupby(wanted, lambda key: key[0] if key[0] <= -CHANNEL_FROM else 0):
        ids = [api.InputMessageID(id=number) for _, number in keys]
        request: Any = api.MessagesGetMessages(id=ids)
        if chat:
            peer = await caller.peer(str(chat))
            channel = api.InputChannel(channel_id=peer.channel_id, access_hash=peer.access_hash)
            request = api.ChannelsGetMessages(channel=channel, id=ids)
        try:
            answer = await caller(request)
        except errors.RpcError:
            continue  # a bot that is out by now sees nothing more of it
        for one in answer.messages:
            if not isinstance(one, api.MessageEmpty):
                found[chat_id_of(one.peer_id), one.id] = one
    return found


def _answered(message: Any) -> tuple[int, int] | None:
    """Return chat and number of the message that another answers, if that is in the same chat."""
    header = getattr(message, "reply_to", None)
    number = getattr(header, "reply_to_msg_id", None)
    if not number or getattr(header, "reply_to_peer_id", None) is not None:
        return None
    return chat_id_of(message.peer_id), number


async def show_messages(caller: Caller, messages: Sequence[Any]) -> list[Json]:
    """Return Messages, with what they answer; those that bots are not told are left out."""
    earlier = await earlier_of(caller, messages)
    shown = (show_message(caller.named, message, earlier) for message in messages)
    return [one for one in shown if one is not None]


def show_message(named: NamedPeers, message: Any, earlier: Earlier) -> Json | None:
    """Return a Message; None for a service message that bots are not told of."""
    if isinstance(message, api.MessageEmpty):
        return None
    chat = show_chat(named, message.peer_id)
    shown: Json = {
        "message_id": message.id,
        **_sender(named, message, chat),
        "chat": chat,
        "date": message.date,
    }
    answered = earlier.get(_answered(message) or (0, 0))
    if isinstance(message, api.MessageService):
        done = _action(named, message, answered)
        return None if done is None else shown | done
    shown |= _thread(message)
    if answered is not None:
        inner = show_message(named, answered, {})
        shown |= without_none(reply_to_message=inner)
    shown |= _quoted(named, message, chat)
    shown |= _forwarded(named, message)
    shown |= _content(named, message, chat["id"])
    return shown | without_none(
        via_bot=user_by_id(named, message.via_bot_id) if message.via_bot_id else None,
        edit_date=None if message.edit_hide else message.edit_date,
        has_protected_content=yes(message.noforwards),
        is_from_offline=yes(message.offline),
        media_group_id=str(message.grouped_id) if message.grouped_id else None,
        author_signature=message.post_author or None,
        reply_markup=show_markup(message.reply_markup),
        effect_id=str(message.effect) if message.effect else None,
    )


def _content(named: NamedPeers, message: Any, chat: int) -> Json:
    """Return text, or medium and caption."""
    media = message.media
    page = isinstance(media, api.MessageMediaWebPage)
    shown = show_media(named, media, SeenAt(chat, message.id)) if media is not None else {}
    entities = show_entities(named, message.entities)
    above = yes(message.invert_media)
    if media is None or page or not shown:
        options = _preview(media, above=above) if page else None
        text = message.message if message.message or shown else None
        return without_none(text=text, entities=entities, link_preview_options=options)
    caption = message.message or None
    return shown | without_none(
        caption=caption,
        caption_entities=entities,
        show_caption_above_media=above if caption else None,
    )


def _preview(media: Any, *, above: bool | None) -> Json | None:
    """Return LinkPreviewOptions, where a bot or person chose any."""
    chosen = without_none(
        url=getattr(media.webpage, "url", None) if media.manual else None,
        prefer_large_media=yes(media.force_large_media),
        prefer_small_media=yes(media.force_small_media),
        show_above_text=above,
    )
    return chosen or None


def face(number: int) -> Json:
    """Return the User who stands for a chat that writes."""
    name, username, bot = _FACES[number]
    return without_none(id=number, is_bot=bot, first_name=name, username=username)


def _sender(named: NamedPeers, message: Any, chat: Json) -> Json:
    """Return from, and sender_chat where a chat writes."""
    author = message.from_id
    if author is None:
        author = message.peer_id
    if isinstance(author, api.PeerUser):
        return {"from": user_by_id(named, author.user_id)}
    sender = show_chat(named, author)
    if chat["type"] == "channel":
        return {"sender_chat": sender}
    same = chat["id"] == sender["id"]
    if same:
        return {"from": face(ANONYMOUS), "sender_chat": sender}
    header = getattr(message, "fwd_from", None)
    automatic = header is not None and header.saved_from_peer == author
    shown = {"from": face(SERVICE if automatic else CHANNEL_BOT), "sender_chat": sender}
    return shown | ({"is_automatic_forward": True} if automatic else {})


def _thread(message: Any) -> Json:
    header = message.reply_to
    if not isinstance(header, api.MessageReplyHeader):
        return {}
    top = header.reply_to_top_id or (header.reply_to_msg_id if header.forum_topic else None)
    if not top:
        return {}
    return {"message_thread_id": top} | ({"is_topic_message": True} if header.forum_topic else {})


def _quoted(named: NamedPeers, message: Any, chat: Json) -> Json:
    """Return the quotation of an answer, and what it answers in another chat."""
    header = message.reply_to
    if not isinstance(header, api.MessageReplyHeader):
        return {}
    shown: Json = {}
    if header.quote_text:
        shown["quote"] = without_none(
            text=header.quote_text,
            entities=show_entities(named, header.quote_entities),
            position=header.quote_offset or 0,
            is_manual=yes(header.quote),
        )
    if header.reply_from is not None:
        elsewhere = header.reply_to_peer_id
        number = header.reply_to_msg_id
        shown["external_reply"] = without_none(
            origin=_origin(named, header.reply_from),
            chat=show_chat(named, elsewhere) if elsewhere is not None else None,
            message_id=number if elsewhere is not None and number else None,
        )
        if header.reply_media is not None:
            place = SeenAt(chat_id_of(elsewhere) if elsewhere is not None else 0, number or 0)
            shown["external_reply"] |= show_media(named, header.reply_media, place)
    return shown


def _origin(named: NamedPeers, header: Any) -> Json:
    """Return the MessageOrigin of what was forwarded."""
    if isinstance(header.from_id, api.PeerUser):
        user = user_by_id(named, header.from_id.user_id)
        return {"type": "user", "date": header.date, "sender_user": user}
    if header.from_id is None:
        name = header.from_name or ""
        return {"type": "hidden_user", "date": header.date, "sender_user_name": name}
    chat = show_chat(named, header.from_id)
    signed = without_none(author_signature=header.post_author or None)
    if header.channel_post:
        place = {"chat": chat, "message_id": header.channel_post}
        return {"type": "channel", "date": header.date, **place, **signed}
    return {"type": "chat", "date": header.date, "sender_chat": chat, **signed}


def _forwarded(named: NamedPeers, message: Any) -> Json:
    header = message.fwd_from
    if header is None or header.imported:
        return {}
    return {"forward_origin": _origin(named, header)}


def _users(named: NamedPeers, numbers: Iterable[int]) -> list[Json]:
    return [user_by_id(named, number) for number in numbers]


def _action(named: NamedPeers, message: Any, answered: Any) -> Json | None:
    """Return what a service message says happened; None for what bots are not told."""
    action = message.action
    match action:
        case api.MessageActionChatAddUser():
            return {"new_chat_members": _users(named, action.users)}
        case api.MessageActionChatJoinedByLink() | api.MessageActionChatJoinedByRequest():
            who = message.from_id
            return {"new_chat_members": _users(named, [who.user_id] if who is not None else [])}
        case api.MessageActionChatDeleteUser():
            return {"left_chat_member": user_by_id(named, action.user_id)}
        case api.MessageActionChatEditTitle():
            return {"new_chat_title": action.title}
        case api.MessageActionChatEditPhoto():
            place = SeenAt(chat_id_of(message.peer_id), message.id)
            if not isinstance(action.photo, api.Photo):
                return None
            return {"new_chat_photo": photo_sizes(action.photo, place)}
        case api.MessageActionChatDeletePhoto():
            return {"delete_chat_photo": True}
        case api.MessageActionChatCreate():
            return {"group_chat_created": True}
        case api.MessageActionChannelCreate():
            chat = named.chats.get(message.peer_id.channel_id)
            channel = chat is not None and chat.broadcast
            return {f"{'channel' if channel else 'supergroup'}_chat_created": True}
        case api.MessageActionChatMigrateTo():
            return {"migrate_to_chat_id": -CHANNEL_FROM - action.channel_id}
        case api.MessageActionChannelMigrateFrom():
            return {"migrate_from_chat_id": -action.chat_id}
        case api.MessageActionPinMessage():
            return {"pinned_message": _pinned(named, message, answered)}
        case api.MessageActionSetMessagesTTL():
            told = {"message_auto_delete_time": action.period}
            return {"message_auto_delete_timer_changed": told}
        case api.MessageActionTopicCreate():
            icon = str(action.icon_emoji_id) if action.icon_emoji_id else None
            topic = without_none(
                name=action.title, icon_color=action.icon_color, icon_custom_emoji_id=icon
            )
            thread = {"message_thread_id": message.id, "is_topic_message": True}
            return {**thread, "forum_topic_created": topic}
        case api.MessageActionTopicEdit():
            return _topic_edit(message) | _thread(message)
        case api.MessageActionRequestedPeer():
            return _requested(action)
        case api.MessageActionWebViewDataSentMe():
            return {"web_app_data": {"data": action.data, "button_text": action.text}}
        case api.MessageActionBotAllowed():
            name = getattr(action.app, "short_name", None)
            told = without_none(from_request=yes(action.from_request), web_app_name=name)
            return {"write_access_allowed": told}
    return None


def _pinned(named: NamedPeers, message: Any, answered: Any) -> Json:
    """Return the message that was pinned; one that is gone has the date 0."""
    shown = show_message(named, answered, {}) if answered is not None else None
    if shown is not None:
        return shown
    header = message.reply_to
    number = getattr(header, "reply_to_msg_id", 0) or 0
    return {"chat": show_chat(named, message.peer_id), "message_id": number, "date": 0}


def _topic_edit(message: Any) -> Json:
    action = message.action
    if action.closed is not None:
        return {"forum_topic_closed" if action.closed else "forum_topic_reopened": {}}
    if action.hidden is not None:
        word = "hidden" if action.hidden else "unhidden"
        return {f"general_forum_topic_{word}": {}}
    icon = action.icon_emoji_id
    edited = without_none(
        name=action.title,
        icon_custom_emoji_id=None if icon is None else (str(icon) if icon else ""),
    )
    return {"forum_topic_edited": edited}


def _requested(action: Any) -> Json:
    users = [peer.user_id for peer in action.peers if isinstance(peer, api.PeerUser)]
    if users:
        shared = [{"user_id": number} for number in users]
        return {"users_shared": {"request_id": action.button_id, "users": shared}}
    chat = chat_id_of(action.peers[0]) if action.peers else 0
    return {"chat_shared": {"request_id": action.button_id, "chat_id": chat}}


def user_or_chat(named: NamedPeers, peer: Any) -> Json:
    """Return a User or Chat under the name that updates about reactions and votes have for it."""
    if isinstance(peer, api.PeerUser):
        user = named.users.get(peer.user_id)
        shown = show_user(user) if user is not None else user_by_id(named, peer.user_id)
        return {"user": shown}
    return {"actor_chat": show_chat(named, peer)}
