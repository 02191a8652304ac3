"""Chats: basic groups, supergroups and channels; who is in them, who may do what."""

from chappe.features import accounts, media

from . import (
    admins,
    boosted,
    channels,
    groups,
    journal,
    links,
    listing,
    members,
    migrating,
    photos,
    ranks,
    requests,
    rights,
    usernames,
)
from .access import (
    Place,
    any_chat,
    channel,
    chat_peer,
    may_see,
    place_of,
    public_chat,
    require_admin,
    require_change,
)
from .channels import changed
from .disbanding import Disband, EraseChannel
from .events import EVENTS as TOLD
from .events import ChannelChanged
from .journal import TrimLog, log, note
from .links import opens, show_link
from .passing import ENTER_ERRORS, enter, lasting_code, leave
from .photos import seen_chat_photo
from .profiles import (
    count_common_chats,
    face_of,
    is_member,
    joined_as,
    newest_post,
    runs_public_channel,
    shows_member,
)
from .records import BannedChannel, Chat, Commenter, Joined, Member, Top
from .texts import check_ttl
from .views import show_chat, show_chats
from .watching import watch_channels

EVENTS = (*TOLD, *listing.EVENTS, Disband, EraseChannel, TrimLog, migrating.Migrate)
HANDLERS = (
    groups,
    channels,
    migrating,
    members,
    admins,
    usernames,
    boosted,
    links,
    requests,
    journal,
    photos,
    ranks,
)

ANSWERS = (
    accounts.hooks.chat_peer.by(chat_peer),
    accounts.hooks.count_common_chats.by(count_common_chats),
    accounts.hooks.newest_post.by(newest_post),
    accounts.hooks.public_chat.by(public_chat),
    accounts.hooks.runs_public_channel.by(runs_public_channel),
    accounts.hooks.show_chats.by(show_chats),
    media.hooks.seen_chat_photo.by(seen_chat_photo),
    media.hooks.seen_invited_photo.by(links.seen_invited_photo),
)
SERVICES = {
    "find_chats": listing.find_chats,
    "is_member": is_member,
    "joined_as": joined_as,
    "show_link": show_link,
}

__all__ = [
    "ANSWERS",
    "ENTER_ERRORS",
    "EVENTS",
    "HANDLERS",
    "SERVICES",
    "BannedChannel",
    "ChannelChanged",
    "Chat",
    "Commenter",
    "Joined",
    "Member",
    "Place",
    "Top",
    "any_chat",
    "changed",
    "channel",
    "chat_peer",
    "check_ttl",
    "enter",
    "face_of",
    "lasting_code",
    "leave",
    "log",
    "may_see",
    "note",
    "opens",
    "place_of",
    "public_chat",
    "require_admin",
    "require_change",
    "rights",
    "show_chat",
    "show_chats",
    "show_link",
    "shows_member",
    "watch_channels",
]
