"""Asking about conversations and people, and leaving (core.telegram.org/bots/api#getchat)."""

from typing import Any, Final

from chappe.tl import api

from ..caller import CHANNEL_FROM, Caller, input_channel, input_user
from ..failures import refused
from ..fileids import FileKind
from ..params import Params
from ..shown.media import SeenAt, photo_sizes
from ..shown.messages import show_messages
from ..shown.peers import (
    Json,
    channel_chat,
    private_chat,
    show_permissions,
    without_none,
    yes,
)
from ..shown.updates import show_reactions
from .acting import act, find_message
from .editing import full_of

REACTIONS_MAX: Final = 11  # kinds of reactions of one message
PHOTOS_MAX: Final = 100  # photos of a profile at once
COLOURS: Final = 7  # colours that names have by their ids
NO_GIFTS: Final = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}


class GetChat(Params, frozen=True):
    """See the Bot API."""

    chat_id: str = ""


class LeaveChat(Params, frozen=True):
    """See the Bot API."""

    chat_id: str = ""


class GetUserProfilePhotos(Params, frozen=True):
    """See the Bot API."""

    user_id: int = 0
    offset: int = 0
    limit: int = 100


@act(GetChat)
async def get_chat(caller: Caller, given: GetChat) -> Json:
    """Return all that is known of a conversation."""
    peer = await caller.peer(given.chat_id)
    full = await full_of(caller, peer)
    shown = await _whole(caller, peer, full)
    pinned = full.pinned_msg_id
    if pinned:
        message = await find_message(caller, peer, pinned)
        messages = await show_messages(caller, [message]) if message is not None else []
        shown |= without_none(pinned_message=messages[0] if messages else None)
    number = shown["id"]
    common = {
        "max_reaction_count": REACTIONS_MAX,
        "accepted_gift_types": NO_GIFTS,
        "accent_color_id": shown.pop("accent", abs(number) % COLOURS),
    }
    return shown | common


async def _whole(caller: Caller, peer: Any, full: Any) -> Json:
    if isinstance(peer, api.InputPeerChannel):
        return _channel(caller, full)
    if isinstance(peer, api.InputPeerChat):
        return _group(caller, full)
    user = caller.named.users[full.id]
    birthday = full.birthday
    return private_chat(user, full.id) | without_none(
        active_usernames=_usernames(user),
        bio=full.about or None,
        birthdate=(
            without_none(day=birthday.day, month=birthday.month, year=birthday.year)
            if birthday is not None
            else None
        ),
        has_private_forwards=yes(full.private_forward_name),
        message_auto_delete_time=full.ttl_period or None,
        accent=getattr(user.color, "color", None),
        photo=_photo(full.profile_photo, full.id, FileKind.PROFILE_PHOTO),
    )


def _usernames(peer: Any) -> list[str] | None:
    return [peer.username] if getattr(peer, "username", None) else None


def _photo(photo: Any, chat: int, kind: FileKind) -> Json | None:
    """Return a ChatPhoto."""
    sizes = photo_sizes(photo, SeenAt(chat, 0), kind) if isinstance(photo, api.Photo) else []
    if not sizes:
        return None
    small, big = sizes[0], sizes[-1]
    return {
        "small_file_id": small["file_id"],
        "small_file_unique_id": small["file_unique_id"],
        "big_file_id": big["file_id"],
        "big_file_unique_id": big["file_unique_id"],
    }


def _allowed(reactions: Any) -> list[Json] | None:
    """Return which reactions are allowed; None for all."""
    if isinstance(reactions, api.ChatReactionsAll):
        return None
    return show_reactions(getattr(reactions, "reactions", ()))


def _common(full: Any, chat: Any, number: int) -> Json:
    default = chat.default_banned_rights
    link = getattr(full.exported_invite, "link", None)
    reactions = full.available_reactions
    return without_none(
        description=full.about or None,
        invite_link=link,
        permissions=show_permissions(default or api.ChatBannedRights(until_date=0)),
        available_reactions=_allowed(reactions) if reactions is not None else [],
        message_auto_delete_time=full.ttl_period or None,
        has_protected_content=yes(chat.noforwards),
        photo=_photo(full.chat_photo, number, FileKind.CHAT_PHOTO),
    )


def _group(caller: Caller, full: Any) -> Json:
    chat = caller.named.chats[full.id]
    shown = {"id": -full.id, "title": chat.title, "type": "group"}
    return shown | _common(full, chat, -full.id)


def _channel(caller: Caller, full: Any) -> Json:
    chat = caller.named.chats[full.id]
    number = -CHANNEL_FROM - full.id
    shown = channel_chat(chat, number) | _common(full, chat, number)
    if shown["type"] == "channel":
        shown.pop("permissions", None)
    linked = full.linked_chat_id
    return shown | without_none(
        active_usernames=_usernames(chat),
        linked_chat_id=-CHANNEL_FROM - linked if linked else None,
        slow_mode_delay=full.slowmode_seconds or None,
        join_to_send_messages=yes(chat.join_to_send),
        join_by_request=yes(chat.join_request),
        has_visible_history=yes(chat.megagroup and not full.hidden_prehistory),
        has_hidden_members=yes(full.participants_hidden),
        has_aggressive_anti_spam_enabled=yes(full.antispam),
        sticker_set_name=full.stickerset.short_name if full.stickerset is not None else None,
        can_set_sticker_set=yes(full.can_set_stickers),
        accent=getattr(chat.color, "color", None),
    )


@act(LeaveChat)
async def leave_chat(caller: Caller, given: LeaveChat) -> bool:
    """Leave a group or channel."""
    peer = await caller.peer(given.chat_id)
    request: Any
    if isinstance(peer, api.InputPeerChannel):
        request = api.ChannelsLeaveChannel(channel=input_channel(peer))
    elif isinstance(peer, api.InputPeerChat):
        request = api.MessagesDeleteChatUser(chat_id=peer.chat_id, user_id=api.InputUserSelf())
    else:
        raise refused("chat member status can't be changed in private chats")
    await caller(request)
    return True


@act(GetUserProfilePhotos, {"USER_ID_INVALID": "user not found"})
async def get_user_profile_photos(caller: Caller, given: GetUserProfilePhotos) -> Json:
    """Return the photos of somebody's profile."""
    limit = min(max(given.limit, 1), PHOTOS_MAX)
    request = api.PhotosGetUserPhotos(
        user_id=input_user(given.user_id), offset=max(given.offset, 0), max_id=0, limit=limit
    )
    found = await caller(request)
    place = SeenAt(given.user_id, 0)
    photos = [
        photo_sizes(photo, place, FileKind.PROFILE_PHOTO)
        for photo in found.photos
        if isinstance(photo, api.Photo)
    ]
    return {"total_count": getattr(found, "count", len(photos)), "photos": photos}
