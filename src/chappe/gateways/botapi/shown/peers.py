"""Users and chats (core.telegram.org/bots/api#user, #chat)."""

from typing import Any, Final

from chappe.tl import api

from ..caller import CHANNEL_FROM, NamedPeers

Json = dict[str, Any]
ADMIN_RIGHTS: Final = (
    # the Bot API's name, the protocol's
    ("can_manage_chat", "other"),
    ("can_delete_messages", "delete_messages"),
    ("can_manage_video_chats", "manage_call"),
    ("can_restrict_members", "ban_users"),
    ("can_promote_members", "add_admins"),
    ("can_change_info", "change_info"),
    ("can_invite_users", "invite_users"),
    ("can_post_stories", "post_stories"),
    ("can_edit_stories", "edit_stories"),
    ("can_delete_stories", "delete_stories"),
)
OF_CHANNELS: Final = (
    ("can_post_messages", "post_messages"),
    ("can_edit_messages", "edit_messages"),
    ("can_manage_direct_messages", "manage_direct_messages"),
)
OF_GROUPS: Final = (("can_pin_messages", "pin_messages"), ("can_manage_topics", "manage_topics"))
PERMISSIONS: Final = (
    ("can_send_messages", ("send_messages", "send_plain")),
    ("can_send_audios", ("send_audios",)),
    ("can_send_documents", ("send_docs",)),
    ("can_send_photos", ("send_photos",)),
    ("can_send_videos", ("send_videos",)),
    ("can_send_video_notes", ("send_roundvideos",)),
    ("can_send_voice_notes", ("send_voices",)),
    ("can_send_polls", ("send_polls",)),
    (
        "can_send_other_messages",
        ("send_stickers", "send_gifs", "send_games", "send_inline"),
    ),
    ("can_add_web_page_previews", ("embed_links",)),
    ("can_change_info", ("change_info",)),
    ("can_invite_users", ("invite_users",)),
    ("can_pin_messages", ("pin_messages",)),
    ("can_manage_topics", ("manage_topics",)),
)


def without_none(**fields: Any) -> Json:
    """Return the fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}


def yes(value: object) -> bool | None:
    """Return what stands for a yes, None for a no: most flags are left out when they are not so."""
    return True if value else None


def show_user(user: Any) -> Json:
    """Return a User."""
    return without_none(
        id=user.id,
        is_bot=bool(user.bot),
        first_name=user.first_name or "",
        last_name=user.last_name or None,
        username=user.username or None,
        language_code=user.lang_code or None,
        is_premium=yes(user.premium and not user.bot),
    )


def user_by_id(named: NamedPeers, number: int) -> Json:
    """Return a User of whom perhaps nothing but the id is known."""
    user = named.users.get(number)
    if user is None:
        return {"id": number, "is_bot": False, "first_name": ""}
    return show_user(user)


def chat_id_of(peer: Any) -> int:
    """Return the number by which bots name a conversation."""
    match peer:
        case api.PeerUser():
            return int(peer.user_id)
        case api.PeerChat():
            return -int(peer.chat_id)
        case _:
            return -CHANNEL_FROM - int(peer.channel_id)


def show_chat(named: NamedPeers, peer: Any) -> Json:
    """Return a Chat."""
    number = chat_id_of(peer)
    if isinstance(peer, api.PeerUser):
        return private_chat(named.users.get(peer.user_id), number)
    if isinstance(peer, api.PeerChat):
        chat = named.chats.get(peer.chat_id)
        return {"id": number, "title": chat.title if chat is not None else "", "type": "group"}
    return channel_chat(named.chats.get(peer.channel_id), number)


def private_chat(user: Any, number: int) -> Json:
    """Return the Chat with a person."""
    if user is None:
        return {"id": number, "first_name": "", "type": "private"}
    return without_none(
        id=number,
        first_name=user.first_name or "",
        last_name=user.last_name or None,
        username=user.username or None,
        type="private",
    )


def channel_chat(chat: Any, number: int) -> Json:
    """Return the Chat of a supergroup or channel."""
    if chat is None:
        return {"id": number, "title": "", "type": "supergroup"}
    return without_none(
        id=number,
        title=chat.title,
        username=getattr(chat, "username", None) or None,
        is_forum=yes(getattr(chat, "forum", False)),
        type="channel" if chat.broadcast else "supergroup",
    )


def show_permissions(banned: Any) -> Json:
    """Return ChatPermissions: what is not forbidden."""
    return {
        name: not any(getattr(banned, one) for one in forbidden) for name, forbidden in PERMISSIONS
    }


def show_admin_rights(rights: Any, *, channel: bool, anonymous: bool | None = None) -> Json:
    """Return the rights of an administrator, as ChatMemberAdministrator has them."""
    table = (*ADMIN_RIGHTS, *(OF_CHANNELS if channel else OF_GROUPS))
    shown: Json = {name: bool(getattr(rights, right)) for name, right in table}
    shown["is_anonymous"] = bool(rights.anonymous if anonymous is None else anonymous)
    return shown
