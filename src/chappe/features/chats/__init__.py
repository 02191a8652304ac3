"""Chats: what a basic group, supergroup or channel is, who is in it, and who may do what there."""

from chappe.features import accounts

from . import hooks, listing
from .access import (
    Place,
    any_chat,
    basic,
    channel,
    chat_peer,
    may_see,
    place_of,
    public_chat,
    require_admin,
    require_change,
    require_creator,
    require_in,
)
from .listing import find_chats, relist
from .profiles import (
    common_chats,
    count_common_chats,
    face_of,
    is_member,
    joined_as,
    newest_post,
    runs_public_channel,
    shows_member,
)
from .records import (
    BASIC_MEMBERS_MAX,
    BannedChannel,
    Chat,
    Commenter,
    Importer,
    Joined,
    Link,
    LogEntry,
    Marked,
    Member,
    Request,
    Top,
)
from .rights import (
    ADMIN,
    BANNED,
    EVERY_ADMIN,
    FOR_EVER,
    IS_ADMIN,
    SEND,
    VIEW,
    forbidden,
    is_admin,
    is_anonymous,
    is_in,
    is_kicked,
    is_plain,
    may,
    may_admin,
    outranks,
    pack_admin,
    pack_banned,
    show_banned,
)
from .texts import check_about, check_rank, check_reactions, check_title, check_ttl
from .views import show_banned_channel, show_basic_member, show_chat, show_chats, show_member
from .watching import watch_channels

HANDLERS = ()
EVENTS = (*listing.EVENTS,)

ANSWERS = (
    accounts.hooks.chat_peer.by(chat_peer),
    accounts.hooks.count_common_chats.by(count_common_chats),
    accounts.hooks.newest_post.by(newest_post),
    accounts.hooks.public_chat.by(public_chat),
    accounts.hooks.runs_public_channel.by(runs_public_channel),
    accounts.hooks.show_chats.by(show_chats),
)
SERVICES = {
    "find_chats": find_chats,
    "is_member": is_member,
    "joined_as": joined_as,
}


__all__ = [
    "ADMIN",
    "ANSWERS",
    "BANNED",
    "BASIC_MEMBERS_MAX",
    "EVENTS",
    "EVERY_ADMIN",
    "FOR_EVER",
    "HANDLERS",
    "IS_ADMIN",
    "SEND",
    "SERVICES",
    "VIEW",
    "BannedChannel",
    "Chat",
    "Commenter",
    "Importer",
    "Joined",
    "Link",
    "LogEntry",
    "Marked",
    "Member",
    "Place",
    "Request",
    "Top",
    "any_chat",
    "basic",
    "channel",
    "check_about",
    "check_rank",
    "check_reactions",
    "check_title",
    "check_ttl",
    "common_chats",
    "face_of",
    "forbidden",
    "hooks",
    "is_admin",
    "is_anonymous",
    "is_in",
    "is_kicked",
    "is_plain",
    "may",
    "may_admin",
    "may_see",
    "outranks",
    "pack_admin",
    "pack_banned",
    "place_of",
    "relist",
    "require_admin",
    "require_change",
    "require_creator",
    "require_in",
    "show_banned",
    "show_banned_channel",
    "show_basic_member",
    "show_chat",
    "show_member",
    "shows_member",
    "watch_channels",
]
